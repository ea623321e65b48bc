import { DEFAULTS } from './defaults.ts';
import type { EarshotError } from './errors.ts';

/** All that a {@link RetryPolicy} may look at. */
export interface RetryContext {
  /** Which retry of this sequence is being planned: 1 for the first, whole, at most 32. */
  readonly attempt: number;
  /** Milliseconds since the first failure of this sequence. */
  readonly elapsed: number;
  /** What the last attempt ended with. */
  readonly error: EarshotError;
  /** Milliseconds the server asked to wait (`Retry-After`, RateLimit fields), clamped; 0 if it did not. */
  readonly floor: number;
  /** The window in ms that the stage document publishes for the first retry, clamped; `null` if none. */
  readonly spread: number | null;
  /** True while the listener hears something meanwhile. */
  readonly hearing: boolean;
  /** A number in [0, 1). The only randomness a policy should use. */
  readonly random: () => number;
}

/**
 * How long to wait before the next attempt, in milliseconds from now, or `null` to stop asking for
 * good. Pure. The governor never goes below {@link DEFAULTS.minimum} nor below `context.floor`,
 * whatever is returned; a policy that throws, or returns NaN, infinity or a negative number, is
 * reported as `bad-policy` and `backoff()` stands in for that attempt.
 */
export type RetryPolicy = (context: RetryContext) => number | null;

/** The dials of {@link backoff}; each in milliseconds unless said otherwise. */
export interface BackoffOptions {
  /** Window of the first retry where the stage publishes no `spread`. Above 0; default 5,000. */
  first?: number;
  /** How much each window is larger than the last. 1 or more; default 2. */
  factor?: number;
  /** Largest window while the listener hears something. Default 600,000. */
  cap?: number;
  /** Largest window while nothing is heard. Default 120,000, or `cap` where that is smaller. */
  capWhileSilent?: number;
}

/** The window of a retry round, in milliseconds: the draw is uniform over it. */
export const windowOf = (
  context: Pick<RetryContext, 'attempt' | 'spread' | 'hearing'>,
  options: Required<BackoffOptions>,
): number => {
  const base = context.spread ?? options.first;
  const cap = context.hearing ? options.cap : options.capWhileSilent;
  const grown = base * options.factor ** (Math.max(1, context.attempt) - 1);
  // A crowd that needs a wide first window needs it in every later round too.
  return Math.max(base, Math.min(cap, grown));
};

/** `options` with defaults filled in and every number made usable. */
export const backoffOptions = (options: BackoffOptions = {}): Required<BackoffOptions> => {
  const atLeast = (value: number | undefined, least: number, fallback: number) =>
    value !== undefined && value >= least && value < Infinity ? value : fallback;
  const first = atLeast(options.first, Number.MIN_VALUE, DEFAULTS.first);
  const cap = atLeast(options.cap, first, Math.max(first, DEFAULTS.cap));
  return {
    first,
    factor: atLeast(options.factor, 1, DEFAULTS.factor),
    cap,
    capWhileSilent: atLeast(options.capWhileSilent, first, Math.min(cap, DEFAULTS.capWhileSilent)),
  };
};

/**
 * The default {@link RetryPolicy}: exponential windows with full jitter, drawn after the cap, laid
 * on top of the floor. A uniform draw over W has density 1/W, so of M listeners that lose an
 * origin at once at most M/W are expected in any second of the round; taking the larger of draw
 * and floor instead of their sum would pile the difference up in one instant.
 *
 * @throws RangeError if an option is not a usable number.
 */
export const backoff = (options: BackoffOptions = {}): RetryPolicy => {
  for (const [name, value] of Object.entries(options)) {
    const least = name === 'factor' ? 1 : Number.MIN_VALUE;
    if (value !== undefined && !(value >= least && value < Infinity)) {
      throw new RangeError(`backoff(): ${name} must be a finite number of at least ${least}`);
    }
  }
  const resolved = backoffOptions(options);
  return (context) =>
    Math.max(DEFAULTS.minimum, context.floor) + context.random() * windowOf(context, resolved);
};

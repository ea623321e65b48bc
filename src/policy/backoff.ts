import {
  FIRST_WINDOW_MS,
  MINIMUM_WAIT_MS,
  WINDOW_CAP_MS,
  WINDOW_CAP_WHILE_SILENT_MS,
  WINDOW_FACTOR,
} from './defaults.ts';
import type { EarshotError } from './errors.ts';

/** All that a {@link RetryPolicy} may look at. */
export interface RetryContext {
  /** Which retry of this sequence is being planned: 1 for the first, whole, at most 32. */
  readonly attempt: number;
  /** Milliseconds since the first failure of this sequence. */
  readonly elapsed: number;
  /** What the last attempt ended with. */
  readonly error: EarshotError;
  /** Milliseconds to be waited at least: the server's wish, clamped, or the next token; else 0. */
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
 * good. Pure. The governor never goes below 250 ms nor below `context.floor`, whatever is returned;
 * a policy that throws, or returns NaN, infinity or a negative number, is reported as `bad-policy`
 * and `backoff()` stands in for that attempt.
 */
export type RetryPolicy = (context: RetryContext) => number | null;

/** The dials of {@link backoff}; each in milliseconds unless said otherwise. */
export interface BackoffOptions {
  /** Window of the first retry where the stage publishes no `spread`. Above 0; default 5,000. */
  readonly first?: number | undefined;
  /** How much each window is larger than the last. 1 or more; default 2. */
  readonly factor?: number | undefined;
  /** Longest wait above the floor while the listener hears something. Above 0; default 600,000. */
  readonly cap?: number | undefined;
  /** The same while nothing is heard. Above 0; default 120,000, or `cap` if that is smaller. */
  readonly capWhileSilent?: number | undefined;
}

/**
 * The default {@link RetryPolicy}: exponential windows with full jitter, drawn after the cap, laid
 * on top of the floor. A uniform draw over W has density 1/W, so of M listeners that lose an
 * origin at once at most M/W are expected in any second of the round; taking the larger of draw
 * and floor instead of their sum would pile the difference up in one instant. No window is ever
 * smaller than the first: a crowd that needs a wide one needs it in every round. From the second
 * round on the draw begins half a window late, so that nobody draws short again and again; the cap
 * holds for the end of the draw.
 *
 * @throws RangeError if an option is not a usable number.
 */
export const backoff = ({
  first = FIRST_WINDOW_MS,
  factor = WINDOW_FACTOR,
  cap = WINDOW_CAP_MS,
  capWhileSilent = Math.min(cap, WINDOW_CAP_WHILE_SILENT_MS),
}: BackoffOptions = {}): RetryPolicy => {
  for (const [name, value] of Object.entries({ first, factor, cap, capWhileSilent })) {
    const isUsable = Number.isFinite(value) && value > 0 && (name !== 'factor' || value >= 1);
    if (!isUsable) throw new RangeError(`backoff(): ${name} is out of range`);
  }
  return ({ attempt, spread, hearing, floor, random }) => {
    const base = spread ?? first;
    const late = attempt > 1 ? 0.5 : 0;
    const most = (hearing ? cap : capWhileSilent) / (1 + late);
    const window = Math.max(base, Math.min(most, base * factor ** (attempt - 1)));
    return Math.max(MINIMUM_WAIT_MS, floor) + (late + random()) * window;
  };
};

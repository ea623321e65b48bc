import {
  FIRST_WINDOW_MS,
  MINIMUM_WAIT_MS,
  WINDOW_CAP_MS,
  WINDOW_CAP_WHILE_SILENT_MS,
  WINDOW_FACTOR,
} from './defaults.ts';
import type { EarshotError } from './errors.ts';

/** The input of a {@link RetryPolicy}. */
export interface RetryContext {
  /** The number of the retry in this sequence: 1 is the first; an integer, at most 32. */
  readonly attempt: number;
  /** Milliseconds since the first failure of this sequence. */
  readonly elapsed: number;
  /** The error of the last attempt. */
  readonly error: EarshotError;
  /** Minimum wait in ms: the longer of the server's wait, clamped, and the time to the next retry token; else 0. */
  readonly floor: number;
  /** The jitter window in ms that the stage document publishes for the first retry, clamped; `null` if none. */
  readonly spread: number | null;
  /** True while the listener hears sound. */
  readonly hearing: boolean;
  /** Returns a number in [0, 1). A policy should use no other randomness. */
  readonly random: () => number;
}

/**
 * Returns the wait before the next attempt, in ms from now, or `null` to stop for good. Pure.
 *
 * The governor never waits less than 250 ms or `context.floor`, whatever the policy returns. If a policy throws, or
 * returns NaN, infinity or a negative number, Earshot reports `bad-policy` and uses `backoff()` for that attempt.
 */
export type RetryPolicy = (context: RetryContext) => number | null;

/** The options of {@link backoff}, in milliseconds unless the name says otherwise. */
export interface BackoffOptions {
  /** Window of the first retry if the stage publishes no `spread`. Above 0. Default: 5,000. */
  readonly first?: number | undefined;
  /** Growth factor of the window. 1 or more. Default: 2. */
  readonly factor?: number | undefined;
  /** Longest wait above the floor while the listener hears sound. Above 0. Default: 600,000. */
  readonly cap?: number | undefined;
  /** The same while there is no sound. Above 0. Default: 120,000, or `cap` if that is smaller. */
  readonly capWhileSilent?: number | undefined;
}

/**
 * The default {@link RetryPolicy}: exponential backoff with full jitter. The draw comes after the cap and is added to
 * the minimum wait (`floor`).
 *
 * A uniform draw over a window W has density 1/W. If M listeners lose an origin at once, at most M/W requests are
 * expected in any second of the round. Using the larger of draw and floor instead of their sum would send all short
 * draws in the same instant. No window is smaller than the first, because a large crowd needs a wide one in every
 * round. From the second round on the draw starts half a window late, so that no listener draws short waits again and
 * again. The cap applies to the end of the draw.
 *
 * @throws RangeError if an option is out of range.
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

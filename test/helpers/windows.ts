import type { BackoffOptions, RetryContext, RetryPolicy } from '../../src/policy/backoff.ts';

/** What a window of {@link windowOf} depends on. */
export type WindowContext = Pick<RetryContext, 'attempt' | 'spread' | 'hearing'>;

/** The window W(k) in ms as the design says it, written independently of the code under test. */
export const windowOf = (
  { attempt, spread, hearing }: WindowContext,
  options: BackoffOptions,
): number => {
  const { first = 5_000, factor = 2, cap = 600_000 } = options;
  const { capWhileSilent = Math.min(cap, 120_000) } = options;
  const base = spread ?? first;
  let window = base;
  for (let round = 1; round < attempt; round++) window *= factor;
  // The cap is the end of the draw, which begins half a window late from the second round on.
  const most = (hearing ? cap : capWhileSilent) / (attempt > 1 ? 1.5 : 1);
  return Math.max(base, Math.min(most, window));
};

/** What is waited before the draw begins: half a window, from the second round on. */
export const restOf = (context: WindowContext, options: BackoffOptions): number =>
  context.attempt > 1 ? windowOf(context, options) / 2 : 0;

/** `policy`, and the smallest window that each round of it was to have. */
export class Recorded {
  readonly windows = new Map<number, number>();
  readonly policy: RetryPolicy;

  constructor(policy: RetryPolicy, options: BackoffOptions) {
    this.policy = (context) => {
      const window = windowOf(context, options);
      const before = this.windows.get(context.attempt) ?? window;
      this.windows.set(context.attempt, Math.min(before, window));
      return policy(context);
    };
  }
}

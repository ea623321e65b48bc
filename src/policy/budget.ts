import { DEFAULTS } from './defaults.ts';

/** A token bucket: `tokens` were there at `at` (epoch ms). */
export interface Budget {
  readonly tokens: number;
  readonly at: number;
}

/** The bucket as it is at `now`; a clock that went back refills nothing. */
export const refill = (budget: Budget, now: number): Budget => ({
  tokens: Math.min(
    DEFAULTS.tokens,
    budget.tokens + Math.max(0, now - budget.at) / DEFAULTS.tokenEvery,
  ),
  at: now,
});

/** The bucket after one retry at `now`. Never below zero. */
export const spend = (budget: Budget, now: number): Budget => {
  const { tokens } = refill(budget, now);
  return { tokens: Math.max(0, tokens - 1), at: now };
};

/** Milliseconds from `now` until a whole token is there; 0 if one is. */
export const untilToken = (budget: Budget, now: number): number =>
  Math.max(0, 1 - refill(budget, now).tokens) * DEFAULTS.tokenEvery;

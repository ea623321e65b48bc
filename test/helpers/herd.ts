import { busiest, mostArrivals } from './poisson.ts';

const SECOND = 1_000;
const GRID = 100;
const CHANCE = 1e-6;

/** A round of retries of a whole cohort. Times in ms. */
export interface Round {
  readonly number: number;
  readonly arrivals: readonly number[];
  /** W(k). */
  readonly window: number;
}

/**
 * Invariant 1: of M sessions at most M / W(k) are expected in any second of round k.
 *
 * Each session's retry is a uniform draw over W(k), made independently of the others, so the number
 * within a span is a sum of independent 0-1 draws with mean at most M span / W(k), and Chernoff's
 * bound holds for it. Any second lies within one of the spans of 1.1 s that begin on a grid of
 * 0.1 s; the chance that the busiest of them is busier than allowed, though the invariant holds,
 * is kept below one in a million by the union bound over these spans.
 */
export const herdOf = (
  { arrivals, window }: Round,
  members: number,
): { readonly busiest: number; readonly most: number } => {
  const length = Math.max(...arrivals) - Math.min(...arrivals);
  const spans = Math.ceil((length + SECOND) / GRID) + 1;
  const mean = (members * (SECOND + GRID)) / window;
  return { busiest: busiest(arrivals, SECOND), most: mostArrivals(mean, CHANCE / spans) };
};

/** Throws if any round was a herd. */
export const expectNoHerd = (rounds: readonly Round[], members: number): void => {
  for (const round of rounds) {
    const { busiest, most } = herdOf(round, members);
    if (busiest <= most) continue;
    throw new Error(
      `Round ${round.number}: ${busiest} of ${members} came in a second, not ${most}.`,
    );
  }
};

import { herdOf } from '../../../test/helpers/herd.ts';
import { busiest } from '../../../test/helpers/poisson.ts';
import type { Seen } from './hall.ts';

/** The window is cut into so many stretches, in each of which arrivals are counted. */
export const STRETCHES = 5;
/** The chance that a stretch is busier than `rateAtMost` says. */
export const CHANCE = 0.001;

const SECOND = 1_000;

/** What the restarts of one player's crowd were, seen from the server. Times in s. */
export interface Figures {
  /** Arrivals of one restart, on average. */
  readonly arrivals: number;
  /** Arrivals in the busiest second of any restart. */
  readonly peak: number;
  /** Arrivals a second in the busiest stretch, over all restarts. */
  readonly rate: number;
  /** What the expected rate of that stretch is not above, but for a chance of 0.1 %. */
  readonly rateAtMost: number;
  /** When 95 % and all were open again, in the slowest restart; `null` if they were not. */
  readonly most: number | null;
  readonly all: number | null;
}

/**
 * The largest mean at which no more than `count` arrivals come with a chance of at least `chance`:
 * Chernoff's bound for a sum of independent draws, turned round.
 */
export const mostMean = (count: number, chance: number): number => {
  const log = (mean: number) => count - mean + (count === 0 ? 0 : count * Math.log(mean / count));
  let [least, most] = [count, 2 * count - 4 * Math.log(chance)];
  while (most - least > 1e-3) {
    const middle = (least + most) / 2;
    if (log(middle) > Math.log(chance)) least = middle;
    else most = middle;
  }
  return most;
};

/** When so many were open again, s. */
const openAt = ({ growth }: Seen, wanted: number): number | null => {
  const found = growth.find(([, open]) => open >= wanted);
  return found ? found[0] / SECOND : null;
};

const slowest = (times: readonly (number | null)[]): number | null =>
  times.reduce((one, other) => (one === null || other === null ? null : Math.max(one, other)), 0);

/**
 * @param window s.
 * @param channels of one restart.
 */
export function figuresOf(restarts: readonly Seen[], window: number, channels: number): Figures {
  const stretch = window / STRETCHES;
  const all = restarts.flatMap(({ arrivals }) => arrivals);
  const counts = Array.from({ length: STRETCHES }, (_, index) => {
    const from = index * stretch * SECOND;
    return all.filter((at) => at >= from && at < from + stretch * SECOND).length;
  });
  const most = Math.max(...counts);
  const seconds = restarts.length * stretch;
  return {
    arrivals: all.length / restarts.length,
    peak: Math.max(...restarts.map(({ arrivals }) => busiest(arrivals, SECOND))),
    rate: most / seconds,
    rateAtMost: mostMean(most, CHANCE / STRETCHES) / seconds,
    most: slowest(restarts.map((seen) => openAt(seen, Math.ceil(channels * 0.95)))),
    all: slowest(restarts.map((seen) => openAt(seen, channels))),
  };
}

/** A restart, and how long server or crowd stood still in it, ms. */
export interface Restart {
  readonly seen: Seen;
  readonly stall: number;
}

const GRID = 100;

/**
 * The busiest second of each restart that was too busy for draws over the window, as the test of
 * invariant 1 has it: an even crowd comes to that less than once in a million restarts. What was due
 * while a process stood still comes at once, so a second holds what was due in a second and a stall.
 */
export const herds = (restarts: readonly Restart[], window: number, channels: number): string[] =>
  restarts.flatMap(({ seen: { arrivals }, stall }) => {
    const share = (SECOND + GRID) / (SECOND + GRID + stall);
    const round = { number: 1, arrivals, window: window * SECOND * share };
    const { busiest: came, most } = herdOf(round, channels);
    return came > most ? [`${came} came in one second, at most ${most} do of an even crowd`] : [];
  });

import { TICK } from './time.ts';

/** A flag in an arrival time: this listener reloads the page again and again. */
export const RELOADS = 1 << 30;

/**
 * The first reload after this tick, ms: each listener has its own phase.
 *
 * @param came ms, without {@link RELOADS}.
 * @param every ms between two reloads.
 */
export const reloadAfter = (came: number, every: number, tick: number): number => {
  const since = (tick + 1) * TICK - came;
  return came + Math.max(1, Math.ceil(since / every)) * every;
};

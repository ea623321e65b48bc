import { TICK } from './time.ts';

/** Set in a time of coming: one who reloads the page again and again. */
export const RELOADS = 1 << 30;

/**
 * The first reload after this tick, ms: each listener keeps a phase of its own.
 *
 * @param came ms, without {@link RELOADS}.
 * @param every ms between two reloads.
 */
export const reloadAfter = (came: number, every: number, tick: number): number => {
  const since = (tick + 1) * TICK - came;
  return came + Math.max(1, Math.ceil(since / every)) * every;
};

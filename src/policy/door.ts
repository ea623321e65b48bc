import { MAX_WAIT_MS, MIN_LOTS_PER_SECOND } from './defaults.ts';
import type { Door } from './document.ts';

const TWO_32 = 2 ** 32;

const mix = (value: number): number => {
  let bits = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
};

/**
 * A self-drawn lot, in [0, 1). There is one draw, the `seed`, and each epoch of each door computes its own lot from
 * it. So no lot is redrawn, in whatever order the epochs are seen.
 *
 * @param seed in [0, 1), from the host's `random()`.
 */
export const lotOf = (seed: number, door: string, epoch: number): number => {
  let key = mix(epoch % TWO_32) + mix(Math.floor(epoch / TWO_32) + 1);
  for (let at = 0; at < door.length; at++) key = mix(key ^ door.charCodeAt(at));
  // For each key a permutation of the seeds: as uniform as the seed itself.
  return mix((seed * TWO_32) ^ key) / TWO_32;
};

/**
 * When a lot is admitted, in ms after the door's `serverTime`; 0 or less: already. A closed door opens too slowly to
 * wait for, but the result stays finite.
 */
export const turnOf = ({ open, opensPerSecond }: Door, lot: number): number =>
  ((lot - open) / Math.max(MIN_LOTS_PER_SECOND, opensPerSecond)) * 1_000;

/**
 * The latest time of a turn, epoch ms: half a day to a day after the listener first saw the door, however often the
 * opening is postponed. It depends on the lot, so that postponed listeners do not come together.
 */
export const latestTurn = (since: number, lot: number): number =>
  since + (MAX_WAIT_MS * (1 + lot)) / 2;

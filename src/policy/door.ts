import { MAX_WAIT_MS, MIN_LOTS_PER_SECOND } from './defaults.ts';
import type { Door } from './document.ts';

const TWO_32 = 2 ** 32;

const mix = (value: number): number => {
  let bits = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
};

/**
 * A self-drawn lot, in [0, 1). The draw is made once, as `seed`, and each epoch of each door makes
 * a lot of its own from it: whatever order the epochs are seen in, none is ever redrawn.
 *
 * @param seed in [0, 1), from the host's `random()`.
 */
export const lotOf = (seed: number, door: string, epoch: number): number => {
  let key = mix(epoch % TWO_32) + mix(Math.floor(epoch / TWO_32) + 1);
  for (let at = 0; at < door.length; at++) key = mix(key ^ door.charCodeAt(at));
  // For each key a permutation of the seeds: as even a draw as the seed itself.
  return mix((seed * TWO_32) ^ key) / TWO_32;
};

/**
 * When a lot is admitted, in ms after the door's `serverTime`; 0 or less: already. A door that
 * stands still opens too slowly to wait for, but never not at all.
 */
export const turnOf = ({ open, opensPerSecond }: Door, lot: number): number =>
  ((lot - open) / Math.max(MIN_LOTS_PER_SECOND, opensPerSecond)) * 1_000;

/**
 * The latest time of a turn, epoch ms: half a day to a day after the listener first saw the door,
 * however often the opening is put off. By lot, so that those put off together do not come together.
 */
export const latestTurn = (since: number, lot: number): number =>
  since + (MAX_WAIT_MS * (1 + lot)) / 2;

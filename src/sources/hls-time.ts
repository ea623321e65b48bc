import type { LevelDetails } from 'hls.js';
import { CLOCK_SKEW_MS } from '../policy/defaults.ts';

const dated = ({ fragments }: LevelDetails) =>
  fragments
    .map(({ start, programDateTime: at }) => ({ start, at: at ?? 0 }))
    .filter(({ at }) => at);

/** Program time in epoch ms of a media time in seconds; `null` if the playlist has none. */
export const programTimeAt = (details: LevelDetails, seconds: number): number | null => {
  const all = dated(details);
  const best = all.filter(({ start }) => start <= seconds).at(-1) ?? all[0];
  return best ? best.at + (seconds - best.start) * 1_000 : null;
};

/**
 * Media time in seconds of a program time, within the DVR window. A time that is too old gives the start of the
 * window. Returns 0 for a time that is not published yet, or if the playlist has no program time or another clock's.
 */
export const mediaTimeAt = (details: LevelDetails, programTime: number): number => {
  const all = dated(details);
  const best = all.filter(({ at }) => at <= programTime).at(-1);
  const [first = { at: Infinity, start: 0 }] = all;
  if (first.at - programTime > CLOCK_SKEW_MS) return 0;
  const seconds = best ? best.start + (programTime - best.at) / 1_000 : first.start;
  return seconds < details.edge ? seconds : 0;
};

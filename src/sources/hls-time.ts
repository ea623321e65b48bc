import type { LevelDetails } from 'hls.js';

/** Program time in epoch ms of a media time in seconds; `null` where the playlist tells none. */
export const programTimeAt = (details: LevelDetails, seconds: number): number | null => {
  const { fragments } = details;
  let best = fragments.findLast(
    (fragment) => fragment.programDateTime !== null && fragment.start <= seconds,
  );
  best ??= fragments.find((fragment) => fragment.programDateTime !== null);
  return best?.programDateTime ? best.programDateTime + (seconds - best.start) * 1_000 : null;
};

/**
 * Media time in seconds of a program time, so far as the window reaches: its beginning for what is
 * too old, `null` for what has not been published yet or where the playlist tells no program time.
 */
export const mediaTimeAt = (details: LevelDetails, programTime: number): number | null => {
  const dated = details.fragments.filter((fragment) => fragment.programDateTime !== null);
  const [first] = dated;
  const holder = dated.findLast((fragment) => (fragment.programDateTime ?? 0) <= programTime);
  if (!first) return null;
  if (!holder) return first.start;
  const seconds = holder.start + (programTime - (holder.programDateTime ?? 0)) / 1_000;
  return seconds < details.edge ? seconds : null;
};

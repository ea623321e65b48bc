import { delay, type Host } from '../host/host.ts';
import { FADE, LATE_AFTER, MINIMUM } from '../policy/defaults.ts';
import type { Outputs } from './outputs.ts';
import type { Running } from './running.ts';

const POLL = 20;
const CLOSE = 12;
const STEPS = 3;
const MOST_LOOKS = 300;

/** How far `to` is behind `from` in program time, ms; NaN where one of them does not tell. */
const gap = (from: Running, to: Running): number =>
  (from.run?.programTime() ?? Number.NaN) - (to.run?.programTime() ?? Number.NaN);

/**
 * Brings the silent `to` to the word that `from` is at: a seek, then a slightly other speed until
 * both are within 12 ms, since a seek alone lands a restart of the decoder late. Gives up when
 * `from` is about to run dry.
 */
const align = async (host: Host, from: Running, to: Running, signal: AbortSignal): Promise<void> => {
  const rate = from.media.playbackRate;
  let sought = 0;
  for (let looks = 0, close = 0; looks < MOST_LOOKS && close < STEPS; looks++) {
    const behind = gap(from, to);
    if (Number.isNaN(behind) || (from.run?.ahead() ?? 0) < MINIMUM) break;
    const far = Math.abs(behind);
    close = far > CLOSE ? 0 : close + 1;
    if (far > 1_000 && looks >= sought) {
      to.run?.seek((from.run?.programTime() ?? 0) + 5 * POLL);
      sought = looks + 1_000 / POLL;
    }
    const other = Math.min(1.5, Math.max(0.6, 1 + behind / 400));
    to.media.playbackRate = far > CLOSE ? rate * other : rate;
    await delay(host, POLL, signal);
  }
  to.media.playbackRate = rate;
};

/**
 * Hands over from one element to another without a seam. Two elements that say the same word at
 * the same time sum to one voice while the volume moves from one to the other.
 *
 * @returns ms of program time left out (above 0) or heard twice (below 0); `null` if unknown.
 */
export const handOver = async (
  host: Host,
  from: Running,
  to: Running,
  { volume, muted }: Outputs,
  signal: AbortSignal,
): Promise<number | null> => {
  to.media.muted = true;
  // A play() that never settles must not hold the old source for ever.
  await Promise.race([to.media.play(), delay(host, LATE_AFTER, signal)]);
  const heard = from.run?.programTime() ?? null;
  if ((from.run?.ahead() ?? 0) > MINIMUM && !from.media.paused) await align(host, from, to, signal);
  else if (heard !== null) to.run?.seek(heard);
  const behind = gap(from, to);
  to.media.volume = 0;
  to.media.muted = muted;
  for (let step = 1; step <= STEPS; step++) {
    to.media.volume = (volume * step) / STEPS;
    from.media.volume = volume - to.media.volume;
    await delay(host, FADE / STEPS, signal);
  }
  return Number.isNaN(behind) ? null : -behind;
};

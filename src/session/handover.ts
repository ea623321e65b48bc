import { delay, type Host } from '../host/host.ts';
import { FADE, LATE_AFTER, MINIMUM } from '../policy/defaults.ts';
import type { Outputs } from './outputs.ts';
import type { Running } from './running.ts';

const CLOSE = 12;
const FAR = 1_000;
const SETTLE = 150;
const STEPS = 3;
const MOST_TURNS = 20;

/** How far `to` is behind `from` in program time, ms; NaN where one of them does not tell. */
const gap = (from: Running, to: Running): number =>
  (from.run?.programTime() ?? Number.NaN) - (to.run?.programTime() ?? Number.NaN);

/**
 * Brings the silent `to` to the word that `from` is at, within 12 ms: a seek, then another speed for
 * a while, since a seek alone lands a restart of the decoder late. While the speed changes, and a
 * little after, an element's time and its sound differ by some 40 ms, so it settles before each look.
 * Gives up when `from` is about to run dry.
 */
const align = async (
  host: Host,
  from: Running,
  to: Running,
  signal: AbortSignal,
): Promise<void> => {
  const rate = from.media.playbackRate;
  to.media.playbackRate = rate;
  for (let turn = 0; turn < MOST_TURNS && (from.run?.ahead() ?? 0) > MINIMUM; turn++) {
    const behind = gap(from, to);
    if (turn && !(Math.abs(behind) > CLOSE)) return;
    if (Math.abs(behind) > FAR) to.run?.seek(from.run?.programTime() ?? null);
    else if (turn) {
      const speed = behind > 0 ? 1.5 : 0.75;
      to.media.playbackRate = rate * speed;
      await delay(host, behind / (speed - 1) / rate, signal);
      to.media.playbackRate = rate;
    }
    await delay(host, SETTLE, signal);
  }
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
    // Not by subtraction alone: a rounding error below 0 throws.
    from.media.volume = Math.max(0, volume - to.media.volume);
    await delay(host, FADE / STEPS, signal);
  }
  return Number.isNaN(behind) ? null : -behind;
};

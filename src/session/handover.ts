import { delay, type Host } from '../host/host.ts';
import { CLOCK_SKEW, FADE, LATE_AFTER, MINIMUM } from '../policy/defaults.ts';
import type { Outputs } from './outputs.ts';
import type { Running } from './running.ts';

const CLOSE = 8;
const FAR = 1_000;
// What was just sought sounds this much ahead of its own clock (npm run bench:silence shows it).
const AHEAD = 52;
// And what comes out of a delay line this much behind it, at the least (npm run bench:continuity).
const BEHIND = 30;
const SETTLE = 300;
const PAUSE_WITHIN = 3_000;
const LOOK_EVERY = 50;
// A source that was started where it is needed is not sought again.
const NEAR = 250;
const STEPS = 3;
const MOST_TURNS = 12;

/** How far `to` is behind `from` in program time, ms; NaN where one of them does not tell. */
const gap = ({ run: from }: Running, { run: to }: Running): number =>
  (from?.programTime() ?? Number.NaN) -
  (to?.programTime() ?? Number.NaN) -
  // Only a delay line leaves no choice of a quiet moment.
  (to?.pulse ? (to.quiet ? 0 : -BEHIND) : AHEAD);

/** Resolves in the next pause of what `to` brings, or soon. */
const pauseOf = async (host: Host, { run }: Running, signal: AbortSignal): Promise<void> => {
  for (let waited = 0; run?.quiet?.() === false && waited < PAUSE_WITHIN; waited += LOOK_EVERY) {
    await delay(host, LOOK_EVERY, signal);
  }
};

/**
 * Brings the silent `to` to the word that `from` is at, within 8 ms. A seek lands late by the time
 * that the decoder needs to start again, so each one leads by what the last one showed. Gives up when
 * `from` is about to run dry.
 */
const align = async (
  host: Host,
  from: Running,
  to: Running,
  signal: AbortSignal,
): Promise<void> => {
  to.media.playbackRate = from.media.playbackRate;
  let lead = 0;
  for (let turn = 0; turn < MOST_TURNS && (from.run?.ahead() ?? 0) > MINIMUM; turn++) {
    const behind = gap(from, to);
    const heard = from.run?.programTime() ?? null;
    if (heard === null || Number.isNaN(behind) || (turn && Math.abs(behind) <= CLOSE)) return;
    if (turn && Math.abs(behind) < FAR) lead += behind;
    to.run?.seek(heard + lead);
    await delay(host, SETTLE, signal);
  }
};

/**
 * Hands over from one element to another without a seam. Two elements that say the same word at
 * the same time sum to one voice while the volume moves from one to the other.
 *
 * @param missed program time to go on from where `from` is silent until it comes to that.
 * @param onAligned before the fade: the last moment to hush what takes over.
 * @returns ms of program time left out (above 0) or heard twice (below 0); `null` if unknown.
 */
export const handOver = async (
  host: Host,
  from: Running,
  to: Running,
  outputs: Outputs,
  missed: number | null,
  onAligned: () => void,
): Promise<number | null> => {
  const { volume } = outputs;
  // Once it is dropped its element is another's.
  const { signal } = to;
  to.media.muted = true;
  // A play() that never settles must not hold the old source for ever.
  await Promise.race([to.media.play(), delay(host, LATE_AFTER, signal)]);
  const heard = from.run?.programTime() ?? null;
  const late = gap(from, to);
  // What has not been published yet would be waited for in silence.
  const reaches = late < (to.run?.ahead() ?? 0) - MINIMUM;
  if (missed !== null) to.run?.seek(missed);
  else if (to.run?.quiet) await pauseOf(host, to, signal);
  else if ((from.run?.ahead() ?? 0) > MINIMUM && !from.media.paused)
    await align(host, from, to, signal);
  else if (heard !== null && Math.abs(late) > NEAR && reaches) to.run?.seek(heard);
  const behind = gap(from, to);
  onAligned();
  to.media.volume = 0;
  to.media.muted = outputs.isMute;
  for (let step = 1; step <= STEPS; step++) {
    to.media.volume = (volume * step) / STEPS;
    // Not by subtraction alone: a rounding error below 0 throws.
    from.media.volume = Math.max(0, volume - to.media.volume);
    await delay(host, FADE / STEPS, signal);
  }
  // So far apart it is the sources' clocks that differ, not what is heard.
  return missed === null && Math.abs(behind) < CLOCK_SKEW ? -behind : null;
};

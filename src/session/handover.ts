import { delay, type Host } from '../host/host.ts';
import { CLOCK_SKEW_MS, CROSSFADE_MS, LATE_AFTER_MS, MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import type { MediaElements } from './media-elements.ts';
import type { RunningSource } from './source-run.ts';

const ALIGNED_WITHIN_MS = 8;
const LEARN_WITHIN_MS = 1_000;
// After a seek, sound comes this much ahead of the element's clock (npm run bench:silence shows it).
const SOUNDS_AHEAD_MS = 52;
// And what comes out of a delay line this much behind it, at the least (npm run bench:continuity).
const DELAY_LINE_LAG_MS = 30;
const SETTLE_MS = 300;
const PAUSE_WITHIN_MS = 3_000;
const CHECK_EVERY_MS = 50;
// A source that was started where it is needed is not sought again.
const SEEK_BEYOND_MS = 250;
const CROSSFADE_STEPS = 3;
const MAX_SEEKS = 12;

/** How far `to` is behind `from` in program time, ms; NaN where one of them does not tell. */
const gap = ({ run: from }: RunningSource, { run: to }: RunningSource): number =>
  (from?.programTime() ?? Number.NaN) -
  (to?.programTime() ?? Number.NaN) -
  // Only a delay line leaves no choice of a quiet moment.
  (to?.liveness ? (to.quiet ? 0 : -DELAY_LINE_LAG_MS) : SOUNDS_AHEAD_MS);

/** Resolves in the next pause of what `to` brings, or soon. */
const pauseOf = async (host: Host, { run }: RunningSource, signal: AbortSignal): Promise<void> => {
  for (
    let waited = 0;
    run?.quiet?.() === false && waited < PAUSE_WITHIN_MS;
    waited += CHECK_EVERY_MS
  ) {
    await delay(host, CHECK_EVERY_MS, signal);
  }
};

/**
 * Brings the silent `to` to the word that `from` is at, within 8 ms. A seek lands late by the time
 * that the decoder needs to start again, so each one leads by what the last one showed. Gives up when
 * `from` is about to run dry.
 */
const align = async (
  host: Host,
  from: RunningSource,
  to: RunningSource,
  signal: AbortSignal,
): Promise<void> => {
  to.media.playbackRate = from.media.playbackRate;
  let lead = 0;
  for (let turn = 0; turn < MAX_SEEKS && (from.run?.ahead() ?? 0) > MINIMUM_WAIT_MS; turn++) {
    const behind = gap(from, to);
    const heard = from.run?.programTime() ?? null;
    if (heard === null || Number.isNaN(behind) || (turn && Math.abs(behind) <= ALIGNED_WITHIN_MS))
      return;
    if (turn && Math.abs(behind) < LEARN_WITHIN_MS) lead += behind;
    to.run?.seek(heard + lead);
    await delay(host, SETTLE_MS, signal);
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
  from: RunningSource,
  to: RunningSource,
  outputs: MediaElements,
  missed: number | null,
  onAligned: () => void,
): Promise<number | null> => {
  const { volume } = outputs;
  // Once it is dropped its element is another's.
  const { signal } = to;
  to.media.muted = true;
  // A play() that never settles must not hold the old source for ever.
  await Promise.race([to.media.play(), delay(host, LATE_AFTER_MS, signal)]);
  const heard = from.run?.programTime() ?? null;
  const late = gap(from, to);
  // Seeking to a word that is not published yet would mean waiting in silence.
  const reaches = late < (to.run?.ahead() ?? 0) - MINIMUM_WAIT_MS;
  if (missed !== null) to.run?.seek(missed);
  else if (to.run?.quiet) await pauseOf(host, to, signal);
  else if ((from.run?.ahead() ?? 0) > MINIMUM_WAIT_MS && !from.media.paused)
    await align(host, from, to, signal);
  else if (heard !== null && Math.abs(late) > SEEK_BEYOND_MS && reaches) to.run?.seek(heard);
  const behind = gap(from, to);
  onAligned();
  to.media.volume = 0;
  to.media.muted = outputs.isMute();
  for (let step = 1; step <= CROSSFADE_STEPS; step++) {
    to.media.volume = (volume * step) / CROSSFADE_STEPS;
    // Not by subtraction alone: a rounding error below 0 throws.
    from.media.volume = Math.max(0, volume - to.media.volume);
    await delay(host, CROSSFADE_MS / CROSSFADE_STEPS, signal);
  }
  // So far apart it is the sources' clocks that differ, not what is heard.
  return missed === null && Math.abs(behind) < CLOCK_SKEW_MS ? -behind : null;
};

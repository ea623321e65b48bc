import { delay, type Host } from '../host/host.ts';
import { CLOCK_SKEW_MS, CROSSFADE_MS, LATE_AFTER_MS, MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import type { MediaElements } from './media-elements.ts';
import type { RunningSource } from './source-run.ts';

const ALIGNED_WITHIN_MS = 8;
const LEARN_WITHIN_MS = 1_000;
// After a seek, sound is this much ahead of the element's clock (npm run bench:silence shows it).
const SOUNDS_AHEAD_MS = 52;
// A delay line is not always equally late: so much is repeated, so that no word is lost (npm run bench:continuity).
const DELAY_LINE_OVERLAP_MS = 30;
const SETTLE_MS = 300;
const PAUSE_WITHIN_MS = 3_000;
const CHECK_EVERY_MS = 50;
// A source that started close enough to its position needs no seek.
const SEEK_BEYOND_MS = 250;
const CROSSFADE_STEPS = 3;
const MAX_SEEKS = 12;

/** How far `to` is behind `from` in program time, ms; NaN if one of them is unknown. */
const gap = ({ run: from }: RunningSource, { run: to }: RunningSource): number =>
  (from?.programTime() ?? Number.NaN) -
  (to?.programTime() ?? Number.NaN) -
  // Only a delay line cannot choose a quiet moment.
  (to?.liveness ? (to.quiet ? 0 : DELAY_LINE_OVERLAP_MS) : SOUNDS_AHEAD_MS);

/** Resolves in the next speech pause of `to`, or soon. */
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
 * Seeks the silent `to` to the program time of `from`, within 8 ms. A seek lands late, by the time that the decoder
 * needs to restart, so each seek leads by the error of the last one. Gives up when the buffer of `from` runs low.
 */
const align = async (
  host: Host,
  from: RunningSource,
  to: RunningSource,
  signal: AbortSignal,
): Promise<void> => {
  to.media.playbackRate = from.media.playbackRate;
  // A realtime source cannot play faster, and at another speed the sound is not where the clock says.
  if (to.run?.liveness) from.media.playbackRate = 1;
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
 * Changes from one element to another without a gap. Two elements that play the same word at the same time sound like
 * one voice during the cross-fade.
 *
 * @param missed program time to continue from, if `from` is still silent in a pause before it.
 * @param onAligned runs before the fade: the last chance to silence the new source.
 * @returns ms of skipped (above 0) or repeated (below 0) program time; `null` if unknown.
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
  // After the run is dropped, its element belongs to another run.
  const { signal } = to;
  to.media.muted = true;
  // A realtime source has sound in hand that still plays.
  const handed =
    missed === null && to.run && !to.run.liveness && from.run?.handTo?.(to.run, signal);
  if (handed) await handed;
  // The old source must not wait for ever for a play() that hangs.
  await Promise.race([to.media.play(), delay(host, LATE_AFTER_MS, signal)]);
  const heard = from.run?.programTime() ?? null;
  const late = gap(from, to);
  // A seek to a word that is not published yet would wait in silence.
  const reaches = late < (to.run?.ahead() ?? 0) - MINIMUM_WAIT_MS;
  if (missed !== null) to.run?.seek(missed);
  else if (to.run?.quiet) {
    await pauseOf(host, to, signal);
    to.run.seek(null);
  } else if (!handed) {
    if ((from.run?.ahead() ?? 0) > MINIMUM_WAIT_MS && !from.media.paused)
      await align(host, from, to, signal);
    else if (heard !== null && Math.abs(late) > SEEK_BEYOND_MS && reaches) to.run?.seek(heard);
  }
  const behind = gap(from, to);
  onAligned();
  to.media.volume = 0;
  to.media.muted = outputs.isMute();
  for (let step = 1; step <= CROSSFADE_STEPS; step++) {
    to.media.volume = (volume * step) / CROSSFADE_STEPS;
    // A rounding error below 0 would throw.
    from.media.volume = Math.max(0, volume - to.media.volume);
    await delay(host, CROSSFADE_MS / CROSSFADE_STEPS, signal);
  }
  // At this distance, the clocks of the sources differ, not the sound.
  return missed === null && Math.abs(behind) < CLOCK_SKEW_MS ? -behind : null;
};

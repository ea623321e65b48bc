import { delay, type Host } from '../host/host.ts';
import { DEFAULTS } from '../policy/defaults.ts';
import type { SourceRun } from '../sources/source.ts';

/** A run and the element it plays in. */
export interface Voice {
  readonly run: SourceRun;
  readonly media: HTMLMediaElement;
}

const POLL = 20;
const CLOSE = 12;
const PATIENCE = 6_000;

/** How far `to` is behind `from` in program time, ms; `null` where one of them does not tell. */
const gap = (from: Voice, to: Voice): number | null => {
  const heard = from.run.programTime();
  const next = to.run.programTime();
  return heard === null || next === null ? null : heard - next;
};

/**
 * Brings the silent `to` to the word that `from` is at: a seek, then a slightly other speed until
 * both are within 12 ms, since a seek alone lands a restart of the decoder late. Gives up when
 * `from` is about to run dry.
 */
const align = async (host: Host, from: Voice, to: Voice, signal: AbortSignal): Promise<void> => {
  const started = host.now();
  const rate = from.media.playbackRate;
  let steady = 0;
  let sought = 0;
  while (steady < 3 && host.now() - started < PATIENCE && from.run.ahead() > 10 * POLL) {
    const behind = gap(from, to);
    if (behind === null) break;
    if (Math.abs(behind) > 1_000 && host.now() - sought > 1_000) {
      to.run.seek((from.run.programTime() ?? 0) + 5 * POLL);
      sought = host.now();
      steady = 0;
    } else if (Math.abs(behind) <= CLOSE) {
      to.media.playbackRate = rate;
      steady++;
    } else {
      to.media.playbackRate = rate * Math.min(1.5, Math.max(0.6, 1 + behind / 400));
      steady = 0;
    }
    await delay(host, POLL, signal);
  }
  to.media.playbackRate = rate;
};

/**
 * Hands over from one element to another without a seam. Two elements that say the same word at
 * the same time sum to one voice while the volume moves from one to the other.
 *
 * @returns ms of program time that were left out (above 0) or heard twice (below 0); `null` if unknown.
 */
export const handOver = async (
  host: Host,
  from: Voice,
  to: Voice,
  volume: number,
  muted: boolean,
  signal: AbortSignal,
): Promise<number | null> => {
  to.media.muted = true;
  await Promise.race([to.media.play(), delay(host, DEFAULTS.pendingCounts, signal)]);
  if (from.run.ahead() > DEFAULTS.minimum && !from.media.paused) {
    await align(host, from, to, signal);
  } else {
    const heard = from.run.programTime();
    if (heard !== null) to.run.seek(heard);
  }
  const behind = gap(from, to);
  const steps = 3;
  to.media.volume = 0;
  to.media.muted = muted;
  for (let step = 1; step <= steps; step++) {
    to.media.volume = (volume * step) / steps;
    from.media.volume = volume - (volume * step) / steps;
    await delay(host, DEFAULTS.fade / steps, signal);
  }
  from.media.muted = true;
  return behind === null ? null : -behind;
};

import type { State } from '../policy/state.ts';
import { isAdvancing, isRecording } from './media-events.ts';

/** The smallest gain of "go to live" that is worth a press, ms. */
const WORTH = 4_000;

/**
 * Learns during playback how close to live a source can play. Each source has its own distance; only the delay beyond
 * it can be caught up.
 */
export class LiveEdge {
  #url = '';
  #closest = Number.NaN;

  /** Learns from a state. A state without a known latency changes nothing. */
  see(state: State): void {
    const { source, behindLive } = state;
    if (!isAdvancing(state) || !source || behindLive === null) return;
    this.#closest = Math.min(source.url === this.#url ? this.#closest : Infinity, behindLive);
    this.#url = source.url;
  }

  /** The latency that counts as live, ms; `NaN` before anything has played. */
  get reach(): number {
    return this.#closest + WORTH;
  }

  /** Whether going to live would gain anything. */
  isBehind(state: State): boolean {
    // `null`, unknown, is never more than the reach.
    return !isRecording(state) && Number(state.behindLive) > this.reach;
  }
}

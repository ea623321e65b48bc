import type { State } from '../policy/state.ts';
import { isAdvancing } from './media-events.ts';

/** What going to live must gain, ms, to be worth a press. */
const WORTH = 4_000;

/**
 * How close to live a source can be heard, learnt while it plays: each does so at a distance of its
 * own, and only what is beyond that can be made up for.
 */
export class LiveEdge {
  #url = '';
  #closest = Number.NaN;

  /** Learns from a state; one without a known distance to live changes nothing. */
  see(state: State): void {
    const { source, behindLive } = state;
    if (!isAdvancing(state) || !source || behindLive === null) return;
    this.#closest = Math.min(source.url === this.#url ? this.#closest : Infinity, behindLive);
    this.#url = source.url;
  }

  /** How far behind live counts as live, ms; `NaN` while nothing has played. */
  get reach(): number {
    return this.#closest + WORTH;
  }

  /** Whether going to live would gain anything. */
  isBehind({ behindLive, source }: State): boolean {
    return source?.kind !== 'recording' && behindLive !== null && behindLive > this.reach;
  }
}

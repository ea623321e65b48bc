import type { State } from '../policy/state.ts';

/** What going to live must gain, ms, to be worth a press. */
const WORTH = 4_000;

/**
 * How close to live a source can be heard, learnt while it is heard: each plays at a distance of its
 * own, and only what is beyond that can be made up for.
 */
export class LiveEdge {
  #url = '';
  #closest = Infinity;

  see({ hearing, source, behindLive }: State): void {
    if (!hearing || !source || behindLive === null) return;
    this.#closest = Math.min(source.url === this.#url ? this.#closest : Infinity, behindLive);
    this.#url = source.url;
  }

  /** How far behind live counts as live, ms; `Infinity` while nothing was heard. */
  get reach(): number {
    return this.#closest + WORTH;
  }

  /** Whether going to live would gain anything. */
  isBehind({ behindLive, source }: State): boolean {
    return source?.kind !== 'recording' && behindLive !== null && behindLive > this.reach;
  }
}

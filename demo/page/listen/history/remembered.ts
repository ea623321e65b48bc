import type { State } from '../../earshot.js';
import { waitsOf } from '../waits-of.ts';
import { clock } from '../words/clock.ts';
import { type KnownPlace, NAMES, PLACES } from '../words/names.ts';
import type { History } from './history.ts';

const KEY = 'earshot-demo:deadlines';

type Deadlines = Partial<Record<KnownPlace, number>>;

/** The deadlines that stood when this page was left, to be compared with what stands after it. */
export class Remembered {
  readonly deadlines: Deadlines = {};

  constructor(now: number) {
    try {
      const stored = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Deadlines;
      for (const place of PLACES) {
        const until = stored[place];
        if (typeof until === 'number' && until > now) this.deadlines[place] = until;
      }
    } catch {
      // None, or garbage.
    }
  }

  get words(): string {
    const parts = PLACES.flatMap((place) => {
      const until = this.deadlines[place];
      return until ? [`${NAMES[place]} at ${clock(until)}`] : [];
    });
    if (!parts.length) return '';
    return `Retry times from before the reload: ${parts.join(', ')}. Press Listen: they are still valid.`;
  }

  /** Writes into the history whether each deadline stood, as soon as the session tells it. */
  compare(state: State, now: number, history: History): void {
    const waits = waitsOf(state);
    for (const place of PLACES) {
      const [before, after] = [this.deadlines[place], waits[place]?.until];
      if (!before || !after) continue;
      delete this.deadlines[place];
      const stood = after >= before;
      const words = stood
        ? `${NAMES[place]}: next try at ${clock(before)} before the reload, at ${clock(after)} after it`
        : `${NAMES[place]}: the reload moved the next try from ${clock(before)} to ${clock(after)}`;
      history.mark(now, stood ? 'note' : 'error', words);
    }
  }
}

export function rememberDeadlines(state: State): void {
  const waits = waitsOf(state);
  const entries = PLACES.map((place) => [place, waits[place]?.until]);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // Then there is nothing to compare.
  }
}

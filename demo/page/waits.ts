import { byId, list, make, say, set } from './dom.ts';
import type { State } from './earshot.js';
import { type KnownPlace, NAMES, PLACES } from './names.ts';
import { waitsOf } from './waits-of.ts';
import { due, reason } from './words.ts';

/** One row for each origin, waiting or not, so that nothing moves when one begins to wait. */
export function createWaitsView(): (state: State, now: number) => void {
  const parent = byId('waits');
  const since = new Map<KnownPlace, { until: number; from: number }>();

  function elapsed(place: KnownPlace, until: number, now: number): number {
    let known = since.get(place);
    if (known?.until !== until) {
      known = { until, from: now };
      since.set(place, known);
    }
    return until > known.from ? Math.min(1, (now - known.from) / (until - known.from)) : 1;
  }

  return (state, now) => {
    const waits = waitsOf(state);
    list(
      parent,
      PLACES,
      (place) =>
        make(
          'li',
          { 'data-place': place },
          make('b', {}, NAMES[place]),
          make('span'),
          make('progress', { max: 1, value: 0, 'aria-hidden': 'true' }),
        ),
      (row, place) => {
        const wait = waits[place];
        const [, words, bar] = row.children as unknown as [Element, Element, HTMLProgressElement];
        set(row, 'data-waiting', String(wait !== null));
        bar.value = wait ? 1 - elapsed(place, wait.until, now) : 0;
        say(
          words,
          wait
            ? `It ${reason(wait.error)}. Try ${wait.attempt} ${wait.until > now ? due(wait, now) : 'may come now'}.`
            : 'Nothing: it may be asked.',
        );
      },
    );
  };
}

import type { State } from '../earshot.js';
import { byId, list, make, say, set } from '../ui/dom.ts';
import { fits, nextWords, rungName, rungWords } from './words/ladder.ts';
import { fileOf, placeOf } from './words/names.ts';

/** The rungs, best first, and above them what happens next. */
export function createLadderView(): (state: State, now: number) => void {
  const parent = byId('ladder');
  const next = byId('next');
  return (state, now) => {
    say(next, nextWords(state, now));
    list(
      parent,
      state.ladder,
      () => make('li', {}, make('b'), make('span'), make('code')),
      (row, rung) => {
        const [name, words, file] = row.children as unknown as [Element, Element, Element];
        // What is not its turn yet waits for nothing that a listener could miss.
        const isLater = rung.status === 'waiting' && !fits(rung, state);
        set(row, 'data-status', isLater ? 'ready' : rung.status);
        set(row, 'data-tone', placeOf(rung.url, state.ladder));
        say(name, rungName(rung, state));
        say(words, rungWords(rung, state, now));
        say(file, fileOf(rung));
      },
    );
  };
}

import { byId, list, make, say, set } from '../../ui/dom.ts';
import { clock } from '../words/clock.ts';
import type { History } from './history.ts';

const MOST = 40;

/** The same story in words, newest first. */
export function createEventsView(history: History): () => void {
  const parent = byId('events');
  return () =>
    list(
      parent,
      history.marks.slice(-MOST).reverse(),
      () => make('li', {}, make('time'), make('i', { class: 'glyph' }), make('span')),
      (row, { at, kind, words }) => {
        const [time, glyph, text] = row.children as unknown as [Element, Element, Element];
        set(row, 'data-kind', kind);
        set(glyph, 'data-kind', kind);
        set(time, 'datetime', new Date(at).toISOString());
        say(time, clock(at));
        say(text, words);
      },
    );
}

import type { Section } from './console.ts';
import { byId, list, make, say, set } from './dom.ts';
import { changeWords } from './log-words.ts';
import { clockTime } from './words.ts';

/** Who changed what, newest first. */
export function createLogSection(): Section {
  const entries = byId('log');
  return {
    update({ log, at: now }) {
      list(
        entries,
        log,
        () =>
          make(
            'li',
            {},
            make('time'),
            make('span', { class: 'who' }),
            make('span', { class: 'what' }),
          ),
        (item, { at, who, change }) => {
          const [time, name, what] = item.children as unknown as [Element, Element, Element];
          set(time, 'datetime', new Date(at).toISOString());
          say(time, clockTime(at, now));
          say(name, who);
          say(what, changeWords(change).join('; '));
        },
      );
    },
  };
}

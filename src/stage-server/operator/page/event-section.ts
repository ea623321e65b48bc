import type { Console, Section } from './console.ts';
import { createField } from './controls.ts';
import { byId, set } from './dom.ts';
import { fromLocal, readSeconds, stepOf, toLocal } from './fields.ts';
import { clockTime, figure } from './words.ts';

const LONGEST_TITLE = 200;

/** What the document says of the event, and how often players ask for it. */
export function createEventSection(stage: Console): Section {
  const title = createField<string>(stage, {
    label: 'Title',
    applyLabel: 'Apply the title',
    isLong: true,
    attributes: { type: 'text', maxlength: LONGEST_TITLE },
    toText: (value) => value,
    toWords: (value) => (value === '' ? 'none' : `“${value}”`),
    read: (text) => ({ value: text.trim() }),
    toChange: (value) => ({ title: value }),
  });
  const startsAt = createField<string | null>(stage, {
    label: 'Starts at',
    applyLabel: 'Apply the start time',
    note: 'In the time zone of this computer. Players show it while the event is scheduled. Empty: not announced.',
    attributes: { type: 'datetime-local', step: 1 },
    toText: toLocal,
    toWords: (value) =>
      value === null ? 'not announced' : clockTime(Date.parse(value), stage.now()),
    read: fromLocal,
    toChange: (value) => ({ startsAt: value }),
  });
  const seconds = { type: 'number', inputmode: 'numeric', max: 3_600 };
  const spread = createField<number>(stage, {
    label: 'Spread',
    applyLabel: 'Apply the spread',
    note: 'Seconds within which listeners retry after a loss that many share. A longer one protects the servers.',
    attributes: { ...seconds, min: 1 },
    toText: String,
    toWords: (value) => `${figure(value, 1)} s`,
    read: readSeconds(1),
    toChange: (value) => ({ spread: value }),
    prepare: (input, value) => set(input, 'step', stepOf(value)),
  });
  const refresh = createField<number>(stage, {
    label: 'Refresh',
    applyLabel: 'Apply the refresh interval',
    note: 'Seconds between two requests of a player for the stage document.',
    attributes: { ...seconds, min: 5 },
    toText: String,
    toWords: (value) => `${figure(value, 1)} s`,
    read: readSeconds(5),
    toChange: (value) => ({ refresh: value }),
    prepare: (input, value) => set(input, 'step', stepOf(value)),
  });
  byId('event-fields').append(...[title, startsAt, spread, refresh].map(({ element }) => element));
  return {
    update(state) {
      title.update(state.title ?? '');
      startsAt.update(state.startsAt);
      spread.update(state.spread);
      refresh.update(state.refresh);
    },
  };
}

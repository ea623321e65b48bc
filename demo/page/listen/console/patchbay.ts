import type { Origin } from '../../../stage/stage.ts';
import { byId, make, say, set } from '../../ui/dom.ts';
import { IN_TEXT } from '../words/names.ts';
import type { Desk } from './desk.ts';
import { isFor, isSame, PINS, type Pin, pinName } from './faults.ts';
import { steer } from './steer.ts';

type Column = Origin | 'all';

interface Head {
  column: Column;
  short: string;
  name: string;
}

const FLOOR: Head = { column: 'floor', short: 'Main', name: 'the main server' };
const HEADS: readonly Head[] = [
  { column: 'a', short: 'CDN A', name: 'CDN A' },
  { column: 'b', short: 'CDN B', name: 'CDN B' },
  { column: 'stage', short: 'Doc.', name: 'the stage document' },
  { column: 'all', short: 'All', name: 'all at once' },
];

/** A pin for each fault and origin; one pin is set in each column. */
export function createPatchbay(desk: Desk): () => void {
  const table = byId<HTMLTableElement>('patchbay');
  const fold = byId('patchbay-fold');
  let heads: readonly Head[] = [];
  let pins: HTMLButtonElement[][] = [];
  steer(table, () => pins);

  return () => {
    const broken = desk.shown.filter((origin) => desk.fault(origin).kind !== 'none');
    const named = broken.map((origin) => `${IN_TEXT[origin]}: ${pinName(desk.fault(origin))}`);
    say(fold, named.join(', ') || 'no fault');
    // The console tells only after a while whether there is a floor.
    const current = desk.shown.includes('floor') ? [FLOOR, ...HEADS] : HEADS;
    if (current.length !== heads.length) {
      heads = current;
      pins = lay(table, heads, desk);
    }
    PINS.forEach(({ fault }, row) => {
      heads.forEach(({ column }, index) => {
        const all = [...desk.origins.keys()].filter((origin) => isFor(origin, fault));
        const origins = column === 'all' ? all : [column];
        const on = origins.every((origin) => isSame(desk.fault(origin), fault));
        const button = pins[row]?.[index];
        if (button) set(button, 'aria-pressed', String(on));
      });
    });
  };
}

/** Lays the rows of pins anew. */
function lay(table: HTMLTableElement, heads: readonly Head[], desk: Desk): HTMLButtonElement[][] {
  const head = make('tr', {}, make('td'));
  for (const { short, name } of heads) {
    head.append(make('th', { scope: 'col', 'aria-label': name }, short));
  }
  const body = make('tbody');
  const pins = PINS.map((pin) => {
    const label = make(
      'th',
      { scope: 'row' },
      make('b', {}, pin.name),
      make('small', {}, pin.hint),
    );
    const row = make('tr', {}, label);
    const buttons = heads.map((column) => {
      const button = pinButton(pin, column, desk);
      row.append(make('td', { role: 'gridcell' }, button));
      return button;
    });
    body.append(row);
    return buttons;
  });
  const [[home] = []] = pins;
  if (home) home.tabIndex = 0;
  table.replaceChildren(make('thead', {}, head), body);
  return pins;
}

function pinButton({ name, fault }: Pin, { column, name: where }: Head, desk: Desk) {
  const button = make('button', {
    type: 'button',
    class: 'pin',
    tabindex: -1,
    'aria-pressed': 'false',
    'aria-label': `${name}, ${where}`,
    'data-fault': fault.kind === 'none' ? 'none' : 'some',
  });
  button.addEventListener('click', () => void desk.set(column, fault));
  return button;
}

import type { Origin } from '../stage/stage.ts';
import type { Desk } from './desk.ts';
import { byId, make, set } from './dom.ts';
import { isSame, PINS, type Pin } from './faults.ts';

type Column = Origin | 'all';

const COLUMNS: readonly { column: Column; short: string; name: string }[] = [
  { column: 'a', short: 'CDN A', name: 'CDN A' },
  { column: 'b', short: 'CDN B', name: 'CDN B' },
  { column: 'stage', short: 'Doc.', name: 'the stage document' },
  { column: 'all', short: 'All', name: 'all at once' },
];

/** A pin for each fault and origin; one pin is set in each column. */
export function createPatchbay(desk: Desk): () => void {
  const table = byId<HTMLTableElement>('patchbay');
  const head = make('tr', {}, make('td'));
  for (const { short, name } of COLUMNS) {
    head.append(make('th', { scope: 'col', 'aria-label': name }, short));
  }
  const body = make('tbody');
  table.append(make('thead', {}, head), body);
  const pins = PINS.map((pin) => {
    const label = make(
      'th',
      { scope: 'row' },
      make('b', {}, pin.name),
      make('small', {}, pin.hint),
    );
    const row = make('tr', {}, label);
    const buttons = COLUMNS.map((column) => {
      const button = pinButton(pin, column, desk);
      row.append(make('td', { role: 'gridcell' }, button));
      return button;
    });
    body.append(row);
    return buttons;
  });
  steer(table, pins);

  return () => {
    PINS.forEach(({ fault }, row) => {
      COLUMNS.forEach(({ column }, index) => {
        const origins = column === 'all' ? (['a', 'b', 'stage'] as const) : [column];
        const on = origins.every((origin) => isSame(desk.fault(origin), fault));
        const button = pins[row]?.[index];
        if (button) set(button, 'aria-pressed', String(on));
      });
    });
  };
}

function pinButton(
  { name, fault }: Pin,
  { column, name: where }: (typeof COLUMNS)[number],
  desk: Desk,
) {
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

/** One stop for Tab; from there the arrow keys lead to each of the pins. */
function steer(table: HTMLTableElement, pins: readonly (readonly HTMLButtonElement[])[]): void {
  let home = pins[0]?.[0];
  const settle = (button: HTMLButtonElement) => {
    if (home) home.tabIndex = -1;
    home = button;
    home.tabIndex = 0;
  };
  if (home) settle(home);
  table.addEventListener('focusin', ({ target }) => settle(target as HTMLButtonElement));
  table.addEventListener('keydown', (event) => {
    const row = pins.findIndex((buttons) => buttons.includes(event.target as HTMLButtonElement));
    const column = pins[row]?.indexOf(event.target as HTMLButtonElement) ?? 0;
    const next = {
      ArrowUp: pins[row - 1]?.[column],
      ArrowDown: pins[row + 1]?.[column],
      ArrowLeft: pins[row]?.[column - 1],
      ArrowRight: pins[row]?.[column + 1],
      Home: pins[row]?.[0],
      End: pins[row]?.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

import type { Desk } from './desk.ts';
import { byId, make, set } from './dom.ts';
import { isSame, type Pin, WHEP_PINS } from './faults.ts';
import { steer } from './steer.ts';

const COLUMNS = 2;

/** WebRTC's own faults, of which one is set; hidden where the stage has no WebRTC. */
export function createWhepPins(desk: Desk): () => void {
  const [group, parent, files] = [byId('whep-faults'), byId('whep-pins'), byId('files-title')];
  const buttons = WHEP_PINS.map((pin) => pinButton(pin, desk));
  const rows = buttons.flatMap((_, index) =>
    index % COLUMNS ? [] : [buttons.slice(index, index + COLUMNS)],
  );
  const [first] = buttons;
  if (first) first.tabIndex = 0;
  parent.append(...buttons);
  steer(parent, () => rows);

  return () => {
    group.hidden = !desk.origins.has('whep');
    files.hidden = group.hidden;
    if (group.hidden) return;
    WHEP_PINS.forEach(({ fault }, index) => {
      const on = isSame(desk.fault('whep'), fault);
      const button = buttons[index];
      if (button) set(button, 'aria-pressed', String(on));
    });
  };
}

function pinButton({ name, hint, fault }: Pin, desk: Desk): HTMLButtonElement {
  const button = make(
    'button',
    {
      type: 'button',
      class: 'pin named',
      tabindex: -1,
      'aria-pressed': 'false',
      'data-fault': fault.kind === 'none' ? 'none' : 'some',
    },
    make('b', {}, name),
    ' ',
    make('small', {}, hint),
  );
  button.addEventListener('click', () => void desk.set('whep', fault));
  return button;
}

import { byId, make, set } from '../../ui/dom.ts';
import type { Desk } from './desk.ts';
import { CHANNEL_PINS, isSame, type Pin, WHEP_PINS } from './faults.ts';
import { steer } from './steer.ts';

const COLUMNS = 2;

/** Faults that are one origin's own, of which one is set; hidden where the stage has no such origin. */
function createPins(desk: Desk, origin: 'whep' | 'channel', pins: readonly Pin[]): () => void {
  const [group, parent] = [byId(`${origin}-faults`), byId(`${origin}-pins`)];
  const buttons = pins.map((pin) => pinButton(pin, origin, desk));
  const rows = buttons.flatMap((_, index) =>
    index % COLUMNS ? [] : [buttons.slice(index, index + COLUMNS)],
  );
  const [first] = buttons;
  if (first) first.tabIndex = 0;
  parent.append(...buttons);
  steer(parent, () => rows);

  return () => {
    group.hidden = !desk.origins.has(origin);
    if (group.hidden) return;
    pins.forEach(({ fault }, index) => {
      const on = isSame(desk.fault(origin), fault);
      const button = buttons[index];
      if (button) set(button, 'aria-pressed', String(on));
    });
  };
}

/** The faults of WebRTC and of the channel. */
export function createOwnPins(desk: Desk): () => void {
  const files = byId('files-title');
  const [whep, channel] = [
    createPins(desk, 'whep', WHEP_PINS),
    createPins(desk, 'channel', CHANNEL_PINS),
  ];
  return () => {
    whep();
    channel();
    files.hidden = !desk.origins.has('whep') && !desk.origins.has('channel');
  };
}

function pinButton(
  { name, hint, fault }: Pin,
  origin: 'whep' | 'channel',
  desk: Desk,
): HTMLButtonElement {
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
  button.addEventListener('click', () => void desk.set(origin, fault));
  return button;
}

import { byId, list, make, say, set } from '../../ui/dom.ts';
import { joinCounts, leftWords, openWords, percent, rateWords } from '../words/door.ts';
import type { Desk } from './desk.ts';
import { bars } from './meters.ts';

/** Joins a second that can be chosen: even steps for the ear of an operator, not for a ruler. */
const CAPACITIES = [0.5, 1, 2, 3, 5, 7, 10, 20, 50, 100, 200, 500, 1000] as const;

const nearest = (capacity: number): number => {
  const far = CAPACITIES.map((one) => Math.abs(Math.log(one / capacity)));
  return far.indexOf(Math.min(...far));
};

const joins = (capacity: number): string => `${capacity} per second`;

/**
 * Works the door, and tells how it stands.
 *
 * @param isUsed whether what is behind the door can be played here.
 */
export function createDoorPanel(desk: Desk, isUsed: () => boolean): (now: number) => void {
  const [panel, fold] = [byId('door'), byId('door-fold')];
  const [open, rate, left, counts] = ['door-open', 'door-rate', 'door-left', 'door-counts'].map(
    (id) => byId(id),
  ) as [Element, Element, Element, Element];
  const bar = byId<HTMLProgressElement>('door-bar');
  const drawing = byId<SVGSVGElement>('door-joins');
  const tickets = byId<HTMLInputElement>('door-tickets');

  byId('door-restart').addEventListener('click', () => void desk.order({ restart: true }));
  tickets.addEventListener('change', () => void desk.order({ tickets: tickets.checked }));
  const capacity = slider('door-capacity', {
    words: (value) => joins(CAPACITIES[value] ?? 0),
    send: (value) => void desk.order({ capacity: CAPACITIES[value] ?? 1 }),
  });
  const attack = slider('door-attack', {
    words: (value) => percent(value / 100),
    send: (value) => void desk.order({ attack: value / 100 }),
  });

  return (now) => {
    const { door } = desk;
    panel.hidden = !door || !isUsed();
    if (!door) return;
    bar.value = Math.max(0, door.open + ((now - door.at) / 1000) * door.opensPerSecond);
    say(open, openWords(door, now));
    say(fold, openWords(door, now).toLowerCase());
    say(rate, rateWords(door));
    say(left, leftWords(door));
    const minute = desk.joins.last(now);
    bars(drawing, minute);
    list(
      counts,
      joinCounts(door, minute),
      () => make('div', {}, make('dt'), make('dd'), make('dd', { class: 'note' })),
      ({ children }, words) => {
        const [name, second, all] = children as unknown as [Element, Element, Element];
        say(name, words.name);
        say(second, words.second);
        say(all, words.minute);
      },
    );
    capacity(nearest(door.capacity), joins(door.capacity));
    attack(Math.round(door.attack * 100), percent(door.attack));
    if (document.activeElement !== tickets) tickets.checked = door.tickets;
  };
}

/** A range that says its value in words. While it has the focus, its own value counts. */
function slider(
  id: string,
  { words, send }: { words(value: number): string; send(value: number): void },
): (value: number, words: string) => void {
  const input = byId<HTMLInputElement>(id);
  const shown = byId(`${id}-value`);
  const tell = (text: string) => {
    say(shown, text);
    set(input, 'aria-valuetext', text);
  };
  input.addEventListener('input', () => tell(words(Number(input.value))));
  input.addEventListener('change', () => send(Number(input.value)));
  return (value, text) => {
    if (document.activeElement === input) return;
    input.value = String(value);
    tell(text);
  };
}

import type { DoorChange, StageChange } from '../../config-types.ts';
import type { DoorStats } from '../../stats.ts';
import type { OperatorState } from '../operator-state.ts';
import { createConfirmation } from './confirm.ts';
import { type Console, createFeedback, type Section } from './console.ts';
import { createField, createSwitch } from './controls.ts';
import { button, byId, createKeyed, list, make, newId, say, set } from './dom.ts';
import { readCapacity, readMost, stepOf } from './fields.ts';
import { counted, figure, openness, queueEnd, rate } from './words.ts';

type Fact = readonly [name: string, value: string];

function factsOf(door: DoorStats, now: number): readonly Fact[] {
  const { capacity, most, inside, arrivals, admitted, refused } = door;
  return [
    ['Opening rate', door.open < 1 ? `${figure(door.opensPerSecond * 100, 2)}\u00a0%/s` : '–'],
    ['Queue ends', queueEnd(door, now)],
    ['Asked to join', `${rate(arrivals)}/s`],
    ['Joined', `${rate(admitted)}/s of ${rate(capacity)}/s`],
    ['Refused', `${rate(refused)}/s`],
    ['Inside', most === null ? figure(inside) : `${figure(inside)} of ${figure(most)}`],
  ];
}

function restartEffects(state: OperatorState, name: string): readonly string[] {
  const inside = state.doors[name]?.inside ?? 0;
  return [
    'All tickets and passes of this door become invalid.',
    'Everybody who waits draws another place in the queue, and the door opens again from the start.',
    `The ${counted(inside, 'listener')} inside keep hearing until their connection drops. Then they queue too.`,
  ];
}

interface DoorView {
  readonly element: HTMLElement;
  update(state: OperatorState, door: DoorStats): void;
}

function createDoor(stage: Console, name: string): DoorView {
  const titleId = newId('door');
  const [bar, words] = [
    make('progress', { max: 1, 'aria-label': `Open share of the door ${name}` }),
    make('p', { class: 'openness' }),
  ];
  const facts = make('dl', { class: 'facts' });
  const feedback = createFeedback(stage.announcer);
  const confirmation = createConfirmation();
  const changeOf = (change: DoorChange): StageChange => ({ doors: { [name]: change } });

  const capacity = createField<number>(stage, {
    label: 'Capacity',
    applyLabel: `Apply the capacity of ${name}`,
    note: 'Joins per second, on all nodes together. 0 admits nobody.',
    attributes: { type: 'number', inputmode: 'decimal', min: 0, max: 10_000_000 },
    toText: String,
    toWords: (value) => `${figure(value, 2)}/s`,
    read: readCapacity,
    toChange: (value) => changeOf({ capacity: value }),
    prepare: (input, value) => set(input, 'step', stepOf(value)),
  });
  const most = createField<number | null>(stage, {
    label: 'Most inside',
    applyLabel: `Apply the limit of people inside ${name}`,
    note: 'People at the same time. Empty: no limit. A lower limit sends nobody away.',
    attributes: { type: 'number', inputmode: 'numeric', min: 0, max: 100_000_000 },
    toText: (value) => (value === null ? '' : String(value)),
    toWords: (value) => (value === null ? 'no limit' : figure(value)),
    read: readMost,
    toChange: (value) => changeOf({ most: value }),
    prepare: (input, value) => set(input, 'step', stepOf(value ?? 100)),
  });
  const tickets = createSwitch({
    label: `Tickets of the door ${name}`,
    feedback,
    faces: ['Tickets off: listeners draw their own place', 'Tickets on: places are signed'],
    turn: (isOn) =>
      stage.change(
        changeOf({ tickets: isOn }),
        feedback,
        `Tickets of ${name} are ${isOn ? 'on' : 'off'}.`,
      ),
  });

  const restart: HTMLButtonElement = button('Restart this door …', () => {
    feedback.clear();
    confirmation.ask({
      title: `Restart the door ${name}?`,
      effects: restartEffects(stage.state, name),
      confirm: `Yes, restart ${name}`,
      opener: restart,
      act: () =>
        stage.change(changeOf({ restart: true }), feedback, `The door ${name} is restarted.`),
    });
  });

  const element = make(
    'section',
    { class: 'card door', 'aria-labelledby': titleId },
    make('h3', { id: titleId }, 'Door ', make('span', { class: 'name' }, name)),
    make('div', { class: 'opening' }, bar, words),
    facts,
    make('div', { class: 'fields' }, capacity.element, most.element),
    tickets.element,
    make('p', { class: 'buttons' }, restart),
    confirmation.element,
    feedback.element,
  );
  set(element, 'data-door', name);

  return {
    element,
    update(state, door) {
      bar.value = Math.max(0, Math.min(1, door.open));
      say(words, openness(door.open, door.opensPerSecond));
      list(
        facts,
        factsOf(door, state.at),
        () => make('div', {}, make('dt'), make('dd')),
        (item, [term, value]) => {
          say(item.firstElementChild as Element, term);
          say(item.lastElementChild as Element, value);
        },
      );
      const { most: limit, inside } = door;
      set(element, 'data-full', String(limit !== null && inside >= limit));
      capacity.update(door.capacity);
      most.update(limit);
      tickets.update(door.tickets);
    },
  };
}

/** The doors, each with its figures and its controls. */
export function createDoorsSection(stage: Console): Section {
  const keep = createKeyed(byId('doors'), (name) => createDoor(stage, name));
  return {
    update(state) {
      const names = Object.keys(state.doors);
      byId('no-doors').hidden = names.length > 0;
      for (const [name, view] of keep(names)) {
        const door = state.doors[name];
        if (door) view.update(state, door);
      }
    },
  };
}

import { expect } from 'chai';
import { createAnnouncer } from '../../../src/stage-server/operator/page/announcer.ts';
import type { StateOutcome } from '../../../src/stage-server/operator/page/api.ts';
import { createConfirmation } from '../../../src/stage-server/operator/page/confirm.ts';
import {
  type Console,
  createConsole,
  createFeedback,
} from '../../../src/stage-server/operator/page/console.ts';
import { createField, createSwitch } from '../../../src/stage-server/operator/page/controls.ts';
import { createKeyed, make } from '../../../src/stage-server/operator/page/dom.ts';
import { readCapacity } from '../../../src/stage-server/operator/page/fields.ts';
import { operatorState } from '../../helpers/operator-state.ts';

const silent = { say() {}, alert() {} };

let place: HTMLElement;

beforeEach(() => {
  place = document.body.appendChild(make('div'));
});

afterEach(() => place.remove());

interface Bench {
  readonly stage: Console;
  readonly changes: unknown[];
  /** Answers the change that waits. */
  answer(outcome: StateOutcome): Promise<void>;
}

function bench(): Bench {
  const changes: unknown[] = [];
  let settle: (outcome: StateOutcome) => void = () => {};
  const stage = createConsole({
    announcer: silent,
    change: (change) => {
      changes.push(change);
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    say: () => Promise.reject(new Error('Nothing is said here.')),
    state: operatorState,
    now: () => 0,
    onState() {},
    onUnauthorized() {},
  });
  return {
    ...{ stage, changes },
    async answer(outcome) {
      settle(outcome);
      for (let i = 0; i < 10; i++) await Promise.resolve();
    },
  };
}

function capacityField(stage: Console) {
  const field = createField<number>(stage, {
    ...{ label: 'Capacity', applyLabel: 'Apply', attributes: { type: 'number' } },
    ...{ toText: String, toWords: String, read: readCapacity },
    toChange: (capacity) => ({ doors: { floor: { capacity } } }),
  });
  place.append(field.element);
  field.update(20);
  const input = field.element.querySelector('input') as HTMLInputElement;
  const feedback = field.element.querySelector('.feedback') as HTMLElement;
  const type = (text: string) => {
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const apply = () => field.element.querySelector('button')?.click();
  return { field, input, feedback, type, apply };
}

describe('a field', () => {
  it('applies nothing before its button is pressed, and keeps what is being typed', () => {
    const { stage, changes } = bench();
    const { field, input, type } = capacityField(stage);
    type('30');
    field.update(25);
    expect(input.value).to.equal('30');
    expect(field.element.dataset.dirty).to.equal('true');
    expect(field.element.textContent).to.include('now 25');
    expect(changes).to.deep.equal([]);
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(input.value).to.equal('25');
    field.update(26);
    expect(input.value).to.equal('26');
  });

  it('shows a change as applied only when the stage has confirmed it', async () => {
    const { stage, changes, answer } = bench();
    const { field, input, feedback, type, apply } = capacityField(stage);
    type('30');
    apply();
    apply();
    expect(changes).to.deep.equal([{ doors: { floor: { capacity: 30 } } }]);
    expect(feedback.dataset.kind).to.equal('pending');
    expect(field.element.textContent).to.include('now 20');
    field.update(30);
    await answer({ kind: 'ok', value: null });
    expect(feedback.dataset.kind).to.equal('done');
    expect(input.value).to.equal('30');
    expect(field.element.dataset.dirty).to.equal('false');
  });

  it('says beside the field why a change was not applied', async () => {
    const { stage, answer } = bench();
    const { input, feedback, type, apply } = capacityField(stage);
    const cases: readonly (readonly [StateOutcome, RegExp])[] = [
      [{ kind: 'invalid', problems: ['doors.floor: there is no such door.'] }, /no such door/],
      [{ kind: 'unauthorized' }, /no longer valid/],
      [{ kind: 'forbidden' }, /403/],
      [{ kind: 'unavailable', retryAfter: 2 }, /503.*may have taken effect.*2\u00a0s/],
      [{ kind: 'unreachable' }, /No answer/],
      [{ kind: 'unexpected', status: 418 }, /418/],
    ];
    for (const [outcome, words] of cases) {
      type('30');
      apply();
      await answer(outcome);
      expect(feedback.textContent).to.match(words);
      expect(feedback.dataset.kind).to.equal('failed');
      expect(input.value).to.equal('30');
    }
  });

  it('checks a value before it asks', () => {
    const { stage, changes } = bench();
    const { input, feedback, type, apply } = capacityField(stage);
    type('-1');
    apply();
    expect(input.getAttribute('aria-invalid')).to.equal('true');
    expect(document.activeElement).to.equal(input);
    expect(feedback.textContent).to.match(/from 0/);
    expect(changes).to.deep.equal([]);
    type('1');
    expect(input.hasAttribute('aria-invalid')).to.equal(false);
  });
});

describe('a switch', () => {
  it('turns when the stage says so, and tells why it cannot', async () => {
    const feedback = createFeedback(silent);
    const asked: boolean[] = [];
    const control = createSwitch({
      ...{ label: 'In', feedback, faces: ['Out', 'In'] },
      turn: async (isOn) => void asked.push(isOn),
    });
    place.append(control.element);
    control.update(true);
    control.button.click();
    control.button.click();
    expect(asked).to.deep.equal([false]);
    expect(control.button.getAttribute('aria-checked')).to.equal('true');
    await Promise.resolve();
    control.update(false);
    expect(control.button.getAttribute('aria-checked')).to.equal('false');
    control.update(true, 'It is the last one.');
    await Promise.resolve();
    control.button.click();
    expect(asked).to.deep.equal([false]);
    expect(feedback.element.textContent).to.equal('It is the last one.');
  });
});

describe('a confirmation', () => {
  function asking() {
    const confirmation = createConfirmation();
    const opener = make('button', { type: 'button' });
    let acts = 0;
    place.append(opener, confirmation.element);
    opener.focus();
    confirmation.ask({
      ...{ title: 'Hold?', effects: ['Nobody is disconnected.'], confirm: 'Yes, hold', opener },
      act: () => acts++,
    });
    const named = (name: string) =>
      [...confirmation.element.querySelectorAll('button')].find(
        ({ textContent }) => textContent === name,
      );
    return { confirmation, opener, named, acts: () => acts };
  }

  it('puts the focus on the question, so that a second Enter does nothing', () => {
    const { confirmation, acts } = asking();
    expect(document.activeElement?.textContent).to.equal('Hold?');
    expect(document.activeElement?.localName).to.equal('h3');
    expect(confirmation.isOpen).to.equal(true);
    expect(acts()).to.equal(0);
  });

  it('acts once, and gives the focus back', () => {
    const { confirmation, opener, named, acts } = asking();
    const yes = named('Yes, hold');
    yes?.click();
    yes?.click();
    expect(acts()).to.equal(1);
    expect(confirmation.isOpen).to.equal(false);
    expect(document.activeElement).to.equal(opener);
  });

  it('is taken back by Escape and by its button', () => {
    for (const way of ['Escape', 'Cancel']) {
      const { confirmation, opener, named, acts } = asking();
      if (way === 'Cancel') named('Cancel')?.click();
      else {
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }),
        );
      }
      expect([confirmation.isOpen, acts()]).to.deep.equal([false, 0]);
      expect(document.activeElement).to.equal(opener);
    }
  });
});

describe('the announcer', () => {
  it('gathers what is said within a moment, and leaves a pause', () => {
    const timers: (() => void)[] = [];
    const [polite, assertive] = [make('p'), make('p')];
    const announcer = createAnnouncer(polite, assertive, (_, run) => timers.push(run));
    for (const text of ['One.', 'Two.', 'One.']) announcer.say(text);
    expect(timers).to.have.length(1);
    timers.shift()?.();
    expect(polite.textContent).to.equal('One. Two.');
    announcer.say('Three.');
    expect(timers).to.have.length(1);
    timers.shift()?.();
    expect(polite.textContent).to.equal('Three.');
    timers.shift()?.();
    expect(timers).to.have.length(0);
    announcer.alert('Lost.');
    timers.shift()?.();
    expect(assertive.textContent).to.equal('Lost.');
  });
});

describe('children by key', () => {
  it('keep their elements, and so the focus, while others come and go', () => {
    const keep = createKeyed(place, (key) => ({
      element: make('button', { type: 'button' }, key),
    }));
    keep(['a', 'b']);
    const b = place.children[1] as HTMLElement;
    b.focus();
    keep(['x', 'a', 'b', 'y']);
    expect(place.textContent).to.equal('xaby');
    expect(document.activeElement).to.equal(b);
    keep(['b']);
    expect(place.textContent).to.equal('b');
    expect(document.activeElement).to.equal(b);
  });
});

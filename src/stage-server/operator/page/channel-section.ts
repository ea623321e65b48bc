import type { OperatorState } from '../operator-state.ts';
import { createConfirmation } from './confirm.ts';
import { type Console, createFeedback, type Section } from './console.ts';
import { button, byId, make, newId, say, set } from './dom.ts';
import { readSeconds } from './fields.ts';
import { counted, duration, reconnects } from './words.ts';

const SOUND = 'The sound goes on. Messages of listeners wait meanwhile, and none is lost.';

const loadOf = ({ listeners, nodes }: OperatorState, seconds: number) =>
  reconnects(listeners, seconds, nodes.filter(({ isDraining }) => !isDraining).length);

/** The channel: how many are connected, and what makes them reconnect. */
export function createChannelSection(stage: Console): Section {
  const [fieldId, feedbackId] = [newId('field'), newId('feedback')];
  const feedback = createFeedback(stage.announcer, feedbackId);
  const confirmation = createConfirmation();
  const load = make('p', { class: 'note' });
  const input = make('input', {
    ...{ id: fieldId, type: 'number', min: 1, max: 3_600, step: 5, inputmode: 'numeric' },
    ...{ autocomplete: 'off', 'aria-describedby': feedbackId },
  });
  let isTouched = false;

  const restart = make('button', { type: 'submit' }, 'Restart …');
  const form = make(
    'form',
    { class: 'field' },
    make('label', { for: fieldId }, 'Restart the channel over (seconds)'),
    make('div', { class: 'field-row' }, input, restart),
    load,
  );
  form.noValidate = true;
  const move: HTMLButtonElement = button('Move the channel …', () => {
    feedback.clear();
    const { spread, listeners } = stage.state;
    confirmation.ask({
      title: 'Move the channel to another URL?',
      effects: [
        `${counted(listeners, 'listener')} reconnect within the spread of ${duration(spread)}: ${loadOf(stage.state, spread)}`,
        SOUND,
        'Use it if a proxy or a CDN holds connections that no longer work.',
      ],
      confirm: 'Yes, move the channel',
      opener: move,
      act: () => stage.change({ moveChannel: true }, feedback, 'The channel has another URL.'),
    });
  });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const read = readSeconds(1)(input.value);
    if ('problem' in read) {
      set(input, 'aria-invalid', 'true');
      feedback.failed(read.problem);
      return input.focus();
    }
    input.removeAttribute('aria-invalid');
    feedback.clear();
    const { value } = read;
    confirmation.ask({
      title: `Restart the channel over ${duration(value)}?`,
      effects: [
        `${counted(stage.state.listeners, 'connection')} close on all nodes and come back within ${duration(value)}: ${loadOf(stage.state, value)}`,
        SOUND,
        'This page is one of them: meanwhile it asks for its figures every 2 seconds.',
      ],
      confirm: 'Yes, restart the channel',
      opener: restart,
      act: () =>
        stage.change(
          { restartChannel: value },
          feedback,
          `The channel restarts over ${duration(value)}.`,
        ),
    });
  });
  input.addEventListener('input', () => {
    isTouched = true;
    input.removeAttribute('aria-invalid');
    showLoad();
  });

  function showLoad(): void {
    const read = readSeconds(1)(input.value);
    say(load, 'value' in read ? loadOf(stage.state, read.value) : read.problem);
  }

  byId('channel-controls').append(
    form,
    make('p', { class: 'buttons' }, move),
    confirmation.element,
    feedback.element,
  );

  return {
    update({ hasChannel, listeners, nodes, spread }) {
      byId('channel-controls').hidden = !hasChannel;
      byId('no-channel').hidden = hasChannel;
      byId('channel-count').hidden = !hasChannel;
      if (!hasChannel) return;
      if (!isTouched && input.value === '') input.value = String(Math.max(1, Math.round(spread)));
      const each = nodes.length > 1 ? `, on ${nodes.length} nodes` : '';
      say(byId('channel-count'), `${counted(listeners, 'connection')}${each}`);
      showLoad();
    },
  };
}

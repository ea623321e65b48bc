import type { EventState } from '../../config-types.ts';
import { createConfirmation } from './confirm.ts';
import { type Console, createFeedback, type Section } from './console.ts';
import { button, byId, say, set } from './dom.ts';
import { MEANINGS, STATE_BUTTONS, STATE_QUESTIONS, STATES, stateEffects } from './words.ts';

/** The state of the event, and its change in two steps. */
export function createStateSection(stage: Console): Section {
  const [current, meaning] = [byId('state-current'), byId('state-meaning')];
  const feedback = createFeedback(stage.announcer);
  const confirmation = createConfirmation();
  let isBusy = false;
  let shown: EventState | null = null;

  async function change(next: EventState): Promise<void> {
    isBusy = true;
    await stage.change({ state: next }, feedback, `The event is ${next}.`);
    isBusy = false;
  }

  function press(next: EventState, opener: HTMLElement): void {
    if (isBusy) return;
    feedback.clear();
    if (stage.state.state === next) {
      feedback.failed(`The event is ${next} already.`);
      return;
    }
    confirmation.ask({
      title: STATE_QUESTIONS[next],
      effects: stateEffects(stage.state, next),
      confirm: `Yes, ${STATE_BUTTONS[next].toLowerCase()}`,
      opener,
      act: () => change(next),
    });
  }

  const buttons = STATES.map((name) => {
    const element: HTMLButtonElement = button(STATE_BUTTONS[name], () => press(name, element));
    return [name, element] as const;
  });
  byId('state-buttons').append(...buttons.map(([, element]) => element));
  byId('state').append(confirmation.element, feedback.element);

  return {
    update({ state }) {
      if (state === shown) return;
      // The question was about another state.
      if (shown !== null && confirmation.isOpen) confirmation.cancel();
      if (shown !== null && !isBusy) stage.announcer.say(`The event is ${state} now.`);
      shown = state;
      set(document.body, 'data-state', state);
      say(current, state);
      say(meaning, MEANINGS[state]);
      for (const [name, element] of buttons) {
        const isCurrent = name === state;
        // Still reachable, so that the focus that comes back is not lost.
        set(element, 'aria-disabled', String(isCurrent));
        say(element, isCurrent ? `${STATE_BUTTONS[name]} (now)` : STATE_BUTTONS[name]);
      }
    },
  };
}

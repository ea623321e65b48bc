import { button, make, newId, say } from './dom.ts';

/** The second step of a change that listeners notice. */
export interface Confirmation {
  /** Empty while nothing is asked. */
  readonly element: HTMLElement;
  /** Asks. The focus goes to the question, so that the key that opened it cannot confirm it too. */
  ask(question: Question): void;
  /** Takes the question back, and returns the focus. */
  cancel(): void;
  readonly isOpen: boolean;
}

/** What is asked. */
export interface Question {
  readonly title: string;
  /** What listeners will notice, in sentences. */
  readonly effects: readonly string[];
  /** On the button that does it. */
  readonly confirm: string;
  /** Gets the focus back. */
  readonly opener: HTMLElement;
  act(): unknown;
}

/** Creates the place of a question. */
export function createConfirmation(): Confirmation {
  const element = make('div', { class: 'confirmation' });
  element.hidden = true;
  let asked: Question | null = null;

  function close(): HTMLElement | null {
    const opener = asked?.opener ?? null;
    asked = null;
    element.replaceChildren();
    element.hidden = true;
    return opener;
  }

  function cancel(): void {
    close()?.focus();
  }

  function ask(question: Question): void {
    close();
    asked = question;
    const [titleId, effectsId] = [newId('question'), newId('effects')];
    const title = make('h3', { id: titleId, tabindex: -1 });
    say(title, question.title);
    const effects = make('ul', { id: effectsId });
    for (const effect of question.effects) effects.append(make('li', {}, effect));
    const confirm = button(
      question.confirm,
      () => {
        // A second click can come before the button is gone.
        if (asked !== question) return;
        // In this order: `act` may show where it stands with the opener.
        close()?.focus();
        question.act();
      },
      { class: 'confirm' },
    );
    const group = make(
      'div',
      { role: 'group', 'aria-labelledby': titleId, 'aria-describedby': effectsId },
      ...[title, effects],
      make('p', { class: 'buttons' }, confirm, button('Cancel', cancel)),
    );
    element.append(group);
    element.hidden = false;
    title.focus();
  }

  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    cancel();
  });

  return {
    element,
    ask,
    cancel,
    get isOpen() {
      return asked !== null;
    },
  };
}

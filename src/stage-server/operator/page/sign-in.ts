import type { OperatorSession } from '../operators.ts';
import type { Api, Outcome } from './api.ts';
import { byId, say, set } from './dom.ts';
import { invitationIn } from './session.ts';
import { duration } from './words.ts';

/** The form for an invitation. */
export interface SignIn {
  /** Shows the form. @param why it is shown, if not at the beginning. */
  show(why: string): void;
  hide(): void;
  /** Exchanges an invitation. */
  use(invitation: string): Promise<void>;
}

function problemOf(outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>): string {
  switch (outcome.kind) {
    case 'unauthorized':
      return 'This invitation is not valid: it was used before, has expired, or is of another stage. An invitation works once, within an hour.';
    case 'unavailable':
      return `The stage cannot check the invitation at the moment. Try again in ${duration(outcome.retryAfter ?? 1)}.`;
    case 'unreachable':
      return 'No answer from the stage. Check the network, and try again.';
    case 'forbidden':
      return 'The stage refuses this page (HTTP 403).';
    case 'invalid':
    case 'unexpected':
      return 'The stage could not read the invitation.';
  }
}

/** Creates the form. */
export function createSignIn(api: Api, onSession: (session: OperatorSession) => void): SignIn {
  const [form, input, problem] = [
    byId<HTMLFormElement>('sign-in-form'),
    byId<HTMLInputElement>('invitation'),
    byId('sign-in-problem'),
  ];
  let isBusy = false;

  function complain(text: string): void {
    say(problem, text);
    set(input, 'aria-invalid', 'true');
    input.focus();
  }

  async function use(invitation: string): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    say(problem, '');
    set(form, 'aria-busy', 'true');
    const outcome = await api.login(invitation);
    isBusy = false;
    form.removeAttribute('aria-busy');
    if (outcome.kind !== 'ok') return complain(problemOf(outcome));
    input.removeAttribute('aria-invalid');
    input.value = '';
    onSession(outcome.value);
  }

  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const invitation = invitationIn(input.value);
    if (invitation === '') return complain('Paste an invitation.');
    void use(invitation);
  });

  return {
    show(why) {
      byId('sign-in').hidden = false;
      if (why === '') return;
      say(problem, why);
      input.focus();
    },
    hide() {
      byId('sign-in').hidden = true;
      say(problem, '');
    },
    use,
  };
}

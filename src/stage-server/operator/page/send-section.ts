import type { StageSaying } from '../../config-types.ts';
import { type Console, createFeedback, type Section } from './console.ts';
import { byId, say, set } from './dom.ts';
import { fromLocal, readPayload, readType, toLocal } from './fields.ts';
import { figure } from './words.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

const ID_BYTES = 9;

const randomId = () =>
  [...crypto.getRandomValues(new Uint8Array(ID_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/** A message, or a cue, for all listeners. It is checked here before it is sent. */
export function createSendSection(stage: Console): Section {
  const form = byId<HTMLFormElement>('send-form');
  const [type, payload] = [
    byId<HTMLInputElement>('send-type'),
    byId<HTMLTextAreaElement>('send-payload'),
  ];
  const [cueId, cueAt] = [byId<HTMLInputElement>('send-id'), byId<HTMLInputElement>('send-at')];
  const submit = byId<HTMLButtonElement>('send-submit');
  const feedback = createFeedback(stage.announcer, 'send-feedback');
  byId('send-actions').after(feedback.element);
  /** The same for a second try of the same, so that nobody gets it twice. */
  let key = randomId();
  let isBusy = false;

  const isCue = () => byId<HTMLInputElement>('send-cue').checked;

  function complain(field: Field, problem: string): null {
    set(field, 'aria-invalid', 'true');
    feedback.failed(problem);
    field.focus();
    return null;
  }

  function read(): StageSaying | null {
    const readingType = readType(type.value);
    if ('problem' in readingType) return complain(type, readingType.problem);
    const body = readPayload(payload.value);
    if ('problem' in body) return complain(payload, body.problem);
    const said = {
      type: readingType.value,
      ...(body.value !== undefined && { payload: body.value }),
    };
    if (!isCue()) return { message: said };
    const id = cueId.value.trim();
    if (id === '') return complain(cueId, 'Enter an ID. A cue with the same ID replaces this one.');
    const at = fromLocal(cueAt.value);
    if ('problem' in at) return complain(cueAt, at.problem);
    return { cue: { id, at: at.value ?? new Date(stage.now()).toISOString(), ...said } };
  }

  async function send(): Promise<void> {
    if (isBusy) return;
    for (const field of [type, payload, cueId, cueAt]) field.removeAttribute('aria-invalid');
    const saying = read();
    if (!saying) return;
    isBusy = true;
    set(form, 'aria-busy', 'true');
    const done = 'cue' in saying ? `Cue ${saying.cue.id} is sent.` : 'The message is sent.';
    const isSent = await stage.say(saying, key, feedback, done);
    isBusy = false;
    form.removeAttribute('aria-busy');
    if (!isSent) return;
    key = randomId();
    if (isCue()) cueId.value = '';
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  form.addEventListener('input', ({ target }) => {
    // Another content is another message.
    key = randomId();
    feedback.clear();
    if (target instanceof Element) target.removeAttribute('aria-invalid');
    byId('send-cue-fields').hidden = !isCue();
  });
  byId('send-now').addEventListener('click', () => {
    cueAt.value = toLocal(new Date(stage.now()).toISOString());
    feedback.clear();
  });

  return {
    update({ hasChannel, listeners }) {
      byId('send').hidden = !hasChannel;
      say(submit, `Send to all (${figure(listeners)} connected)`);
    },
  };
}

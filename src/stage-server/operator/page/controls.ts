import type { StageChange } from '../../config-types.ts';
import { type Console, createFeedback, type Feedback } from './console.ts';
import { make, newId, say, set } from './dom.ts';
import type { Read } from './fields.ts';

/** A field with a button that applies it. */
export interface Field<Value> {
  readonly element: HTMLElement;
  /** The value that is in force. What the operator is typing stays. */
  update(value: Value): void;
}

/** What a field is for. */
export interface FieldOptions<Value> {
  readonly label: string;
  /** Over the whole width, and with the value in force only beside another one. */
  readonly isLong?: boolean;
  /** Under the field, where it helps. */
  readonly note?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** What the button is called for a screen reader, such as `Apply the capacity of floor`. */
  readonly applyLabel: string;
  /** The text of a value. */
  toText(value: Value): string;
  /** A value as it is shown: `200 joins/s`. */
  toWords(value: Value): string;
  read(text: string): Read<Value>;
  toChange(value: Value): StageChange;
  /** Called with the input before each update. */
  prepare?(input: HTMLInputElement, value: Value): void;
}

/** Creates a field. Nothing is applied before its button, or Enter, is pressed. */
export function createField<Value>(stage: Console, options: FieldOptions<Value>): Field<Value> {
  const [id, feedbackId, noteId] = [newId('field'), newId('feedback'), newId('note')];
  const input = make('input', {
    ...{ id, autocomplete: 'off', 'aria-describedby': `${noteId} ${feedbackId}` },
    ...options.attributes,
  });
  const apply = make('button', { type: 'submit', 'aria-label': options.applyLabel }, 'Apply');
  const feedback = createFeedback(stage.announcer, feedbackId);
  const current = make('span', { class: 'current' });
  const label = make('label', { for: id }, options.label);
  const note = make('p', { class: 'note', id: noteId }, options.note ?? '');
  note.hidden = !options.note;
  const form = make(
    'form',
    { class: options.isLong ? 'field long' : 'field' },
    make('p', { class: 'field-head' }, label, current),
    make('div', { class: 'field-row' }, input, apply),
    note,
    feedback.element,
  );
  // The page's own checks say more than the browser's.
  form.noValidate = true;
  let shown = '';
  let isBusy = false;

  const isDirty = () => input.value !== shown;

  function mark(problem: string | null): void {
    if (problem === null) input.removeAttribute('aria-invalid');
    else set(input, 'aria-invalid', 'true');
    if (problem !== null) feedback.failed(problem);
  }

  async function submit(): Promise<void> {
    if (isBusy) return;
    const read = options.read(input.value);
    if ('problem' in read) {
      mark(read.problem);
      return input.focus();
    }
    mark(null);
    isBusy = true;
    set(form, 'aria-busy', 'true');
    const typed = input.value;
    const done = `Applied: ${options.label} ${options.toWords(read.value)}.`;
    const isDone = await stage.change(options.toChange(read.value), feedback, done);
    isBusy = false;
    form.removeAttribute('aria-busy');
    if (isDone && input.value === typed) {
      input.value = shown;
    }
    set(form, 'data-dirty', String(isDirty()));
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  input.addEventListener('input', () => {
    mark(null);
    feedback.clear();
    set(form, 'data-dirty', String(isDirty()));
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isDirty()) return;
    input.value = shown;
    mark(null);
    feedback.clear();
    set(form, 'data-dirty', 'false');
  });

  return {
    element: form,
    update(value) {
      const wasDirty = isDirty();
      options.prepare?.(input, value);
      const text = options.toText(value);
      if (wasDirty) shown = text;
      else {
        input.value = text;
        // As the browser writes it: it leaves out the seconds of a time if they are 0.
        shown = input.value;
      }
      say(current, `now ${options.toWords(value)}`);
      set(form, 'data-dirty', String(isDirty()));
    },
  };
}

/** A switch that shows what is in force, and asks for the other. */
export interface Switch {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  /** @param why the reason why it cannot be turned; `null`: it can. */
  update(isOn: boolean, why?: string | null): void;
}

/** What a switch is for. */
export interface SwitchOptions {
  readonly label: string;
  readonly feedback: Feedback;
  /** On its face, as off and on. */
  readonly faces: readonly [off: string, on: string];
  /** Asks for the other; resolves when that has succeeded or failed. */
  turn(isOn: boolean): Promise<unknown>;
}

/** Creates a switch. It turns when the stage says so. */
export function createSwitch({ label, feedback, faces, turn }: SwitchOptions): Switch {
  const face = make('span', { class: 'face', 'aria-hidden': 'true' });
  const whyId = newId('why');
  const why = make('p', { class: 'note', id: whyId });
  const control = make(
    'button',
    { type: 'button', role: 'switch', class: 'switch', 'aria-label': label },
    make('span', { class: 'knob', 'aria-hidden': 'true' }),
    face,
  );
  let isOn = false;
  let isBusy = false;
  let reason: string | null = null;

  async function press(): Promise<void> {
    if (isBusy) return;
    if (reason !== null) return feedback.failed(reason);
    isBusy = true;
    set(control, 'aria-busy', 'true');
    await turn(!isOn);
    isBusy = false;
    control.removeAttribute('aria-busy');
  }

  control.addEventListener('click', () => void press());
  return {
    element: make('div', { class: 'switch-row' }, control, why),
    button: control,
    update(on, because = null) {
      isOn = on;
      reason = because;
      set(control, 'aria-checked', String(on));
      set(control, 'aria-disabled', String(because !== null));
      set(control, 'aria-describedby', whyId);
      say(face, faces[on ? 1 : 0]);
      say(why, because ?? '');
      why.hidden = because === null;
    },
  };
}

import { byId, list, make, say, set } from '../ui/dom.ts';
import { duration } from './duration.ts';
import { grouped } from './run.ts';
import { clampDial, DIALS, type DialName, type Settings } from './settings.ts';

/** A setting's value in words, as the page shows it and a screen reader reads it. */
export const valueWords = (name: DialName, value: number): string => {
  const { unit, last, steps } = DIALS[name];
  if (last && value >= (steps.at(-1) as number)) return last;
  if (unit === ' s') return duration(value);
  return `${value >= 1_000 ? grouped(value) : Number(value.toPrecision(4))}${unit}`;
};

const nearest = (steps: readonly number[], value: number): number =>
  steps.reduce(
    (best, step, at) =>
      Math.abs(step - value) < Math.abs((steps[best] as number) - value) ? at : best,
    0,
  );

/** A slider on the dial's steps, with its label, its value and a note. */
class Slider {
  readonly element: HTMLElement;
  readonly #name: DialName;
  readonly #input: HTMLInputElement;
  readonly #output: HTMLOutputElement;

  constructor(name: DialName, onInput: (value: number, isMoving: boolean) => void) {
    const { label, note, steps } = DIALS[name];
    const id = `dial-${name}`;
    this.#name = name;
    this.#input = make('input', { type: 'range', id, min: 0, max: steps.length - 1, step: 1 });
    set(this.#input, 'aria-describedby', `${id}-note`);
    this.#output = make('output', { for: id, id: `${id}-value`, 'aria-live': 'off' });
    this.element = make(
      'div',
      { class: 'slider' },
      make('label', { for: id }, label),
      this.#output,
      this.#input,
      make('p', { id: `${id}-note`, class: 'note' }, note),
    );
    const value = () => clampDial(name, steps[Number(this.#input.value)]);
    this.#input.addEventListener('input', () => onInput(value(), true));
    this.#input.addEventListener('change', () => onInput(value(), false));
  }

  show(value: number): void {
    const { steps } = DIALS[this.#name];
    const at = nearest(steps, value);
    if (this.#input.value !== String(at)) this.#input.value = String(at);
    const words = valueWords(this.#name, value);
    set(this.#input, 'aria-valuetext', words);
    say(this.#output, words);
  }
}

/** Sliders for some of the dials, in the element with this id. */
export const createDials = (
  id: string,
  names: readonly DialName[],
  onInput: (change: Partial<Settings>, isMoving: boolean) => void,
): ((settings: Settings) => void) => {
  const sliders = names.map(
    (name) =>
      [name, new Slider(name, (value, moving) => onInput({ [name]: value }, moving))] as const,
  );
  byId(id).append(...sliders.map(([, { element }]) => element));
  return (settings) => {
    for (const [name, slider] of sliders) slider.show(settings[name]);
  };
};

interface Choice {
  readonly value: string;
  readonly words: string;
  readonly note?: string;
}

/** Radio buttons or checkboxes for the choices, in the element with this id. */
export const createChoices = (
  id: string,
  type: 'radio' | 'checkbox',
  choices: readonly Choice[],
  onChoice: (value: string, isOn: boolean) => void,
): ((chosen: readonly string[], isFull?: boolean) => void) => {
  const parent = byId(id);
  const inputs = choices.map(({ value, words, note }) => {
    const input = make('input', { type, name: id, value });
    input.addEventListener('change', () => onChoice(value, input.checked));
    const label = make('label', note ? { title: note } : {}, input, make('span', {}, words));
    return { input, label };
  });
  list(
    parent,
    inputs,
    ({ label }) => label,
    () => {},
  );
  return (chosen, isFull = false) => {
    for (const { input } of inputs) {
      input.checked = chosen.includes(input.value);
      input.disabled = isFull && !input.checked;
    }
  };
};

import { byId, say, set } from '../ui/dom.ts';

/** A slider that shows its value in words. Returns a function for the value. */
export const createDial = (
  id: string,
  at: (position: number) => number,
  words: (value: number) => string,
  onInput: () => void,
): (() => number) => {
  const input = byId<HTMLInputElement>(id);
  const output = byId(`${id}-value`);
  const value = () => at(Number(input.value));
  const tell = () => {
    const said = words(value());
    say(output, said);
    set(input, 'aria-valuetext', said);
  };
  input.addEventListener('input', () => {
    tell();
    onInput();
  });
  tell();
  return value;
};

/** Maps the positions of a slider to these values. */
export const oneOf =
  (values: readonly number[]) =>
  (position: number): number =>
    values[Math.min(values.length - 1, position)] as number;

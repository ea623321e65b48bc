/** A text that was read as a value, or why it cannot be. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

const LARGEST_CAPACITY = 10_000_000;
const LARGEST_MOST = 100_000_000;
const LONGEST_PAYLOAD = 16_384;
const TYPE = /^[\w.:-]{1,64}$/;

function readNumber(text: string, least: number, most: number): Read<number> {
  const value = Number(text.trim());
  if (text.trim() === '' || Number.isNaN(value)) return { problem: 'Enter a number.' };
  if (value < least || value > most) {
    return {
      problem: `Enter a number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    };
  }
  return { value };
}

/** Joins per second. */
export const readCapacity = (text: string) => readNumber(text, 0, LARGEST_CAPACITY);

/** People inside; an empty text is no limit. */
export function readMost(text: string): Read<number | null> {
  if (text.trim() === '') return { value: null };
  const read = readNumber(text, 0, LARGEST_MOST);
  if ('value' in read && !Number.isInteger(read.value)) return { problem: 'Enter a whole number.' };
  return read;
}

/** Seconds. */
export const readSeconds = (least: number) => (text: string) => readNumber(text, least, 3_600);

/** The type of a message or a cue. */
export function readType(text: string): Read<string> {
  const value = text.trim();
  return TYPE.test(value)
    ? { value }
    : { problem: 'The type is 1 to 64 letters, digits or the characters _ . : -' };
}

/** A payload in JSON; an empty text is none. */
export function readPayload(text: string): Read<unknown> {
  if (text.trim() === '') return { value: undefined };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `The payload is not valid JSON: ${(error as Error).message}` };
  }
  const { length } = JSON.stringify(value);
  return length > LONGEST_PAYLOAD
    ? { problem: `The payload has ${length.toLocaleString('en')} characters, at most 16,384.` }
    : { value };
}

/** About a tenth of a value, as a round number: a useful step of its field. */
export function stepOf(value: number): number {
  return 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value) / 2)) - 1);
}

/** A time for an input of the type `datetime-local`. @param at ISO 8601. */
export function toLocal(at: string | null): string {
  if (at === null) return '';
  const time = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${date}T${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
}

/** The time of an input of the type `datetime-local`, ISO 8601; an empty one is `null`. */
export function fromLocal(text: string): Read<string | null> {
  if (text === '') return { value: null };
  const time = new Date(text);
  return Number.isNaN(time.getTime())
    ? { problem: 'Enter a date and a time.' }
    : { value: time.toISOString() };
}

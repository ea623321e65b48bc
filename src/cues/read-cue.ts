import type { Cue } from '../policy/cue.ts';
import { freeze } from '../policy/derive.ts';

const LONGEST_ID = 128;
const LONGEST_PAYLOAD = 16_384;
const DEEPEST_PAYLOAD = 32;
/** The last moment that a date can show. */
const LAST_MS = 8.64e15;

const timeOf = (value: unknown): number | null => {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && ms > 0 && ms <= LAST_MS ? ms : null;
};

const isShallow = (value: unknown, levels = DEEPEST_PAYLOAD): boolean =>
  Object(value) !== value ||
  (levels > 0 && Object.values(value as object).every((one) => isShallow(one, levels - 1)));

/** A copy as JSON; `undefined` if it is too large, too deep, or no JSON. */
const payloadOf = (value: unknown): unknown => {
  try {
    if (!isShallow(value)) return undefined;
    const text = JSON.stringify(value ?? null);
    return text.length > LONGEST_PAYLOAD ? undefined : JSON.parse(text);
  } catch {
    // A BigInt, a cycle, or a function.
    return undefined;
  }
};

/** Reads a cue from an untrusted value. The copy is frozen; `null` if the value is no cue. */
export const readCue = (value: unknown): Cue | null => {
  const { id, type, ...rest } = Object(value);
  const at = timeOf(rest.at);
  const until = rest.until == null ? null : timeOf(rest.until);
  if (typeof id !== 'string' || !id || id.length > LONGEST_ID || at === null) return null;
  if (typeof type !== 'string' || !/^[\w.:-]{1,64}$/.test(type)) return null;
  if (rest.until != null && until === null) return null;
  const payload = payloadOf(rest.payload);
  return payload === undefined ? null : freeze({ id, at, until, type, payload });
};

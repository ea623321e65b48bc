import { EarshotError, type ErrorCode, isEarshotError } from './errors.ts';
import { type Delta, type Json, patch } from './json-delta.ts';
import type { Effect, Event, Model } from './model.ts';
import { type HideUrl, hideInText, isUrl, plainUrl } from './redact.ts';
import { reduce } from './reduce.ts';
import type { Status } from './state.ts';

/** What a status depends on besides the model. */
export interface Shown {
  readonly status: Status;
  readonly muted: boolean;
  readonly volume: number;
  /** The wait of the stage document. */
  readonly documentWait: Json;
}

/** One attempt of a request: no query, headers or body. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly purpose: string;
  /** The HTTP status; absent without a response. */
  readonly status?: number | undefined;
  /** Why it failed; `aborted` if the player ended it. Absent: it succeeded. */
  readonly code?: ErrorCode | 'aborted' | undefined;
  /** Milliseconds until it ended. */
  readonly ms: number;
}

/** One line of a record: `at`, epoch ms, and one of the other fields. */
export interface RecordEntry {
  readonly at: number;
  /** An event for the reducer, other than an observation. */
  readonly event?: Json;
  /** An observation, as the change against the one before it. */
  readonly seen?: Delta;
  /** The decisions that followed from the event; absent: none. */
  readonly effects?: readonly Json[];
  /** The event came while the session still acted on the one before it. */
  readonly isNested?: true;
  readonly shown?: Shown;
  readonly request?: RecordedRequest;
  /** An error that the session survives. */
  readonly error?: Json;
  /** A change of source: see `Switch`. */
  readonly switch?: Json;
}

/** The state of a replay: at the start of a record, and after each entry. */
export interface Replayed {
  readonly model: Model;
  /** The last observation, encoded; `null` before the first. */
  readonly seen: Json;
  readonly shown: Shown;
}

const NUMBER = '$number';
const ERROR = '$error';

const ownFields = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, field]) => field !== undefined);

const encodeError = (error: EarshotError, hide: HideUrl): Json => {
  const { code, message, status, url, purpose, retryAt, retryAfter } = error;
  const fields = { code, status, url: url && hide(url), purpose, retryAt, retryAfter };
  const own = ownFields({ ...fields, message: hideInText(message) });
  return { [ERROR]: Object.fromEntries(own) as Json };
};

/** Any plain data as JSON: also errors, `Infinity` and `NaN`. URLs lose what may be secret. */
export const encode = (value: unknown, hide: HideUrl): Json => {
  if (typeof value === 'number')
    return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
  if (typeof value === 'string') return isUrl(value) ? hide(value) : value;
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  if (Array.isArray(value)) return value.map((one) => encode(one, hide));
  if (isEarshotError(value)) return encodeError(value, hide);
  return Object.fromEntries(
    // A name that begins with `$` must not look like the marks of this format.
    ownFields(value).map(([name, field]) => [
      name.startsWith('$') ? `$${name}` : name,
      encode(field, hide),
    ]),
  );
};

const decodeError = (fields: Readonly<Record<string, unknown>>): EarshotError => {
  const { code, message, status, url, ...more } = fields;
  const details = { status: status as number | undefined, url: url as string | undefined };
  return Object.assign(new EarshotError(code as ErrorCode, `${message}`, details), more);
};

/** What {@link encode} has encoded. */
export const decode = (value: Json): unknown => {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, Json>>;
  if (Object.hasOwn(fields, NUMBER)) return Number(fields[NUMBER]);
  const [error] = Object.hasOwn(fields, ERROR) ? [fields[ERROR]] : [];
  if (error) return decodeError(decode(error) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name.startsWith('$$') ? name.slice(1) : name,
      decode(field),
    ]),
  );
};

/** An effect in short: what a reader and a comparison need. */
export const encodeEffect = (effect: Effect): Json => {
  if (effect.type === 'open') {
    const { rung, generation, isClimbing } = effect.run;
    return { type: 'open', rung, generation, standby: effect.standby, climb: isClimbing };
  }
  if (effect.type === 'penalize')
    return { type: 'penalize', rung: effect.rung, code: effect.error.code };
  return { ...effect };
};

/** The event of an entry, and the observation that the next one is a change of; `null` if it has none. */
const eventOf = ({ at, event, seen }: RecordEntry, last: Json): readonly [Event, Json] | null => {
  if (event !== undefined) return [decode(event) as Event, last];
  if (seen === undefined) return null;
  const now = patch(last, seen);
  return [{ ...(decode(now) as object), type: 'observed', now: at } as Event, now];
};

/** Replays one entry. The reducer decides, so its effects may differ from those of the entry. */
export const advance = (
  before: Replayed,
  entry: RecordEntry,
): Replayed & { readonly effects: readonly Json[] } => {
  const event = eventOf(entry, before.seen);
  const [model, effects] = event ? reduce(before.model, event[0]) : [before.model, []];
  return {
    model,
    seen: event?.[1] ?? before.seen,
    shown: entry.shown ?? before.shown,
    effects: effects.map(encodeEffect),
  };
};

/** Encodes again what {@link decode} has decoded: its URLs are plain, or have a number. */
export const reencode = (value: unknown): Json => encode(value, (url) => url);

/** The request of a record, from an attempt that has ended. */
export const recordedRequest = (request: RecordedRequest): RecordedRequest => ({
  ...request,
  url: plainUrl(request.url),
});

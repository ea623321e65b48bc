import type { CueInit } from '../policy/cue.ts';
import {
  MAX_FRAME_CHARACTERS,
  MAX_MESSAGE_BYTES,
  MESSAGES_PER_SECOND,
  PING_INTERVAL_MS,
} from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import { clamp } from '../stage/parse.ts';

/** The subprotocol, which is also the version of all frames. */
export const PROTOCOL = 'earshot.v1';

/** A position in the messages and cues of a stage. */
export interface Position {
  /** Offsets are comparable within one epoch only: 1 to 64 of `A–Z a–z 0–9 _ -`. */
  readonly epoch: string;
  /** A whole number, 0 or more. */
  readonly offset: number;
}

/** The connection parameters from the server. */
export interface Welcome {
  readonly op: 'welcome';
  /** Ms between two pings, 5 to 120 s. */
  readonly ping: number;
  /** Messages per second, 0.2 to 50. */
  readonly pace: number;
  /** Close codes that mean: do not reconnect. */
  readonly terminal: readonly number[];
  /** The messages of this connection follow this position; `null`: the server has no positions. */
  readonly position: Position | null;
  /** What followed the position of the hello is lost. */
  readonly isUnrecoverable: boolean;
}

/** The server's verdict on one message. */
export type Verdict =
  | { readonly op: 'ack'; readonly from: string; readonly seq: number }
  | {
      readonly op: 'refused';
      readonly from: string;
      readonly seq: number;
      readonly reason: string;
    };

/** A frame from the server, validated and clamped. */
export type ServerFrame =
  | Welcome
  | Verdict
  | { readonly op: 'pong' }
  | { readonly op: 'document'; readonly document: object }
  /** Jitter window of the next reconnect, ms. */
  | { readonly op: 'window'; readonly window: number }
  | { readonly op: 'listeners'; readonly count: number }
  /** As it came: the cues of the session read it. */
  | { readonly op: 'cue'; readonly cue: CueInit; readonly offset: number | null }
  | {
      readonly op: 'message';
      readonly type: string;
      readonly payload: unknown;
      readonly offset: number | null;
    };

/** A frame to the server. */
export type ClientFrame =
  | ({ readonly op: 'hello'; readonly token?: string } & Partial<Position>)
  | { readonly op: 'ping' }
  | {
      readonly op: 'send';
      readonly from: string;
      readonly seq: number;
      readonly type: string;
      readonly key?: string;
      readonly payload: unknown;
    };

const MOST_CODES = 16;
const LONGEST_REASON = 200;
const OWN_CODES = 4_000;

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;

const codes = (value: unknown): number[] =>
  (Array.isArray(value) ? value : [])
    .slice(0, MOST_CODES)
    .filter((code) => Number.isInteger(code) && code >= OWN_CODES && code < OWN_CODES + 1_000);

/** A message type: letters, digits and `_.:-`, at most 64 characters. */
export const isName = (value: unknown): value is string =>
  isText(value, 64) && /^[\w.:-]+$/.test(value);

/** The ID of an outbox: URL-safe, 16 to 64 characters. */
export const isSender = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{16,64}$/.test(value);

/** A whole number, 0 or more, or `null`. */
const wholeOf = (value: unknown): number | null =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;

/** The position in a frame, or in a message of another tab. `null`: none, or an invalid one. */
export const positionOf = (value: unknown): Position | null => {
  const { epoch, offset } = Object(value);
  return isText(epoch, 64) && /^[\w-]+$/.test(epoch) && wholeOf(offset) !== null
    ? { epoch, offset }
    : null;
};

const readers: Record<string, (frame: Record<string, unknown>) => ServerFrame | null> = {
  welcome: ({ ping, pace, terminal, unrecoverable, ...more }) => ({
    op: 'welcome',
    ping: (clamp(ping, 5, 120) ?? PING_INTERVAL_MS / 1_000) * 1_000,
    pace: clamp(pace, 0.2, 50) ?? MESSAGES_PER_SECOND,
    terminal: codes(terminal),
    position: positionOf(more),
    isUnrecoverable: unrecoverable === true,
  }),
  pong: () => ({ op: 'pong' }),
  ack: ({ from, seq }) =>
    isSender(from) && Number.isSafeInteger(seq) ? { op: 'ack', from, seq: seq as number } : null,
  refused: ({ from, seq, reason }) =>
    isSender(from) && Number.isSafeInteger(seq)
      ? {
          op: 'refused',
          from,
          seq: seq as number,
          reason: typeof reason === 'string' ? reason.slice(0, LONGEST_REASON) : '',
        }
      : null,
  document: ({ document }) =>
    typeof document === 'object' && document ? { op: 'document', document } : null,
  window: ({ seconds }) => {
    const window = clamp(seconds, 1, 3_600);
    return window ? { op: 'window', window: window * 1_000 } : null;
  },
  listeners: ({ count }) => {
    const whole = wholeOf(count);
    return whole === null ? null : { op: 'listeners', count: whole };
  },
  cue: (frame) => ({
    op: 'cue',
    cue: frame as unknown as CueInit,
    offset: wholeOf(frame.offset),
  }),
  message: ({ type, payload, offset }) =>
    isName(type)
      ? { op: 'message', type, payload: payload ?? null, offset: wholeOf(offset) }
      : null,
};

/** Parses a message of another tab of this browser, which is as untrusted as a server. `null`: invalid. */
export const readSend = (frame: unknown): ClientFrame | null => {
  const { from, seq, type, key, payload } = Object(frame);
  if (!isSender(from) || !Number.isSafeInteger(seq) || !isName(type)) return null;
  if (key !== undefined && !isName(key)) return null;
  try {
    // A cyclic object or a BigInt can be posted to a tab, but not sent to a server.
    const text = JSON.stringify(payload ?? null);
    if (text.length > MAX_MESSAGE_BYTES) return null;
    return { op: 'send', from, seq, type, ...(key && { key }), payload: JSON.parse(text) };
  } catch {
    return null;
  }
};

const iso = (time: number | null) => (time === null ? undefined : new Date(time).toISOString());

/** A stage document in its published form, as far as it was parsed: for the other tabs. */
export const published = (document: StageDocument): object => {
  const { sources, doors, serverTime, startsAt, spread, refresh, channel, ...same } = document;
  return {
    ...same,
    sources: sources.map((source) => ({ ...source })),
    doors: Object.fromEntries(Object.entries(doors).map(([name, door]) => [name, { ...door }])),
    ...{ serverTime: iso(serverTime), startsAt: iso(startsAt) },
    ...{ spread: spread ? spread / 1_000 : undefined, refresh: refresh / 1_000 },
    channel: channel ?? undefined,
  };
};

/** Parses a frame. `null`: invalid; `undefined`: of another version, ignore it. */
export const readFrame = (data: unknown): ServerFrame | null | undefined => {
  if (!isText(data, MAX_FRAME_CHARACTERS)) return null;
  try {
    const frame = JSON.parse(data);
    const { op } = frame;
    if (typeof op !== 'string') return null;
    return Object.hasOwn(readers, op) ? readers[op]?.(frame) : undefined;
  } catch {
    return null;
  }
};

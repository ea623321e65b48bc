import { isShallow } from '../json-depth.ts';

/** The one version of the protocol that this server speaks. */
export const SUBPROTOCOL = 'earshot.v1';
/** Largest frame that a client may send, bytes. */
export const MAX_CLIENT_FRAME_BYTES = 64 * 1024;

const SENDER = /^[\w-]{22}$/;
const NAME = /^[\w.:-]{1,64}$/;
const EPOCH = /^[\w-]{1,64}$/;

/** A message of a listener, as it came. */
export interface SendFrame {
  readonly op: 'send';
  /** The outbox that it comes from. */
  readonly from: string;
  /** Grows strictly within `from`. */
  readonly seq: number;
  readonly type: string;
  readonly key: string | null;
  /** `null` if it was nested too deep. */
  readonly payload: unknown;
  readonly isTooDeep: boolean;
}

/** The first frame of a connection. */
export interface HelloFrame {
  readonly op: 'hello';
  /** What the app's `token()` gave; `null`: none. */
  readonly token: string | null;
  /** Up to where the client has everything; `null`: it has nothing yet. */
  readonly position: { readonly epoch: string; readonly offset: number } | null;
}

/** A frame of a client, checked. */
export type ClientFrame = HelloFrame | SendFrame | { readonly op: 'ping' };

/** Something that belongs to a word of the program. */
export interface StageCue {
  /** A cue with the ID of another one replaces it; 1 to 128 characters. */
  readonly id: string;
  /** Program time, ISO 8601. */
  readonly at: string;
  /** Program time of its end, ISO 8601. */
  readonly until?: string | undefined;
  /** What the cue is: letters, digits and `_.:-`, 1 to 64 characters. */
  readonly type: string;
  /** Any JSON, 16,384 characters at most. */
  readonly payload?: unknown;
}

/** A frame of the server. */
export type ServerFrame =
  | {
      readonly op: 'welcome';
      readonly ping: number;
      readonly pace: number;
      readonly terminal: readonly number[];
      readonly epoch?: string;
      readonly offset?: number;
      readonly unrecoverable?: true;
    }
  | { readonly op: 'pong' }
  | { readonly op: 'ack'; readonly from: string; readonly seq: number }
  | {
      readonly op: 'refused';
      readonly from: string;
      readonly seq: number;
      readonly reason: string;
    }
  | { readonly op: 'window'; readonly seconds: number }
  | { readonly op: 'listeners'; readonly count: number }
  | (StageCue & { readonly op: 'cue' })
  | { readonly op: 'message'; readonly type: string; readonly payload: unknown }
  | { readonly op: 'operator'; readonly state: unknown };

/** True for a name of the protocol: letters, digits and `_.:-`, 1 to 64 characters. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && NAME.test(value);

const isWhole = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function readHello({ token, epoch, offset }: Record<string, unknown>): HelloFrame {
  const hasPosition = typeof epoch === 'string' && EPOCH.test(epoch) && isWhole(offset);
  return {
    op: 'hello',
    token: typeof token === 'string' ? token : null,
    position: hasPosition ? { epoch, offset } : null,
  };
}

function readSend({ from, seq, type, key, payload }: Record<string, unknown>): SendFrame | null {
  if (typeof from !== 'string' || !SENDER.test(from) || !isWhole(seq)) return null;
  const isValid = isName(type) && (key === undefined || isName(key));
  const isTooDeep = !isShallow(payload);
  return {
    op: 'send',
    from,
    seq,
    type: isValid ? type : '',
    key: isValid ? ((key as string | undefined) ?? null) : null,
    payload: isTooDeep ? null : (payload ?? null),
    isTooDeep,
  };
}

/**
 * Reads a frame. `null`: not a frame, or an unknown `op`. A message with a sender and a number, but without a usable
 * type or key, has the type '', which nobody accepts.
 */
export function readClientFrame(text: string): ClientFrame | null {
  try {
    const frame: Record<string, unknown> = Object(JSON.parse(text));
    if (frame.op === 'hello') return readHello(frame);
    if (frame.op === 'send') return readSend(frame);
    return frame.op === 'ping' ? { op: 'ping' } : null;
  } catch {
    return null;
  }
}

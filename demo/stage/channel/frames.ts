/** The one version of the protocol that this stage speaks. */
export const SUBPROTOCOL = 'earshot.v1';
/** Largest frame that a client may send. */
export const MOST_BYTES_UP = 64 * 1024;

const SENDER = /^[\w-]{22}$/;
const NAME = /^[\w.:-]{1,64}$/;

/** A message of a listener, as it came. */
export interface Send {
  readonly op: 'send';
  /** Of one outbox. */
  readonly from: string;
  /** Grows strictly within `from`. */
  readonly seq: number;
  readonly type: string;
  readonly key: string | null;
  readonly payload: unknown;
}

export type FromClient = { readonly op: 'hello' } | Send | { readonly op: 'ping' };

/** Something that belongs to a word of the program. */
export interface StageCue {
  op: 'cue';
  id: string;
  /** Program time, ISO 8601. */
  at: string;
  until?: string;
  type: string;
  payload?: unknown;
}

export type FromServer =
  | { op: 'welcome'; ping?: number; pace?: number; terminal?: readonly number[] }
  | { op: 'pong' }
  | { op: 'ack'; from: string; seq: number }
  | { op: 'refused'; from: string; seq: number; reason: string }
  | { op: 'document'; document: Record<string, unknown> }
  | { op: 'window'; seconds: number }
  | { op: 'listeners'; count: number }
  | StageCue
  | { op: 'message'; type: string; payload: unknown };

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/**
 * Reads a frame; `null` of what is none, or of an op that is not known here. A message with a sender
 * and a number, but with no usable type or key, is of the type '', which nobody accepts.
 */
export function parseFrame(text: string): FromClient | null {
  let frame: Record<string, unknown>;
  try {
    frame = Object(JSON.parse(text));
  } catch {
    return null;
  }
  const { op, from, seq, type, key, payload } = frame;
  if (op === 'hello' || op === 'ping') return { op };
  if (op !== 'send' || typeof from !== 'string' || !SENDER.test(from)) return null;
  if (!Number.isSafeInteger(seq) || (seq as number) < 0) return null;
  const isSound = isName(type) && (key === undefined || isName(key));
  return {
    op,
    from,
    seq: seq as number,
    type: isSound ? type : '',
    key: isSound ? (key ?? null) : null,
    payload,
  };
}

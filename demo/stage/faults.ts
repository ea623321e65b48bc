/** What can be wrong with an origin of the stage. */
export type Fault =
  | { kind: 'none' }
  | { kind: 'unavailable'; retryAfter?: number | string }
  | { kind: 'tooMany'; retryAfter?: number | string }
  | { kind: 'hang' }
  | { kind: 'drip'; bytesPerSecond: number }
  | { kind: 'reset' }
  | { kind: 'refuse' }
  | { kind: 'frozen' }
  | { kind: 'corrupt' }
  | { kind: 'gone' }
  | WhepFault
  | ChannelFault
  /** Answers late: an offer of WHEP, or the hello of a channel. */
  | { kind: 'slow'; ms: number };

/** What can be wrong with the WHEP endpoint alone. */
export type WhepFault =
  /** The media process dies as in a crash. */
  | { kind: 'killed' }
  /** No packet is sent any more; the connections stay alive. */
  | { kind: 'packetsStop' }
  /** A share of the packets, 0 to 1, is dropped at random. */
  | { kind: 'loss'; share: number }
  /** Each packet is sent late, by up to so many ms, at random. */
  | { kind: 'jitter'; ms: number }
  /** Nobody is on air: 409. */
  | { kind: 'conflict'; retryAfter?: number | string }
  /** The endpoint answers an offer with one of its own: 406. */
  | { kind: 'counterOffer' }
  /** The sessions that there are end, and are not known any more. */
  | { kind: 'expired' };

/**
 * What can be wrong with the channel alone. Of the others, `reset` and `refuse` cut its connections
 * too, and `frozen` takes every message and answers when it is over.
 */
export type ChannelFault =
  /** 401. */
  | { kind: 'unauthorized' }
  /** The connections that there are end with this code, and so does each that comes, unwelcomed. */
  | { kind: 'closes'; code: number }
  /** Nothing is read, written or closed any more, as behind a NAT that has forgotten the connection. */
  | { kind: 'halfOpen' }
  /** Frames that are none are sent besides the good ones. */
  | { kind: 'garbage' }
  /** Each connection is sent a frame of 10 MB. */
  | { kind: 'huge' }
  /** Each connection is sent thousands of frames a second. */
  | { kind: 'flood' }
  /** Welcomes, and closes at once. */
  | { kind: 'curt' };

/** The two CDNs, the stage document's own server, what it has behind its door, WHEP, the channel. */
export type Origin = 'a' | 'b' | 'stage' | 'floor' | 'whep' | 'channel';

export const ORIGINS: readonly Origin[] = ['a', 'b', 'stage'];

const BARE = ['none', 'hang', 'reset', 'refuse', 'frozen', 'corrupt', 'gone'] as const;
const WHEP_BARE = ['killed', 'packetsStop', 'counterOffer', 'expired'] as const;
const CHANNEL_BARE = ['unauthorized', 'halfOpen', 'garbage', 'huge', 'flood', 'curt'] as const;
const WHEP_KINDS: readonly string[] = [...WHEP_BARE, 'loss', 'jitter', 'conflict'];
const CHANNEL_KINDS: readonly string[] = [...CHANNEL_BARE, 'closes'];
/** What an origin cannot have: files are not slow, and what has no files has no faults of files. */
const NEVER: Readonly<Record<'files' | 'whep' | 'channel', readonly string[]>> = {
  files: [...WHEP_KINDS, ...CHANNEL_KINDS, 'slow'],
  whep: [...CHANNEL_KINDS, 'drip', 'frozen', 'corrupt'],
  channel: [...WHEP_KINDS, 'drip', 'corrupt'],
};
/** What a server may close a WebSocket with; 1015 and the like are never on the wire. */
const CLOSE_CODES = { least: 1000, most: 4999, unsent: [1004, 1005, 1006, 1015] };
const SLOWEST_MS = 60_000;
const MOST_JITTER_MS = 1000;
const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/;
const LONGEST_RETRY_AFTER = 86_400;
const FASTEST_DRIP = 10_000_000;

/** Says in its message, to whoever sent it, what is wrong with the input. */
export class InvalidInput extends Error {}

export function parseFault(input: unknown): Fault {
  if (typeof input !== 'object' || input === null) throw new InvalidInput('fault: not an object');
  const { kind, retryAfter, bytesPerSecond, share, ms, code } = input as Record<string, unknown>;
  const bare = [...BARE, ...WHEP_BARE, ...CHANNEL_BARE].find((name) => name === kind);
  if (bare) return { kind: bare };
  if (kind === 'drip') return { kind, bytesPerSecond: clamp(bytesPerSecond, 1, FASTEST_DRIP) };
  if (kind === 'loss') return { kind, share: clamp(share, 0, 1) };
  if (kind === 'jitter') return { kind, ms: clamp(ms, 0, MOST_JITTER_MS) };
  if (kind === 'closes') return { kind, code: parseCode(code) };
  if (kind === 'slow') return { kind, ms: clamp(ms, 0, SLOWEST_MS) };
  if (kind === 'unavailable' || kind === 'tooMany' || kind === 'conflict') {
    return retryAfter === undefined ? { kind } : { kind, retryAfter: parseRetryAfter(retryAfter) };
  }
  throw new InvalidInput('fault.kind: unknown');
}

/**
 * The origins that are meant, each of which can have the fault.
 *
 * @param origins those that the stage has.
 */
export function parseOrigins(
  input: unknown,
  origins: readonly Origin[],
  fault: Fault,
): readonly Origin[] {
  const known = origins.find((name) => name === input);
  if (!known && input !== 'all') {
    throw new InvalidInput(`origin: not one of ${origins.join(', ')}, all`);
  }
  const meant = (known ? [known] : origins).filter((origin) => canHave(origin, fault));
  if (meant.length === 0) throw new InvalidInput(`fault.kind: not for ${input}`);
  return meant;
}

function canHave(origin: Origin, { kind }: Fault): boolean {
  return !NEVER[origin === 'whep' || origin === 'channel' ? origin : 'files'].includes(kind);
}

export function clamp(input: unknown, least: number, most: number): number {
  if (typeof input !== 'number' || Number.isNaN(input)) throw new InvalidInput('not a number');
  return Math.min(most, Math.max(least, input));
}

function parseCode(input: unknown): number {
  const { least, most, unsent } = CLOSE_CODES;
  const code = Math.round(clamp(input, least, most));
  const isReserved = code > 1014 && code < 3000;
  if (isReserved || unsent.includes(code)) throw new InvalidInput('fault.code: cannot be sent');
  return code;
}

// A text goes out as it is: a hostile Retry-After is one of the things to try on a client.
function parseRetryAfter(input: unknown): number | string {
  if (typeof input === 'number') return Math.round(clamp(input, 0, LONGEST_RETRY_AFTER));
  if (typeof input === 'string' && HEADER_TEXT.test(input)) return input;
  throw new InvalidInput('fault.retryAfter: neither a number nor up to 64 printable characters');
}

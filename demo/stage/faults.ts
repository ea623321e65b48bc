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
  | { kind: 'gone' };

/** The two CDNs, the stage document's own server, and what it has behind its door. */
export type Origin = 'a' | 'b' | 'stage' | 'floor';

export const ORIGINS: readonly Origin[] = ['a', 'b', 'stage'];

const BARE = ['none', 'hang', 'reset', 'refuse', 'frozen', 'corrupt', 'gone'] as const;
const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/;
const LONGEST_RETRY_AFTER = 86_400;
const FASTEST_DRIP = 10_000_000;

/** Says in its message, to whoever sent it, what is wrong with the input. */
export class InvalidInput extends Error {}

export function parseFault(input: unknown): Fault {
  if (typeof input !== 'object' || input === null) throw new InvalidInput('fault: not an object');
  const { kind, retryAfter, bytesPerSecond } = input as Record<string, unknown>;
  const bare = BARE.find((name) => name === kind);
  if (bare) return { kind: bare };
  if (kind === 'drip') return { kind, bytesPerSecond: clamp(bytesPerSecond, 1, FASTEST_DRIP) };
  if (kind === 'unavailable' || kind === 'tooMany') {
    return retryAfter === undefined ? { kind } : { kind, retryAfter: parseRetryAfter(retryAfter) };
  }
  throw new InvalidInput('fault.kind: unknown');
}

/** @param origins those that the stage has. */
export function parseOrigins(input: unknown, origins: readonly Origin[]): readonly Origin[] {
  if (input === 'all') return origins;
  const origin = origins.find((name) => name === input);
  if (!origin) throw new InvalidInput(`origin: not one of ${origins.join(', ')}, all`);
  return [origin];
}

export function clamp(input: unknown, least: number, most: number): number {
  if (typeof input !== 'number' || Number.isNaN(input)) throw new InvalidInput('not a number');
  return Math.min(most, Math.max(least, input));
}

// A text goes out as it is: a hostile Retry-After is one of the things to try on a client.
function parseRetryAfter(input: unknown): number | string {
  if (typeof input === 'number') return Math.round(clamp(input, 0, LONGEST_RETRY_AFTER));
  if (typeof input === 'string' && HEADER_TEXT.test(input)) return input;
  throw new InvalidInput('fault.retryAfter: neither a number nor up to 64 printable characters');
}

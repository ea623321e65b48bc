import type { Fault } from '../stage/stage.ts';

/** A fault as the console offers it. */
export interface Pin {
  name: string;
  hint: string;
  fault: Fault;
}

export const HEALTHY: Fault = { kind: 'none' };
export const OVERLOADED: Fault = { kind: 'unavailable' };

export const PINS: readonly Pin[] = [
  { name: 'Healthy', hint: 'as it should be', fault: HEALTHY },
  { name: '503', hint: 'overloaded', fault: OVERLOADED },
  {
    name: '503, later',
    hint: 'Retry-After: 10',
    fault: { kind: 'unavailable', retryAfter: 10 },
  },
  { name: '429', hint: 'too many requests', fault: { kind: 'tooMany' } },
  { name: 'Hang', hint: 'never answers', fault: { kind: 'hang' } },
  { name: 'Slow drip', hint: '500 bytes a second', fault: { kind: 'drip', bytesPerSecond: 500 } },
  { name: 'Reset', hint: 'cuts the line', fault: { kind: 'reset' } },
  { name: 'Refuse', hint: 'takes no connection', fault: { kind: 'refuse' } },
  { name: 'Frozen', hint: 'no new segments', fault: { kind: 'frozen' } },
  { name: 'Corrupt', hint: 'garbage for sound', fault: { kind: 'corrupt' } },
  { name: 'Gone', hint: '404', fault: { kind: 'gone' } },
];

export const isSame = (one: Fault, other: Fault): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export const pinName = (fault: Fault): string =>
  PINS.find((pin) => isSame(pin.fault, fault))?.name ?? fault.kind;

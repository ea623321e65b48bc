import type { Fault, Origin } from '../../../stage/stage.ts';

/** A fault as the console offers it. */
export interface Pin {
  name: string;
  hint: string;
  fault: Fault;
}

export const HEALTHY: Fault = { kind: 'none' };
export const OVERLOADED: Fault = { kind: 'unavailable' };
/** The media process dies as in a crash. */
export const KILLED: Fault = { kind: 'killed' };

export const PINS: readonly Pin[] = [
  { name: 'Healthy', hint: 'works normally', fault: HEALTHY },
  { name: '503', hint: 'overloaded', fault: OVERLOADED },
  {
    name: '503, later',
    hint: 'Retry-After: 10',
    fault: { kind: 'unavailable', retryAfter: 10 },
  },
  { name: '429', hint: 'too many requests', fault: { kind: 'tooMany' } },
  { name: 'Hang', hint: 'never responds', fault: { kind: 'hang' } },
  { name: 'Slow drip', hint: '500 bytes a second', fault: { kind: 'drip', bytesPerSecond: 500 } },
  { name: 'Reset', hint: 'cuts the connection', fault: { kind: 'reset' } },
  { name: 'Refuse', hint: 'accepts no connection', fault: { kind: 'refuse' } },
  { name: 'Frozen', hint: 'no new segments', fault: { kind: 'frozen' } },
  { name: 'Corrupt', hint: 'garbage instead of sound', fault: { kind: 'corrupt' } },
  { name: 'Gone', hint: '404', fault: { kind: 'gone' } },
];

/** What can be wrong with WebRTC: with the sound, then with the answers to who asks for it. */
export const WHEP_PINS: readonly Pin[] = [
  { name: 'Healthy', hint: 'works normally', fault: HEALTHY },
  { name: 'Killed', hint: 'the process dies', fault: KILLED },
  { name: 'No packets', hint: 'connection stays open', fault: { kind: 'packetsStop' } },
  { name: 'Expired', hint: 'sessions end', fault: { kind: 'expired' } },
  { name: '30 % loss', hint: 'of the packets', fault: { kind: 'loss', share: 0.3 } },
  { name: '60 % loss', hint: 'of the packets', fault: { kind: 'loss', share: 0.6 } },
  { name: '503', hint: 'overloaded', fault: OVERLOADED },
  {
    name: '503, later',
    hint: 'Retry-After: 10',
    fault: { kind: 'unavailable', retryAfter: 10 },
  },
  { name: '409', hint: 'no live stream', fault: { kind: 'conflict' } },
  { name: '406', hint: 'counter-offer', fault: { kind: 'counterOffer' } },
  { name: 'Slow', hint: 'responds after 3 s', fault: { kind: 'slow', ms: 3_000 } },
  { name: 'Hang', hint: 'never responds', fault: { kind: 'hang' } },
];

/** What can be wrong with the channel: with who is on it, then with who comes. */
export const CHANNEL_PINS: readonly Pin[] = [
  { name: 'Healthy', hint: 'works normally', fault: HEALTHY },
  { name: '1012', hint: 'the server restarts', fault: { kind: 'closes', code: 1012 } },
  { name: '1013', hint: 'try again later', fault: { kind: 'closes', code: 1013 } },
  { name: '1008', hint: 'do not reconnect', fault: { kind: 'closes', code: 1008 } },
  { name: 'Frozen', hint: 'no response', fault: { kind: 'frozen' } },
  { name: 'Half-open', hint: 'dead connection', fault: { kind: 'halfOpen' } },
  { name: 'Garbage', hint: 'between the frames', fault: { kind: 'garbage' } },
  { name: 'Flood', hint: '3,000 frames a second', fault: { kind: 'flood' } },
  { name: '503', hint: 'admits nobody', fault: OVERLOADED },
  { name: 'Refuse', hint: 'cuts all connections', fault: { kind: 'refuse' } },
];

/** Faults that files alone can have, and those of them that a channel has in its own way. */
const NOT_FOR: Readonly<Partial<Record<Origin, readonly Fault['kind'][]>>> = {
  whep: ['drip', 'frozen', 'corrupt'],
  channel: ['drip', 'corrupt'],
};

/** Whether an origin can have one of the faults in {@link PINS}. */
export const isFor = (origin: Origin, { kind }: Fault): boolean => !NOT_FOR[origin]?.includes(kind);

export const isSame = (one: Fault, other: Fault): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export const pinName = (fault: Fault): string =>
  [...PINS, ...WHEP_PINS, ...CHANNEL_PINS].find((pin) => isSame(pin.fault, fault))?.name ??
  fault.kind;

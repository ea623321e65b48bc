import { Random } from '../../../src/herd/random.ts';

/** What befalls the stage. */
export type Deed =
  /** SIGKILL, and a new process on the same port. */
  | { readonly kind: 'kill'; readonly node: number; readonly away: number }
  /** SIGSTOP to the node that keeps the doors, and SIGCONT. */
  | { readonly kind: 'stopKeeper'; readonly ms: number }
  /** SIGKILL to Redis, which starts again on its data. */
  | { readonly kind: 'restartRedis' }
  /** No node reaches Redis. */
  | { readonly kind: 'cutRedis'; readonly ms: number }
  /** SIGTERM to each node after the other, which comes back with another clock. */
  | { readonly kind: 'roll'; readonly skews: readonly number[] };

/** A deed and its moment. */
export interface Blow {
  readonly name: string;
  readonly deed: Deed;
  /** Seconds from the start. */
  readonly at: number;
}

/** Nodes of the stage. */
export const NODES = 3;
const SKEW_MS = 5_000;
/** The last part of the time belongs to what must come to rest. */
const CALM = 0.12;

/** Each kind of blow once or more, in an order and at moments that the seed says. */
export function planOf(seconds: number, seed: number): Blow[] {
  const random = new Random(seed);
  const node = () => Math.floor(random.next() * NODES);
  const skew = () => (random.next() < 0.5 ? -SKEW_MS : SKEW_MS);
  const skews = Array.from({ length: NODES }, () => 0);
  skews[node()] = skew();
  const deeds: readonly (readonly [string, Deed])[] = [
    ['a node is killed', { kind: 'kill', node: node(), away: 3_000 }],
    ['the keeper stands still for 10 s', { kind: 'stopKeeper', ms: 10_000 }],
    ['Redis is killed, and starts again', { kind: 'restartRedis' }],
    ['Redis is cut off for 15 s', { kind: 'cutRedis', ms: 15_000 }],
    ['each node restarts in turn, one with a clock 5 s off', { kind: 'roll', skews }],
    ['a node is killed again', { kind: 'kill', node: node(), away: 8_000 }],
  ];
  const order = deeds.map((deed) => ({ deed, draw: random.next() }));
  order.sort((one, other) => one.draw - other.draw);
  const each = (seconds * (1 - CALM)) / (deeds.length + 1);
  return order.map(({ deed: [name, deed] }, index) => ({
    name,
    deed,
    at: each * (index + 0.75 + random.next() * 0.25),
  }));
}

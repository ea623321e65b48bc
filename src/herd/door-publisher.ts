import {
  doorOf,
  type Inside,
  joinsThatFit,
  type Opening,
  openDoor,
  revise,
} from '../policy/opening.ts';
import type { Origin } from './origin.ts';

/** An edition of the stage document, reduced to the door. */
export interface Edition {
  readonly epoch: number;
  readonly door: { readonly open: number; readonly opensPerSecond: number };
  /** Its `serverTime`, ms. */
  readonly at: number;
}

/** Default: seconds for which a CDN caches one edition. */
export const EDITION_TTL_SECONDS = 2;
/** The `Retry-After` of the origin, s. */
export const RETRY_AFTER = 5;

/** The options of an opening, besides the time. */
export interface Plan {
  readonly epoch: number;
  readonly capacity: number;
  readonly listeners: number;
  readonly opensIn: number;
}

/** Publishes the door once a second and learns from what the origin saw. It knows nothing else. */
export class DoorPublisher {
  /** The edition that the crowd gets from the CDN. */
  seen: Edition = { epoch: 1, door: { open: 1, opensPerSecond: 1 }, at: 0 };
  /** The epoch whose passes the server accepts. */
  epoch = 1;
  #latest: Edition = this.seen;
  #opening: Opening | null = null;
  readonly #back: readonly [number, number];
  readonly #ttl: number;

  /**
   * @param spread the published spread, s.
   * @param ttl for how long a CDN caches one edition, whole s.
   */
  constructor(spread: number, ttl: number) {
    this.#back = [RETRY_AFTER, spread];
    this.#ttl = ttl;
  }

  open({ epoch, capacity: joins, listeners, opensIn }: Plan, now: number, origin: Origin): void {
    const capacity = Math.min(joins, joinsThatFit({ onTheirWay: 0 }, peopleOf(origin)));
    this.#opening = openDoor({ epoch, now, capacity, listeners, opensIn });
    this.epoch = epoch;
    this.#publish(now);
    // Before the first listener, no cache can hold an older edition.
    if (now === 0) this.seen = this.#latest;
  }

  /** Call it once a second. @param origin `null`: the origin is down, and the door does not change. */
  second(now: number, origin: Origin | null): void {
    if (origin && this.#opening) this.#revise(this.#opening, now, origin);
    if ((now / 1_000) % this.#ttl === 1 % this.#ttl) this.seen = this.#latest;
  }

  #revise(opening: Opening, now: number, origin: Origin): void {
    const { arrivals, admitted, refused, used, given } = origin.seen;
    Object.assign(origin.seen, { arrivals: 0, admitted: 0, refused: 0, used: 0, given: 0 });
    const fit = joinsThatFit(opening, peopleOf(origin));
    if (origin.places) origin.places.left = 0;
    const spare = Math.min(given - used, fit - admitted);
    const observed = { seconds: 1, arrivals, admitted, refused, spare };
    this.#opening = revise(opening, observed, now, this.#back);
    this.#publish(now);
  }

  #publish(now: number): void {
    const { epoch, open, opensPerSecond } = doorOf(this.#opening as Opening, now);
    this.#latest = { epoch, door: { open, opensPerSecond }, at: now };
  }
}

/** The people inside, at the end of a second. */
const peopleOf = ({ places }: Origin): Inside => ({
  most: places?.most ?? null,
  inside: places?.inside ?? 0,
  left: places?.left ?? 0,
  seconds: 1,
});

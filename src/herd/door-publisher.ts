import { doorOf, type Opening, openDoor, revise } from '../policy/opening.ts';
import type { Origin } from './origin.ts';

/** An edition of the stage document, as far as it concerns the door. */
export interface Edition {
  readonly epoch: number;
  readonly door: { readonly open: number; readonly opensPerSecond: number };
  /** Its `serverTime`, ms. */
  readonly at: number;
}

/** Seconds for which a CDN serves the same edition, where nothing else is said. */
export const EDITION_TTL_SECONDS = 2;
/** What the origin asks the refused to wait, s. */
export const RETRY_AFTER = 5;

/** What a door is opened with, beside the time. */
export interface Plan {
  readonly epoch: number;
  readonly capacity: number;
  readonly listeners: number;
  readonly opensIn: number;
}

/** Publishes the door once a second, and learns from what the origin saw. Nothing else is known to it. */
export class DoorPublisher {
  /** What the crowd sees, through the CDN. */
  seen: Edition = { epoch: 1, door: { open: 1, opensPerSecond: 1 }, at: 0 };
  /** The epoch whose passes the server takes. */
  epoch = 1;
  #latest: Edition = this.seen;
  #opening: Opening | null = null;
  readonly #back: readonly [number, number];
  readonly #ttl: number;

  /**
   * @param spread the published one, s.
   * @param ttl for how long a CDN serves the same edition, whole s.
   */
  constructor(spread: number, ttl: number) {
    this.#back = [RETRY_AFTER, spread];
    this.#ttl = ttl;
  }

  open({ epoch, capacity, listeners, opensIn }: Plan, now: number): void {
    this.#opening = openDoor({ epoch, now, capacity, listeners, opensIn });
    this.epoch = epoch;
    this.#publish(now);
    // Before anybody comes there is nothing older that a cache could hold.
    if (now === 0) this.seen = this.#latest;
  }

  /** Once a second. @param origin `null`: it does not stand, and the door is left as it is. */
  second(now: number, origin: Origin | null): void {
    if (origin && this.#opening) this.#revise(this.#opening, now, origin);
    if ((now / 1_000) % this.#ttl === 1 % this.#ttl) this.seen = this.#latest;
  }

  #revise(opening: Opening, now: number, origin: Origin): void {
    const { arrivals, admitted, refused, used, given } = origin.seen;
    Object.assign(origin.seen, { arrivals: 0, admitted: 0, refused: 0, used: 0, given: 0 });
    const spare = given - used;
    const observed = { seconds: 1, arrivals, admitted, refused, spare };
    this.#opening = revise(opening, observed, now, this.#back);
    this.#publish(now);
  }

  #publish(now: number): void {
    const { epoch, open, opensPerSecond } = doorOf(this.#opening as Opening, now);
    this.#latest = { epoch, door: { open, opensPerSecond }, at: now };
  }
}

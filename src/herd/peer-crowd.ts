import { TIMEOUT_MS } from '../policy/defaults.ts';
import { NEVER, TICK } from './time.ts';
import type { PeerModel } from './types.ts';
import { Batch, Wheel } from './wheel.ts';
import { type Crowd, comingsOf, type World } from './world.ts';

// Arrival time, failures in a row, the last delay, and its own number as 32 bits.
const WORDS = 4;

/** Clients without door, document and pass: they dial until they are admitted. */
export class PeerCrowd implements Crowd {
  readonly #world: World;
  readonly #peer: PeerModel;
  readonly #wheel: Wheel;
  readonly #asking = new Batch(WORDS);
  readonly #comings: Int32Array;
  /** The share of waiting clients that reload, and the interval in ms. */
  readonly #share: number;
  readonly #every: number;

  constructor(world: World, peer: PeerModel) {
    this.#world = world;
    this.#peer = peer;
    this.#wheel = new Wheel(WORDS, world.ticks, world.listeners);
    this.#comings = comingsOf(world);
    this.#share = world.incident.reload?.share ?? 0;
    this.#every = (world.incident.reload?.every ?? 0) * 1_000;
  }

  tick(tick: number): void {
    const { origin, tally, random, stands, capacityAt, incident } = this.#world;
    const { requestsPerDial } = this.#peer;
    const asking = this.#asking;
    asking.size = 0;
    for (let count = this.#comings[tick] ?? 0; count > 0; count--) {
      const came = Math.floor((tick + random.next()) * TICK);
      // A first connect comes at once; a dropped connection counts as a failure.
      if (incident.begins === 'arriving') this.#put(came, 0, 0, random.bits());
      else this.#fail(came, came, 0, 0, random.bits(), false, tick);
    }
    this.#wheel.drain(tick, (from, to) => {
      const { data } = this.#wheel;
      for (let at = from; at < to; at += WORDS) {
        const [came, failures] = [data[at] as number, data[at + 1] as number];
        this.#put(came, failures, data[at + 2] as number, data[at + 3] as number);
      }
    });
    const dials = asking.size;
    if (stands(tick)) origin.decide(capacityAt(tick), dials, 0, requestsPerDial);
    else origin.down(dials);
    tally.full += origin.verdict.full * requestsPerDial;
    tally.events += dials;
    tally.arrivals[tick] = dials * requestsPerDial;
    for (let at = 0; at < dials * WORDS; at += WORDS) {
      const { data } = asking;
      const verdict = origin.next();
      const came = data[at] as number;
      const now = tick * TICK;
      if (verdict === 'admitted') {
        tally.admits(tick, now - came);
        tally.hears(now);
        continue;
      }
      const timedOut = verdict === 'timedOut';
      tally.refuses(tick, timedOut, requestsPerDial);
      const failures = data[at + 1] as number;
      const failedAt = now + (timedOut ? TIMEOUT_MS : 0);
      const memory = data[at + 3] as number;
      this.#fail(came, failedAt, failures, data[at + 2] as number, memory, timedOut, tick);
    }
  }

  #put(came: number, failures: number, previous: number, memory: number): void {
    const at = this.#asking.append();
    this.#fill(this.#asking.data, at, came, failures, previous, memory);
  }

  #fill(
    data: Int32Array,
    at: number,
    came: number,
    failures: number,
    previous: number,
    memory: number,
  ): void {
    data[at] = came;
    data[at + 1] = failures;
    data[at + 2] = previous;
    data[at + 3] = memory;
  }

  #fail(
    came: number,
    now: number,
    failures: number,
    previous: number,
    memory: number,
    timedOut: boolean,
    tick: number,
  ): void {
    const { random, tally } = this.#world;
    const own = (memory >>> 0) / 2 ** 32;
    const reload =
      own < this.#share ? came + (Math.floor((now - came) / this.#every) + 1) * this.#every : NEVER;
    const delay = this.#peer.delay(failures + 1, previous, own, timedOut, random.next);
    if (delay === null && reload === NEVER) {
      tally.givenUp++;
      return;
    }
    const next = delay === null ? NEVER : Math.min(NEVER, now + Math.max(0, delay));
    const at = this.#wheel.append(Math.min(next, reload), tick);
    if (at < 0) return;
    // A reloaded page remembers nothing and dials at once.
    if (reload <= next) this.#fill(this.#wheel.data, at, came, 0, 0, memory);
    else this.#fill(this.#wheel.data, at, came, failures + 1, Math.ceil(delay as number), memory);
  }
}

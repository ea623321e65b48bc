import type { Door } from '../policy/document.ts';
import { turnOf } from '../policy/door.ts';
import { nextPollDelay } from '../policy/polling.ts';
import type { Edition } from './door-publisher.ts';
import type { Random } from './random.ts';
import { RELOADS, reloadAfter } from './reloads.ts';
import { NEVER, TICK } from './time.ts';
import { Batch, Wheel } from './wheel.ts';

/** Words per record of a queued listener: lot, next poll, turn, and arrival time with {@link RELOADS} in it. */
export const CALM_WORDS = 4;

const PER_TWO_32 = 2 ** -32;

/**
 * Listeners who hear HLS, know their turn and were never refused: nearly the whole crowd, nearly all the time. They
 * only poll the document until their turn comes, so their records are small.
 */
export class QueuedListeners {
  /** Listeners whose turn comes in this tick. */
  readonly asking = new Batch(CALM_WORDS);
  /** Listeners who reload in this tick. */
  readonly reloading = new Batch(CALM_WORDS);
  /** Polls of the document in this tick. */
  looks = 0;
  readonly #wheel: Wheel;
  readonly #random: Random;
  readonly #refresh: number;
  readonly #every: number;
  #edition: Edition = { epoch: 0, door: { open: 0, opensPerSecond: 0 }, at: 0 };
  #tick = 0;

  /** @param every ms between two reloads. */
  constructor(ticks: number, listeners: number, random: Random, refresh: number, every: number) {
    this.#wheel = new Wheel(CALM_WORDS, ticks, listeners);
    this.#random = random;
    this.#refresh = refresh;
    this.#every = every;
  }

  tick(tick: number, edition: Edition): void {
    this.#edition = edition;
    this.#tick = tick;
    this.looks = this.asking.size = this.reloading.size = 0;
    this.#wheel.drain(tick, this.#live);
  }

  /** A listener polls the document for the first time. */
  enter(lot: number, came: number, tick: number): void {
    const { door, at } = this.#edition;
    const due = at + turnOf(door as Door, (lot >>> 0) * PER_TWO_32) - (came & ~RELOADS);
    const now = came & ~RELOADS;
    const turn = due > 0 ? Math.ceil(now + due) : now;
    const look = (now + nextPollDelay(this.#refresh, 0, due, this.#random.next())) | 0;
    this.looks++;
    this.put(lot, look, turn, came, tick);
  }

  put(lot: number, look: number, turn: number, came: number, tick: number): void {
    const { asking } = this;
    if (turn < (tick + 1) * TICK) {
      this.#fillOf(asking, lot, look, turn, came);
      return;
    }
    const reload = came & RELOADS ? this.#reloadAfter(came, tick) : NEVER;
    const place = this.#wheel.append(Math.min(turn, look, reload), tick);
    if (place >= 0) this.#fill(this.#wheel.data, place, lot, look, turn, came);
  }

  readonly #live = (from: number, to: number): void => {
    const wheel = this.#wheel;
    const { data } = wheel;
    const random = this.#random;
    const { door, at: madeAt } = this.#edition;
    const tick = this.#tick;
    const end = (tick + 1) * TICK;
    const refresh = this.#refresh;
    let looks = 0;
    for (let at = from; at < to; at += CALM_WORDS) {
      const lot = data[at] as number;
      let look = data[at + 1] as number;
      let turn = data[at + 2] as number;
      const came = data[at + 3] as number;
      const reload = came & RELOADS ? this.#reloadAfter(came, tick - 1) : NEVER;
      if (reload < end) {
        this.#fillOf(this.reloading, lot, look, turn, came);
        continue;
      }
      if (look < end) {
        const due = madeAt + turnOf(door as Door, (lot >>> 0) * PER_TWO_32) - look;
        turn = due > 0 ? Math.ceil(look + due) | 0 : look;
        look = (look + nextPollDelay(refresh, 0, due, random.next())) | 0;
        looks++;
      }
      if (turn < end) {
        this.#fillOf(this.asking, lot, look, turn, came);
        continue;
      }
      let time = turn < look ? turn : look;
      if (reload < time) time = reload;
      const place = wheel.append(time, tick);
      if (place >= 0) this.#fill(wheel.data, place, lot, look, turn, came);
    }
    this.looks += looks;
  };

  #reloadAfter(came: number, tick: number): number {
    return reloadAfter(came & ~RELOADS, this.#every, tick);
  }

  #fillOf(batch: Batch, lot: number, look: number, turn: number, came: number): void {
    const at = batch.append();
    this.#fill(batch.data, at, lot, look, turn, came);
  }

  #fill(data: Int32Array, at: number, lot: number, look: number, turn: number, came: number): void {
    data[at] = lot;
    data[at + 1] = look;
    data[at + 2] = turn;
    data[at + 3] = came;
  }
}

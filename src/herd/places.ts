import type { Random } from './random.ts';
import { TICK } from './time.ts';

/** The people inside an origin: how many fit, and when they leave. */
export class Places {
  inside = 0;
  /** Those who left since the last revision of the door. */
  left = 0;
  /** How many fit; `null`: no limit. */
  readonly most: number | null;
  readonly #stay: number;
  readonly #random: Random;

  /** @param stay mean seconds until a listener leaves; `Infinity`: nobody leaves. */
  constructor(most: number | null, stay: number, random: Random) {
    this.most = most;
    this.#stay = stay;
    this.#random = random;
  }

  get free(): number {
    return this.most === null ? Infinity : Math.max(0, this.most - this.inside);
  }

  /** Lets those leave whose stay ends in this tick. @returns how many. */
  tick(): number {
    const before = this.inside;
    // Stays are exponential, so it does not matter who leaves: the next one goes after `stay / inside` on average.
    for (let at = this.#untilNext(); at < TICK; at += this.#untilNext()) this.inside--;
    const left = before - this.inside;
    this.left += left;
    return left;
  }

  #untilNext(): number {
    if (!this.inside || this.#stay === Infinity) return Infinity;
    return (-Math.log(1 - this.#random.next()) * this.#stay * 1_000) / this.inside;
  }
}

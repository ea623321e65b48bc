const SECONDS = 60;

export interface Second {
  arrivals: number;
  refusals: number;
}

/** What arrived in each second, of which the last minute is kept. */
export class Minute {
  readonly #seconds = new Map<number, Second>();

  /** @param at the epoch second. */
  second(at: number): Second {
    const second = this.#seconds.get(at) ?? { arrivals: 0, refusals: 0 };
    this.#seconds.set(at, second);
    return second;
  }

  /** The last minute, oldest second first. */
  last(now: number): Second[] {
    const last = Math.floor(now / 1000);
    for (const second of this.#seconds.keys()) {
      if (second < last - 2 * SECONDS) this.#seconds.delete(second);
    }
    return Array.from(
      { length: SECONDS },
      (_, index) => this.#seconds.get(last - SECONDS + 1 + index) ?? { arrivals: 0, refusals: 0 },
    );
  }
}

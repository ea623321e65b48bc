/** Seeded numbers in [0, 1): the same seed gives the same sequence. */
export class Random {
  // A typed array, because a plain field would box every number above 2^30.
  readonly #state = new Int32Array(1);

  constructor(seed: number) {
    const low = Math.imul(seed | 0, 0x9e3779b1);
    this.#state[0] = low ^ Math.imul(Math.floor(seed / 2 ** 32) | 0, 0x85ebca77);
    for (let round = 0; round < 4; round++) this.#state[0] = this.bits();
  }

  /** 32 bits, as a signed integer. */
  bits(): number {
    const state = this.#state;
    let bits = ((state[0] as number) + 0x9e3779b9) | 0;
    state[0] = bits;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return bits ^ (bits >>> 16);
  }

  readonly next = (): number => (this.bits() >>> 0) / 2 ** 32;
}

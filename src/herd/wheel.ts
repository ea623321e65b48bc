import { TICK } from './time.ts';

const SHIFT = 7;
const LENGTH = 1 << SHIFT;
const MASK = LENGTH - 1;

/**
 * A timing wheel: a crowd, sorted by the tick of each listener's next event. A listener is a record of `stride` words
 * that moves as a whole from bucket to bucket, so that memory is only read in order. A bucket is a list of chunks; a
 * chunk is `LENGTH` records side by side.
 */
export class Wheel {
  /** The records. Read it again after each `append`: it may have been replaced. */
  data: Int32Array;
  readonly stride: number;
  readonly #ticks: number;
  // For each bucket, the record after its last one; 0 if it is empty.
  readonly #ends: Int32Array;
  #links: Int32Array;
  #free = 0;
  // Chunk 0 stays unused, so that 0 can mean "none".
  #chunks = 1;

  /** @param records the number of records before it grows; untouched pages of memory cost nothing. */
  constructor(stride: number, ticks: number, records: number) {
    this.stride = stride;
    this.#ticks = ticks;
    this.#ends = new Int32Array(ticks);
    const chunks = (records >> SHIFT) + Math.min(ticks, 8_192) + 2;
    this.#links = new Int32Array(chunks);
    this.data = new Int32Array(chunks * LENGTH * stride);
  }

  /**
   * Makes room for a record at `time`, ms, but not before the tick after `now`.
   *
   * @returns its place in `data`; -1 if it is beyond the last tick.
   */
  append(time: number, now: number): number {
    const tick = Math.max(now + 1, (time / TICK) | 0);
    if (tick >= this.#ticks) return -1;
    let end = this.#ends[tick] as number;
    if ((end & MASK) === 0) end = this.#chunk(end) << SHIFT;
    this.#ends[tick] = end + 1;
    return end * this.stride;
  }

  #chunk(end: number): number {
    let chunk = this.#free;
    if (chunk) this.#free = this.#links[chunk] as number;
    else chunk = this.#chunks++;
    if (chunk >= this.#links.length) this.#grow();
    this.#links[chunk] = end ? (end - 1) >> SHIFT : 0;
    return chunk;
  }

  #grow(): void {
    const chunks = Math.ceil(this.#links.length * 1.5);
    const links = new Int32Array(chunks);
    links.set(this.#links);
    this.#links = links;
    const data = new Int32Array(chunks * LENGTH * this.stride);
    data.set(this.data);
    this.data = data;
  }

  /** Removes all records of a tick: calls `visit(from, to)` for each stretch of `data`. */
  drain(tick: number, visit: (from: number, to: number) => void): void {
    const end = this.#ends[tick] as number;
    if (!end) return;
    this.#ends[tick] = 0;
    let chunk = (end - 1) >> SHIFT;
    let count = ((end - 1) & MASK) + 1;
    while (chunk) {
      const from = (chunk << SHIFT) * this.stride;
      visit(from, from + count * this.stride);
      const next = this.#links[chunk] as number;
      this.#links[chunk] = this.#free;
      this.#free = chunk;
      chunk = next;
      count = LENGTH;
    }
  }
}

/** Records that wait for the end of the tick, when all requests of the tick are known. */
export class Batch {
  data: Int32Array;
  size = 0;
  readonly stride: number;

  constructor(stride: number) {
    this.stride = stride;
    this.data = new Int32Array(stride * 1_024);
  }

  /** @returns the place of the next record in `data`. */
  append(): number {
    const at = this.size++ * this.stride;
    if (at + this.stride > this.data.length) {
      const data = new Int32Array(this.data.length * 2);
      data.set(this.data);
      this.data = data;
    }
    return at;
  }
}

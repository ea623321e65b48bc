/** A token bucket for an origin: it fills at the capacity, up to one second's worth. */
export interface Bucket {
  readonly capacity: number;
  setCapacity(capacity: number, now: number): void;
  /** Takes one join; false if there is too little left. */
  take(now: number): boolean;
  /** Takes the cost of a refusal, or what is left. */
  spend(cost: number, now: number): void;
  /** Joins that have flowed in since the last call. */
  drain(now: number): number;
}

// Ten times a tenth of a join is one join.
const ROUNDING = 1e-9;

/**
 * @param capacity joins per second, 0 or more.
 * @param start epoch ms.
 */
export const createBucket = (capacity: number, start: number): Bucket => {
  let rate = capacity;
  let level = Math.max(1, capacity);
  let at = start;
  let inflow = 0;

  const fill = (now: number) => {
    // A clock that is set back fills nothing; one that jumps ahead fills one second's worth.
    const more = (Math.max(0, now - at) / 1_000) * rate;
    at = now;
    inflow += more;
    // At least one, so that a capacity below one per second admits at all.
    level = Math.min(Math.max(1, rate), level + more);
  };

  return {
    get capacity() {
      return rate;
    },
    setCapacity(value, now) {
      fill(now);
      rate = value;
      level = Math.min(Math.max(1, rate), level);
    },
    take(now) {
      fill(now);
      if (level < 1 - ROUNDING) return false;
      level = Math.max(0, level - 1);
      return true;
    },
    spend(cost, now) {
      fill(now);
      level = Math.max(0, level - cost);
    },
    drain(now) {
      fill(now);
      const drained = inflow;
      inflow = 0;
      return drained;
    },
  };
};

interface Expires {
  /** Epoch ms. */
  readonly until: number;
}

/** Remembers a limited number of values for a limited time. */
export interface ExpiringMap<T extends Expires> {
  get(key: string, now: number): T | undefined;
  /** Replaces a value, and makes it the last one to be evicted. */
  set(key: string, value: T, now: number): void;
  delete(key: string): boolean;
  /** Forgets the oldest values that have expired. @returns how many. */
  purge(now: number): number;
  entries(): Iterable<readonly [string, T]>;
  readonly size: number;
}

/** @param most the maximum of values. One more evicts the one that was set first. */
export function createExpiringMap<T extends Expires>(most: number): ExpiringMap<T> {
  const values = new Map<string, T>();

  function purge(now: number): number {
    const before = values.size;
    // Values of one map live about equally long, so the first ones expire first.
    for (const [key, { until }] of values) {
      if (until > now && values.size <= most) break;
      values.delete(key);
    }
    return before - values.size;
  }

  return {
    get(key, now) {
      const value = values.get(key);
      return value && value.until > now ? value : undefined;
    },
    set(key, value, now) {
      values.delete(key);
      values.set(key, value);
      purge(now);
    },
    delete: (key) => values.delete(key),
    purge,
    entries: () => values,
    get size() {
      return values.size;
    },
  };
}

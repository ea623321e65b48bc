/** Remembers a limited number of values for a limited time. */
export interface Memory<T> {
  get(key: string, now: number): T | undefined;
  /** Also restarts the value's time. */
  set(key: string, value: T, now: number): void;
  clear(): void;
  readonly size: number;
}

/**
 * All entries live equally long, so the order of a `Map` is the order in which they expire.
 *
 * @param life ms.
 * @param most the maximum of entries. One more evicts the entry that would expire next.
 */
export const createMemory = <T>(life: number, most: number): Memory<T> => {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry && entry.until > now ? entry.value : undefined;
    },
    set(key, value, now) {
      entries.delete(key);
      entries.set(key, { value, until: now + life });
      for (const [oldest, { until }] of entries) {
        if (until > now && entries.size <= most) break;
        entries.delete(oldest);
      }
    },
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
};

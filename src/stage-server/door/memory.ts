/** Remembers a limited number of values, each for its time. */
export interface Memory<T> {
  get(key: string, now: number): T | undefined;
  /** Also restarts the value's time. @param life ms, about the same for all values. */
  set(key: string, value: T, now: number, life: number): void;
  delete(key: string): void;
  clear(): void;
  readonly size: number;
}

/**
 * Entries live about equally long, so the order of a `Map` is about the order in which they expire.
 *
 * @param most the maximum of entries. One more evicts the oldest.
 */
export function createMemory<T>(most: number): Memory<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry && entry.until > now ? entry.value : undefined;
    },
    set(key, value, now, life) {
      entries.delete(key);
      entries.set(key, { value, until: now + life });
      for (const [oldest, { until }] of entries) {
        if (until > now && entries.size <= most) break;
        entries.delete(oldest);
      }
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
}

import type { Host } from './host.ts';

const STORES = ['tab', 'browser'] as const;

/**
 * Named records that outlive a reload: per tab, and shared by the tabs of one browser. Storage that
 * throws, is full or holds garbage costs memory, never function.
 */
export class PersistentRecords<T> {
  readonly #host: Host;
  readonly #key: string;
  readonly #most: number;
  readonly #revive: (value: unknown, now: number) => T | null;
  readonly #rank: (value: T) => number;

  /**
   * @param revive a stored value made safe, or `null`: storage is as hostile as the network.
   * @param most records that are kept; those of the lowest rank go first, and of these the oldest.
   */
  constructor(
    host: Host,
    key: string,
    most: number,
    revive: (value: unknown, now: number) => T | null,
    rank: (value: T) => number = () => 0,
  ) {
    this.#host = host;
    this.#key = key;
    this.#most = most;
    this.#revive = revive;
    this.#rank = rank;
  }

  /** What tab and browser know of `name`; none, one or two. */
  read(name: string): T[] {
    return STORES.flatMap((store) => this.#load(store).get(name) ?? []);
  }

  /** Keeps `value`, or lets go of what was kept for `null`. */
  write(name: string, value: T | null): void {
    for (const where of STORES) {
      const records = this.#load(where);
      records.delete(name);
      if (value !== null) records.set(name, value);
      try {
        const store = this.#host.stores[where];
        const kept = [...records]
          .sort(([, one], [, other]) => this.#rank(one) - this.#rank(other))
          .slice(-this.#most);
        if (records.size) store.set(this.#key, JSON.stringify(kept));
        else store.remove(this.#key);
      } catch {
        // The page's own memory still holds.
      }
    }
  }

  #load(store: (typeof STORES)[number]): Map<string, T> {
    const records = new Map<string, T>();
    try {
      const now = this.#host.now();
      for (const [name, value] of JSON.parse(this.#host.stores[store].get(this.#key) ?? '[]')) {
        const record = this.#revive(value, now);
        if (record) records.set(String(name), record);
      }
    } catch {
      // Garbage is as good as nothing.
    }
    return records;
  }
}

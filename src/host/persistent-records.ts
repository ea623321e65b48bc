import type { Host } from './host.ts';

const STORES = ['tab', 'browser'] as const;

/** Named records that outlive a reload: per tab, and shared by the tabs of one browser. */
export interface PersistentRecords<T> {
  /** What tab and browser know of `name`; none, one or two. */
  read(name: string): T[];
  /** Keeps `value`, or lets go of what was kept for `null`. */
  write(name: string, value: T | null): void;
}

/**
 * Storage that throws, is full or holds garbage costs memory, never function.
 *
 * @param most records that are kept; those of the lowest rank go first, and of these the oldest.
 * @param revive a stored value made safe, or `null`: storage is as hostile as the network.
 */
export const persistentRecords = <T>(
  host: Host,
  key: string,
  most: number,
  revive: (value: unknown, now: number) => T | null,
  rank: (value: T) => number = () => 0,
): PersistentRecords<T> => {
  const load = (store: (typeof STORES)[number]): Map<string, T> => {
    const records = new Map<string, T>();
    try {
      const now = host.now();
      for (const [name, value] of JSON.parse(host.stores[store].get(key) ?? '[]')) {
        const record = revive(value, now);
        if (record) records.set(String(name), record);
      }
    } catch {
      // Garbage is as good as nothing.
    }
    return records;
  };

  return {
    read: (name) => STORES.flatMap((store) => load(store).get(name) ?? []),
    write(name, value) {
      for (const where of STORES) {
        const records = load(where);
        records.delete(name);
        if (value !== null) records.set(name, value);
        try {
          const store = host.stores[where];
          const kept = [...records]
            .sort(([, one], [, other]) => rank(one) - rank(other))
            .slice(-most);
          if (records.size) store.set(key, JSON.stringify(kept));
          else store.remove(key);
        } catch {
          // The page's own memory still holds.
        }
      }
    },
  };
};

import type { Host } from './host.ts';

const STORES = ['tab', 'browser'] as const;

/** Named records that survive a reload: per tab, and shared by the tabs of one browser. */
export interface PersistentRecords<T> {
  /** The records of tab and browser for `name`: none, one or two. */
  read(name: string): T[];
  /** Stores `value`; `null` removes the record. */
  write(name: string, value: T | null): void;
}

/**
 * Storage that throws, is full or holds garbage loses records, but breaks nothing.
 *
 * @param most the maximum of records. The lowest rank is removed first, and of these the oldest.
 * @param revive returns a stored value made safe, or `null`. Storage is as untrusted as the network.
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
      // Garbage counts as no record.
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
          // The record in memory still works.
        }
      }
    },
  };
};

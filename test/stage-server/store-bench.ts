import { randomBytes } from 'node:crypto';
import type { Journal } from '../../src/stage-server/store/journal.ts';
import { memoryStore } from '../../src/stage-server/store/memory-store.ts';
import type { RedisClient } from '../../src/stage-server/store/redis-calls.ts';
import { redisStore } from '../../src/stage-server/store/redis-store.ts';
import type { DoorKey, DoorLimits, Entries, Store } from '../../src/stage-server/store/store.ts';

/** Small enough for a test to reach. */
export const MOST_SENDERS = 40;

/** A store on a clock that stands still until a case moves it. */
export interface StoreBench {
  readonly store: Store;
  now: number;
  /** Closes the store and opens another on what it has kept. Does nothing if it keeps nothing. */
  reopen(): Promise<void>;
}

function benchOf(open: (now: () => number) => Store, keeps: boolean): StoreBench {
  const bench = {
    now: Date.UTC(2026, 10, 22, 12),
    store: undefined as unknown as Store,
    async reopen() {
      if (!keeps) return;
      // Twice: from the changes, and from what the first one has made of them.
      for (let time = 0; time < 2; time++) {
        await bench.store.close();
        bench.store = open(() => bench.now);
      }
    },
  };
  bench.store = open(() => bench.now);
  return bench;
}

/** A journal in memory. */
export function textJournal(lines: string[] = []): Journal & { readonly lines: readonly string[] } {
  const values = new Map<string, string>();
  return {
    name: 'of a test',
    get lines() {
      return lines;
    },
    get size() {
      return lines.join('\n').length;
    },
    read: () => [...lines],
    append(more) {
      lines.push(...more);
    },
    rewrite(all) {
      lines = [...all];
    },
    get: (name) => values.get(name) ?? null,
    set: (name, text) => void values.set(name, text),
    close() {},
  };
}

export const memoryBench = (): StoreBench =>
  benchOf((now) => memoryStore({ now, senders: MOST_SENDERS }), false);

export function journalBench(): StoreBench {
  const journal = textJournal();
  return benchOf((now) => memoryStore({ now, senders: MOST_SENDERS, journal }), true);
}

/** A stage of its own for each bench. */
export function redisBench(client: RedisClient, prefix: string): StoreBench {
  const stage = randomBytes(6).toString('hex');
  return benchOf(
    (now) =>
      redisStore(client, { stage, prefix, now, pace: 0, senders: MOST_SENDERS, timeout: 30_000 }),
    true,
  );
}

export const DOOR: DoorKey = { door: 'floor', epoch: 7 };

/** A door that nobody fills. */
export const OPEN: DoorLimits = {
  capacity: 10_000_000,
  most: null,
  refusalCost: 0.1,
  passLife: 300_000,
  ticketLife: 3_600_000,
};

/** The requests of these sessions, each with a ticket of the same number. */
export const withTickets = (...sessions: string[]): Entries => ({
  entries: sessions.map((session) => ({ session, ticket: `ticket of ${session}` })),
  turnedAway: 0,
  refusals: 0,
});

/** The requests of these sessions, without tickets. */
export const withoutTickets = (...sessions: string[]): Entries => ({
  entries: sessions.map((session) => ({ session, ticket: null })),
  turnedAway: 0,
  refusals: 0,
});

/** A bucket starts with one join: fills it. */
export async function warmUp(
  bench: StoreBench,
  limits: DoorLimits = OPEN,
  key = DOOR,
): Promise<void> {
  await bench.store.enter(key, limits, { entries: [], turnedAway: 0, refusals: 1 });
  bench.now += 10_000;
}

export const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, number) => `${name} ${number}`);

/** How often each outcome came. */
export function tally(results: readonly { readonly outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

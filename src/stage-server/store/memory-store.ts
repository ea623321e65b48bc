import { toBase64Url } from '../door/tokens.ts';
import { type ChangeLog, noLog, openChangeLog } from './change-log.ts';
import { createExpiringMap } from './expiring-map.ts';
import type { Journal } from './journal.ts';
import { createMemoryState, type MemoryState } from './memory-state.ts';
import { createNodeRegistry } from './node-registry.ts';
import { takeRation } from './ration.ts';
import type { StoreRecord } from './records.ts';
import type { Store, Versioned } from './store.ts';

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** Where the state outlives the process. Default: nowhere. */
  readonly journal?: Journal | undefined;
  /**
   * The maximum of used tickets and of sessions of a door, 1 or more. Beyond it the store forgets the oldest, which
   * could then be replayed until they expire. Default 1,000,000.
   */
  readonly memory?: number | undefined;
  /** The maximum of senders of messages within an hour, 1 or more. Beyond it, new ones are refused. Default 100,000. */
  readonly senders?: number | undefined;
  /** Returns epoch ms. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns that many random bytes. Default: with `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}

const MAX_RATIONED_KEYS = 100_000;

const nextVersion = (current: Versioned | null, now: number): number =>
  Math.max(now, (current?.version ?? 0) + 1);

const newerThan = (version: number, current: Versioned | null): Versioned | null =>
  current && current.version !== version ? { version: current.version, text: current.text } : null;

/**
 * Keeps the state of a stage in this process: for a stage of one node. With a journal, nothing that was answered is
 * lost when the process dies, except for counts, rations and the level of the bucket of joins.
 *
 * @throws Error if the journal is corrupt; the message names the line.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const {
    journal,
    memory = 1_000_000,
    senders = 100_000,
    now = Date.now,
    randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  } = options;
  const newEpoch = () => toBase64Url(randomBytes(9));
  const rations = createExpiringMap<{ due: number; until: number }>(MAX_RATIONED_KEYS);
  const nodes = createNodeRegistry();
  let log: ChangeLog = noLog;
  let isClosed = false;
  const state: MemoryState = createMemoryState({ memory, senders }, newEpoch, (record) =>
    log.note(record),
  );
  const apply = (record: StoreRecord) => state.apply(record, now());
  if (journal) log = openChangeLog(journal, apply, state.snapshot);

  function change(record: StoreRecord): void {
    apply(record);
    log.note(record);
  }

  /** What is answered must outlive this process. */
  async function durably<T>(work: (at: number) => T): Promise<T> {
    if (isClosed) throw new Error('The store is closed.');
    // If the last call could not be written, this state is ahead of the journal.
    log.commit();
    const result = work(now());
    log.commit();
    return result;
  }

  return {
    pace: 0,
    enter: (key, limits, entries) => durably((at) => state.door(key).enter(limits, entries, at)),
    renew: (key, limits, renewals) => durably((at) => state.door(key).renew(limits, renewals, at)),
    leave: (key, leavings) => durably((at) => state.door(key).leave(leavings, at)),
    once: (key, life) =>
      durably((at) => {
        if (state.isKnown(key, at)) return false;
        change({ op: 'once', key, until: at + life });
        return true;
      }),
    ration: (keys, ration) =>
      durably((at) =>
        keys.map((key) => {
          const { wait, due } = takeRation(rations.get(key, at)?.due, ration, at);
          rations.set(key, { due, until: due }, at);
          return wait;
        }),
      ),
    decide: (submissions) => durably((at) => state.inbox.decide(submissions, at)),
    inbox: (after, most) => durably(() => state.inbox.after(after, most)),
    publish: (id, frames) => durably((at) => state.published.publish(id, frames, at)),
    pull: ({ position, edition, settings }) =>
      durably((at) => ({
        now: at,
        ...state.published.after(position, at),
        edition: newerThan(edition, state.edition),
        settings: newerThan(settings, state.settings),
      })),
    beat: (beat) =>
      durably((at) => {
        const result = nodes.beat(beat, at);
        const isKeeper = result.fence !== null;
        const counts = isKeeper ? beat.doors.map((key) => state.door(key).takeCounts(at)) : [];
        return { now: at, ...result, counts };
      }),
    keep: (fence, text) =>
      durably((at) => {
        if (!nodes.isKeeper(fence)) return false;
        const { edition } = state;
        if (edition?.text !== text)
          change({ op: 'edition', version: nextVersion(edition, at), text });
        return true;
      }),
    change: (version, text) =>
      durably((at) => {
        const { settings } = state;
        // The same call again, because its answer was lost.
        if (settings?.replaced === version && settings.text === text) return true;
        if ((settings?.version ?? 0) !== version) return false;
        const next = nextVersion(settings, at);
        change({ op: 'settings', version: next, text, replaced: version });
        return true;
      }),
    check: () => durably(() => undefined),
    async close() {
      if (isClosed) return;
      isClosed = true;
      log.close();
    },
  };
}

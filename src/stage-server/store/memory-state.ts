import { createDoorState, type DoorState } from './door-state.ts';
import { createExpiringMap } from './expiring-map.ts';
import { createInboxState, type InboxState } from './inbox-state.ts';
import { createPublishedState, type PublishedState } from './published-state.ts';
import type { StoreRecord } from './records.ts';
import type { DoorKey, Versioned } from './store.ts';

/** The text that the operator changes, with what it replaced. */
interface Settings extends Versioned {
  readonly replaced: number;
}

/** All that a store in memory keeps over a restart. */
export interface MemoryState {
  readonly inbox: InboxState;
  readonly published: PublishedState;
  readonly edition: Versioned | null;
  readonly settings: Settings | null;
  door(key: DoorKey): DoorState;
  isKnown(once: string, now: number): boolean;
  /** Applies a change that was made before. */
  apply(record: StoreRecord, now: number): void;
  /** What makes this state from none. */
  snapshot(): Iterable<StoreRecord>;
}

export interface MemoryLimits {
  /** The maximum of used tickets, of sessions, and of keys, each. */
  readonly memory: number;
  /** The maximum of senders. */
  readonly senders: number;
}

/** Those who come to an opening that has just ended find it still. */
const OPENINGS_OF_A_DOOR = 2;

/** @param note is told of each change that the parts make. */
export function createMemoryState(
  { memory, senders }: MemoryLimits,
  newEpoch: () => string,
  note: (record: StoreRecord) => void,
): MemoryState {
  const doors = new Map<string, Map<number, DoorState>>();
  const onceKeys = createExpiringMap<{ readonly until: number }>(memory);
  let edition: Versioned | null = null;
  let settings: Settings | null = null;

  const inbox = createInboxState(senders, (record) => {
    inbox.apply(record);
    note(record);
  });
  const published = createPublishedState(newEpoch, (record, now) => {
    published.apply(record, now);
    note(record);
  });

  function door(key: DoorKey): DoorState {
    const openings = doors.get(key.door) ?? new Map<number, DoorState>();
    doors.set(key.door, openings);
    const known = openings.get(key.epoch);
    if (known) return known;
    const named = { door: key.door, epoch: key.epoch };
    const opening: DoorState = createDoorState(named, memory, (record, now) => {
      opening.apply(record, now);
      note(record);
    });
    openings.set(key.epoch, opening);
    for (const epoch of openings.keys()) {
      if (openings.size <= OPENINGS_OF_A_DOOR) break;
      openings.delete(epoch);
    }
    return opening;
  }

  function apply(record: StoreRecord, now: number): void {
    switch (record.op) {
      case 'once':
        onceKeys.set(record.key, record, now);
        break;
      case 'edition':
        edition = { version: record.version, text: record.text };
        break;
      case 'settings':
        settings = { version: record.version, text: record.text, replaced: record.replaced };
        break;
      case 'decided':
      case 'sender':
      case 'message':
        inbox.apply(record);
        break;
      case 'published':
      case 'window':
      case 'publication':
        published.apply(record, now);
        break;
      default:
        door(record).apply(record, now);
    }
  }

  return {
    inbox,
    published,
    get edition() {
      return edition;
    },
    get settings() {
      return settings;
    },
    door,
    isKnown: (key, now) => onceKeys.get(key, now) !== undefined,
    apply,
    *snapshot() {
      for (const openings of doors.values())
        for (const opening of openings.values()) yield* opening.snapshot();
      yield* inbox.snapshot();
      yield* published.snapshot();
      for (const [key, { until }] of onceKeys.entries()) yield { op: 'once', key, until };
      if (edition) yield { op: 'edition', ...edition };
      if (settings) yield { op: 'settings', ...settings };
    },
  };
}

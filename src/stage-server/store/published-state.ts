import { createExpiringMap } from './expiring-map.ts';
import type { PublishedRecord } from './records.ts';
import type { Position, Published } from './store.ts';

export const MAX_FRAMES = 1_000;
export const FRAME_LIFE_MS = 120_000;
/** How long a publication is known by its ID. */
export const PUBLICATION_LIFE_MS = 60_000;
const MAX_PUBLICATIONS = 100_000;

/** What is published, in memory. */
export interface PublishedState {
  apply(record: PublishedRecord, now: number): void;
  publish(id: string, frames: readonly string[], now: number): void;
  /** The frames after a position, and the position after them. */
  after(position: Position | null, now: number): { head: Position; frames: readonly Published[] };
  /** What makes this state from none. */
  snapshot(): Iterable<PublishedRecord>;
}

/**
 * @param newEpoch returns the name of an epoch that never was.
 * @param change applies a change to this state, and notes it in the journal.
 */
export function createPublishedState(
  newEpoch: () => string,
  change: (record: PublishedRecord, now: number) => void,
): PublishedState {
  const publications = createExpiringMap<{ readonly until: number }>(MAX_PUBLICATIONS);
  let head: Position | null = null;
  let frames: Published[] = [];

  function startEpoch(now: number): Position {
    const position = { epoch: newEpoch(), offset: head?.offset ?? 0 };
    change({ op: 'window', ...position, frames }, now);
    return position;
  }

  return {
    apply(record, now) {
      if (record.op === 'window') {
        head = { epoch: record.epoch, offset: record.offset };
        frames = [...record.frames];
        return;
      }
      if (record.op === 'publication') return publications.set(record.id, record, now);
      const { id, at, frames: texts } = record;
      let { epoch, offset } = head ?? { epoch: '', offset: 0 };
      for (const text of texts) frames.push({ offset: ++offset, at, text });
      frames.splice(0, frames.length - MAX_FRAMES);
      head = { epoch, offset };
      publications.set(id, { until: at + PUBLICATION_LIFE_MS }, now);
    },
    publish(id, texts, now) {
      publications.purge(now);
      if (publications.get(id, now)) return;
      if (!head) startEpoch(now);
      change({ op: 'published', id, at: now, frames: texts }, now);
    },
    after(position, now) {
      let current = head ?? startEpoch(now);
      // The reader has more than was ever published here: the last of it was lost, and its offsets are free again.
      if (position?.epoch === current.epoch && position.offset > current.offset)
        current = startEpoch(now);
      const from = position?.epoch === current.epoch ? position.offset : 0;
      const isNews = ({ offset, at }: Published) => offset > from && now - at < FRAME_LIFE_MS;
      return { head: current, frames: frames.filter(isNews) };
    },
    *snapshot() {
      if (head) yield { op: 'window', ...head, frames };
      for (const [id, { until }] of publications.entries()) yield { op: 'publication', id, until };
    },
  };
}

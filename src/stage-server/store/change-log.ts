import type { Journal } from './journal.ts';
import type { StoreRecord } from './records.ts';

/** A journal that has grown beyond this, and twice beyond what it would be, is written anew. */
const COMPACT_BEYOND_BYTES = 64 * 1024 * 1024;

/** Brings changes into a journal, and back out of it. */
export interface ChangeLog {
  /** Adds a change to those that {@link ChangeLog.commit} writes. */
  note(record: StoreRecord): void;
  /** Writes what was noted. @throws if it cannot be written; the next call tries the same again. */
  commit(): void;
  close(): void;
}

/** Forgets all. */
export const noLog: ChangeLog = { note() {}, commit() {}, close() {} };

function readRecord(line: string, number: number, { name }: Journal): StoreRecord {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof Object(record).op === 'string') return record as StoreRecord;
  } catch {}
  throw new Error(
    `Line ${number} of the journal ${name} is corrupt: "${line.slice(0, 80)}". Remove the line to lose only its change, or restore the file from a backup.`,
  );
}

/**
 * Replays a journal, and writes it anew.
 *
 * @param apply is given each change, oldest first.
 * @param snapshot returns the changes that make the current state from none.
 * @throws Error that names the line, if one is corrupt.
 */
export function openChangeLog(
  journal: Journal,
  apply: (record: StoreRecord) => void,
  snapshot: () => Iterable<StoreRecord>,
): ChangeLog {
  let number = 0;
  for (const line of journal.read()) apply(readRecord(line, ++number, journal));
  let noted: string[] = [];
  let compactBeyond = 0;

  function* lines(): Iterable<string> {
    for (const record of snapshot()) yield JSON.stringify(record);
  }

  function compact(): void {
    journal.rewrite(lines());
    compactBeyond = Math.max(COMPACT_BEYOND_BYTES, 2 * journal.size);
  }

  function tryToCompact(): void {
    try {
      compact();
    } catch {
      // What was noted is safe in the file as it is, so the calls go on. The disk may be full.
      compactBeyond = 2 * journal.size;
    }
  }

  compact();
  return {
    note(record) {
      noted.push(JSON.stringify(record));
    },
    commit() {
      if (noted.length === 0) return;
      journal.append(noted);
      noted = [];
      if (journal.size > compactBeyond) tryToCompact();
    },
    close: () => journal.close(),
  };
}

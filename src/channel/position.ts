import type { Position } from './frames.ts';

/** Messages that were lost while there was no connection. */
export interface LostMessages {
  /** How many at most, cues included; `null` if the stage cannot tell. */
  readonly missed: number | null;
}

/** How far this tab has taken the messages of the stage. */
export interface MessagePosition {
  /** `null` until a server has named one. */
  readonly last: Position | null;
  /** The next frames follow this position: what lies between the last one and it is lost. */
  resume(next: Position | null, isUnrecoverable?: boolean): void;
  /** @returns false if this tab had the message before. */
  accept(offset: number | null): boolean;
}

/** The messages that a server keeps (docs/protocol.md): it sends none again that is older. */
const MOST_KEPT = 1_000;

export const createPosition = (onUnrecoverable: (lost: LostMessages) => void): MessagePosition => {
  let last: Position | null = null;
  return {
    get last() {
      return last;
    },
    resume(next, isUnrecoverable) {
      const before = last;
      const missed =
        before && before.epoch === next?.epoch ? next.offset - before.offset : Number.NaN;
      // A leading tab may be behind this one: then it relays again what this tab has.
      if (missed === 0 || (missed < 0 && !isUnrecoverable)) return;
      last = next;
      if (before) onUnrecoverable({ missed: missed > 0 ? missed : null });
    },
    accept(offset) {
      if (offset === null || !last) return true;
      const ahead = offset - last.offset;
      // Further behind, it is no repetition: the last offset was wrong, and must not silence the rest.
      if (ahead <= 0 && ahead > -MOST_KEPT) return false;
      last = { ...last, offset };
      return true;
    },
  };
};

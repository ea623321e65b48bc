import type { Cue } from '../policy/cue.ts';

/** The maximum of cues that a session holds. */
const MOST_CUES = 1_000;
/** The maximum of ids that are known to have fired, so that a cue that is sent again does not fire again. */
const MOST_FIRED = 4_000;
/** A fall or a stall may skip this much; the cues in it still fire. A longer gap counts as a seek. */
const SKIP_MS = 5_000;
/** How much the listener had heard before the session could prove it. */
const START_MS = 1_000;
/** A cue that comes late still fires if its word was heard at most this long ago. */
const LATE_MS = 120_000;
/** Timers and media clocks tick in steps of about this much. */
const EARLY_MS = 15;

/** The cues of a session by program time. It knows no clock: it is told what is heard. */
export interface CueList {
  /**
   * Adds a cue, or replaces the one with its id. Over the limit, the oldest one that has ended is removed first.
   *
   * @returns false if there is no room for it.
   */
  add(cue: Cue): boolean;
  /** Removes the cues with these ids, unless they have fired. */
  withdraw(ids: Iterable<string>): void;
  /**
   * The listener hears `position`.
   *
   * @param expected ms of program time that have passed since the last call, if nothing was skipped.
   * @returns the cues that fire now, in order.
   */
  hear(position: number, expected: number): readonly Cue[];
  /** The cues that are active at a program time, in order. */
  activeAt(position: number): readonly Cue[];
  /** Ms of program time until a cue begins or ends; `Infinity` if none does. */
  untilNext(position: number): number;
}

interface Span {
  readonly cue: Cue;
  readonly end: number;
}

export const createCueList = (now: () => number): CueList => {
  const cues = new Map<string, Cue>();
  const fired = new Set<string>();
  let position: number | null = null;
  /** The listener has heard from here to `position`, apart from short gaps. */
  let heardFrom = 0;
  let sorted: readonly Span[] | null = null;

  /** All cues by time, each with its end. */
  const spans = (): readonly Span[] => {
    if (sorted) return sorted;
    /** By type: where the cues that come later begin, and where those end. */
    const next = new Map<string, { readonly at: number; readonly end: number }>();
    const all = [...cues.values()].sort((one, other) => one.at - other.at);
    const backwards = all.reverse().map((cue) => {
      const { at, type, until } = cue;
      const later = next.get(type);
      // Cues of one type at one moment belong together.
      const end = later?.at === at ? later.end : (later?.at ?? Infinity);
      next.set(type, { at, end });
      return { cue, end: until ?? end };
    });
    sorted = backwards.reverse();
    return sorted;
  };

  return {
    add(cue) {
      cues.set(cue.id, cue);
      sorted = null;
      if (cues.size <= MOST_CUES) return true;
      const at = position ?? now();
      const gone = spans().find(({ end }) => end <= at) ?? spans().at(-1);
      cues.delete(gone?.cue.id ?? '');
      sorted = null;
      return gone?.cue !== cue;
    },
    withdraw(ids) {
      for (const id of ids) if (!fired.has(id)) cues.delete(id);
      sorted = null;
    },
    hear(at, expected) {
      if (position === null) heardFrom = at - START_MS;
      else if (at - position - expected > SKIP_MS) heardFrom = at - SKIP_MS;
      heardFrom = Math.min(heardFrom, at);
      position = at;
      const from = Math.max(heardFrom, at - LATE_MS);
      const due = spans()
        .map(({ cue }) => cue)
        .filter((cue) => cue.at >= from && cue.at <= at + EARLY_MS && !fired.has(cue.id));
      for (const { id } of due) fired.add(id);
      for (const id of fired) {
        if (fired.size <= MOST_FIRED) break;
        fired.delete(id);
      }
      return due;
    },
    activeAt: (at) =>
      spans()
        .filter(({ cue, end }) => cue.at <= at + EARLY_MS && end > at + EARLY_MS)
        .map(({ cue }) => cue),
    untilNext(at) {
      const later = spans()
        .flatMap(({ cue, end }) => [cue.at, end])
        .filter((one) => one > at + EARLY_MS);
      return Math.min(...later) - at;
    },
  };
};

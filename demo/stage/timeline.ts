import { PART_MS, SEGMENT_MS, SEGMENT_PARTS } from './adts.ts';

/** A run of segments by number. Segment n holds the program time from n * 4 s on. */
export interface Span {
  from: number;
  to: number;
}

/** The life of the stage in wall-clock time: which segments exist at a moment. */
export interface Timeline {
  /** When this process opened the stage; the talk may pretend an earlier start. */
  readonly openedAt: number;
  readonly startsAt: number;
  readonly first: number;
  now(): number;
  end(): void;
  hasEnded(at: number): boolean;
  /** The segments that a playlist lists at this moment; null while there is none. */
  window(at: number): Span | null;
  /** Whether a segment is complete. One that has left the window still plays, as from a CDN. */
  holds(segment: number, at: number): boolean;
  /** The program time from which on a part of a segment exists. */
  partAt(segment: number, part: number): number;
  holdsPart(segment: number, part: number, at: number): boolean;
}

export interface TimelineOptions {
  now: () => number;
  startsAt: number;
  windowSeconds: number;
}

export function createTimeline({ now, startsAt, windowSeconds }: TimelineOptions): Timeline {
  const first = Math.floor(startsAt / SEGMENT_MS);
  const windowLength = Math.max(1, Math.ceil((windowSeconds * 1000) / SEGMENT_MS));
  let endedAt = Number.POSITIVE_INFINITY;

  const partAt = (segment: number, part: number) =>
    segment * SEGMENT_MS + Math.min(SEGMENT_MS, (part + 1) * PART_MS);
  const newest = (at: number) => Math.floor(Math.min(at, endedAt) / SEGMENT_MS) - 1;

  return {
    openedAt: now(),
    startsAt: first * SEGMENT_MS,
    first,
    now,
    end() {
      endedAt = Math.min(endedAt, now());
    },
    hasEnded: (at) => at >= endedAt,
    window(at) {
      const to = newest(at);
      return to < first ? null : { from: Math.max(first, to - windowLength + 1), to };
    },
    holds: (segment, at) => segment >= first && segment <= newest(at),
    partAt,
    holdsPart: (segment, part, at) =>
      segment >= first && part < SEGMENT_PARTS && partAt(segment, part) <= Math.min(at, endedAt),
  };
}

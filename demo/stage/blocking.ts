import { PART_MS, SEGMENT_MS, SEGMENT_PARTS } from './adts.ts';
import { isLowLatency, parseSegment } from './library.ts';
import type { Timeline } from './timeline.ts';

/** As the standard has it: whoever asks for more than the next two segments is not waited for. */
const SEGMENTS_AHEAD = 2;
/** A hinted part is held; a later one is not. */
const PARTS_AHEAD_MS = 2 * PART_MS;
const LONGEST_MS = 3 * SEGMENT_MS;
const LOOKED_EVERY_MS = 50;
const NUMBER = /^\d{1,12}$/;

/**
 * The program time that must have come before a request for low-latency media is answered.
 * 0 if it need not wait; null if it asks for what is neither there nor due.
 */
export function awaited(timeline: Timeline, url: URL, at: number): number | null {
  const part = parseSegment(url.pathname);
  if (part && part.part !== null && part.part < SEGMENT_PARTS) {
    const due = timeline.partAt(part.segment, part.part);
    return due - at <= PARTS_AHEAD_MS ? due : 0;
  }
  if (!isLowLatency(url.pathname)) return 0;
  return reload(timeline, url.searchParams, at);
}

function reload(timeline: Timeline, query: URLSearchParams, at: number): number | null {
  const [sequence, part] = [query.get('_HLS_msn'), query.get('_HLS_part')];
  if (sequence === null) return part === null ? 0 : null;
  if (!NUMBER.test(sequence) || (part !== null && !NUMBER.test(part))) return null;
  const segment = timeline.first + Number(sequence);
  if (segment > Math.floor(at / SEGMENT_MS) + SEGMENTS_AHEAD) return null;
  // A part beyond the last one of a segment means the first one of the next.
  if (part !== null && Number(part) >= SEGMENT_PARTS) return timeline.partAt(segment + 1, 0);
  return timeline.partAt(segment, part === null ? SEGMENT_PARTS - 1 : Number(part));
}

export interface Hold {
  /** The program time to wait for. */
  until: number;
  /** The program time that the origin has come to. */
  now(): number;
  /** Whether waiting is in vain: the origin's fault has changed, or the stage has ended. */
  isOver(): boolean;
  signal: AbortSignal;
}

/** Waits as long as it makes sense. False when the time did not come. */
export async function hold({ until, now, isOver, signal }: Hold): Promise<boolean> {
  const startedAt = performance.now();
  while (now() < until) {
    if (isOver()) return true;
    if (signal.aborted || performance.now() - startedAt > LONGEST_MS) return false;
    await pause(Math.min(LOOKED_EVERY_MS, until - now()), signal);
  }
  return true;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

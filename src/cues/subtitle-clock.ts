import type Hls from 'hls.js';
import type { SubtitleSegment } from './subtitle-playlist.ts';
import type { VttFile } from './webvtt.ts';

/** What hls.js knows of the media's timestamps, by the number of the discontinuity. */
export type TimestampOffsets = readonly (
  | { readonly baseTime: number; readonly timescale: number }
  | undefined
)[];

/** Relates the media's timestamps to program time. */
export interface MediaClock {
  /** Program time of a timestamp of 90 kHz, the one closest to `near`; `null` if unknown. */
  at(mpegts: number, cc: number, near: number | null): number | null;
  /** Program time of the start of the media segment with this number; `null` if unknown. */
  startOf(number: number): number | null;
}

const TICKS_PER_MS = 90;
/** Timestamps have 33 bits. */
const WRAP_MS = 2 ** 33 / TICKS_PER_MS;
/** A map is believed if its cues are this close to their segment. */
const MAP_WITHIN_MS = 1_000;
const ROUNDING_MS = 50;

/** The clock of an instance of hls.js. It goes on after the instance is destroyed. */
export const hlsClock = (
  hls: Hls,
  signal: AbortSignal,
  offsets: () => TimestampOffsets,
): MediaClock => {
  /** Program time of timestamp 0, by the number of the discontinuity. */
  const zeros: (number | null | undefined)[] = [];
  const zeroOf = (cc: number): number | null => {
    const details = signal.aborted ? null : hls.latestLevelDetails;
    const { baseTime, timescale } = offsets()[cc] ?? {};
    const dated = details?.fragments.filter((one) => one.cc === cc && one.programDateTime).at(-1);
    if (dated?.programDateTime && baseTime !== undefined && timescale)
      zeros[cc] = dated.programDateTime - (dated.start + baseTime / timescale) * 1_000;
    return zeros[cc] ?? null;
  };
  return {
    at(mpegts, cc, near) {
      const zero = zeroOf(cc);
      if (zero === null) return null;
      const at = zero + mpegts / TICKS_PER_MS;
      const wraps = near === null ? 0 : Math.round((near - at) / WRAP_MS);
      return at + wraps * WRAP_MS;
    },
    startOf(number) {
      const details = signal.aborted ? null : hls.latestLevelDetails;
      return details?.fragments.find(({ sn }) => sn === number)?.programDateTime ?? null;
    },
  };
};

/** How the times of a file become program time. */
type Way = 'map' | 'segment' | 'stream' | 'first';

/** Finds the program time of the files of one playlist. One instance per playlist. */
export interface Placement {
  /**
   * Program time of the file's time 0; `null` if unknown.
   *
   * @param mapped the same by the file's map; `null` if unknown.
   * @param streamStart program time of the start of the stream; `null` if unknown.
   */
  offsetOf(
    segment: SubtitleSegment,
    file: VttFile,
    mapped: number | null,
    streamStart: number | null,
  ): number | null;
}

const WITH_MAP: readonly Way[] = ['map', 'segment', 'stream', 'first'];
/** RFC 8216 then takes timestamp 0 for time 0, but FFmpeg, which writes no map, starts its streams at 1.4 s. */
const WITHOUT_MAP: readonly Way[] = ['segment', 'stream', 'map', 'first'];

/**
 * Many packagers write a map that is wrong: the same for each segment, or from another clock. So a map counts if it
 * puts the cues into the time of their segment. Otherwise the cues count from the start of their segment, or of the
 * stream; if neither fits, the first cue begins with its segment. A choice stays as long as it fits.
 */
export const createPlacement = (): Placement => {
  let held: Way | null = null;
  let first: number | null = null;
  return {
    offsetOf({ start, duration }, { map, cues }, mapped, streamStart) {
      // There is nothing to judge it by.
      if (start === null) return mapped;
      const fits = (offset: number | null, slack = ROUNDING_MS) => {
        if (offset === null) return null;
        const inside = cues.filter(
          (cue) =>
            cue.start + offset < start + duration + slack && cue.end + offset > start - slack,
        );
        return inside.length * 2 > cues.length ? offset : null;
      };
      const ways: Record<Way, () => number | null> = {
        map: () => fits(mapped, MAP_WITHIN_MS),
        segment: () => fits(start - (map?.local ?? 0), -ROUNDING_MS),
        stream: () => fits(streamStart),
        first: () => fits(first),
      };
      const order = map ? WITH_MAP : WITHOUT_MAP;
      for (const way of held ? [held, ...order] : order) {
        const offset = ways[way]();
        if (offset === null) continue;
        held = way;
        return offset;
      }
      held = 'first';
      first = start - (cues[0]?.start ?? 0);
      return first;
    },
  };
};

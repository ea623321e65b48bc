import type { GovernedRequest, GovernedResponse, Limits } from '../governor/exchange.ts';
import { isOfSegment } from '../governor/optional.ts';
import { type Host, onAbort } from '../host/host.ts';
import { TIMEOUT_MS } from '../policy/defaults.ts';
import { isEarshotError } from '../policy/errors.ts';
import { createPlacement, type MediaClock } from './subtitle-clock.ts';
import {
  datedSegments,
  readSubtitlePlaylist,
  type SubtitlePlaylist,
  type SubtitleSegment,
  streamStartOf,
} from './subtitle-playlist.ts';
import { parseWebVtt, type VttFile } from './webvtt.ts';

/** Options of {@link pollSubtitles}. */
export interface PollOptions {
  readonly host: Host;
  /** Absolute URL of the playlist. */
  readonly url: string;
  /** `null`: hls.js does not play the media. */
  readonly clock: MediaClock | null;
  /** Sends a request; `null`: it may not be sent now. */
  request(ask: GovernedRequest, limits: Limits, least: number): Promise<GovernedResponse | null>;
  /** Program time of the current sound, epoch ms. */
  position(): number;
  /** Takes a file, with the program time of its time 0. */
  take(file: VttFile, offset: number, segment: SubtitleSegment): void;
}

/** The poll of a subtitle playlist, until its signal aborts or the retry policy says stop. */
export interface Poll {
  /** The listener has gone elsewhere: other segments are wanted. */
  wake(): void;
}

/** A whole talk in one file is smaller. */
const MAX_BYTES = 1_048_576;
const LIMITS: Limits = { timeout: TIMEOUT_MS, most: MAX_BYTES };
/** The poll interval is the target duration, within these limits. */
const SHORTEST_MS = 2_000;
const LONGEST_MS = 10_000;
const JITTER = 0.25;
/** Segments are loaded this long before their word. */
const AHEAD_MS = 60_000;
const MOST_AT_ONCE = 8;
/** Attempts at a segment, and ticks for which its timestamps may still become known. */
const MOST_TRIES = 2;
const MOST_WAITS = 5;
/** Segments of a playlist without any program time. */
const UNDATED = 3;

const textOf = (body: ArrayBuffer): string => new TextDecoder().decode(body);

/** A segment as far as it is loaded. */
interface Loaded {
  tries: number;
  waits: number;
  file: VttFile | null;
  isDone: boolean;
}

/** The segments for a position: from it on, or all that are new if the sound is ahead of the playlist. */
const segmentsFor = (
  segments: readonly SubtitleSegment[],
  position: number,
  reached: number,
): readonly SubtitleSegment[] => {
  const last = segments.at(-1);
  if (!last || last.start === null) return segments.slice(-UNDATED);
  const edge = last.start + last.duration;
  const from = Math.min(position, Math.max(reached, last.start));
  return segments.filter(({ start, duration }) => {
    const begins = start ?? edge;
    return begins + duration > from && begins < position + AHEAD_MS;
  });
};

/** Polls the playlist and loads the segments around the current sound, one at a time. */
export const pollSubtitles = (options: PollOptions, signal: AbortSignal): Poll => {
  const { host, url, clock, request, position, take } = options;
  const placement = createPlacement();
  let playlist: SubtitlePlaylist | null = null;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  /** Program time up to which all segments are loaded. */
  let reached = Number.NEGATIVE_INFINITY;
  let loaded = new Map<string, Loaded>();
  let interval = SHORTEST_MS;
  let wake = () => {};

  const refresh = async (): Promise<SubtitlePlaylist | null> => {
    const isFresh = host.elapsed() - fetchedAt < interval;
    if (playlist && (playlist.isComplete || isFresh)) return playlist;
    let read: SubtitlePlaylist | null = null;
    const check: GovernedRequest['check'] = (body, answer) => {
      read = readSubtitlePlaylist(textOf(body), answer.url);
      return read ? '' : 'This is no playlist of WebVTT segments.';
    };
    const answer = await request({ url, purpose: 'playlist', signal, check }, LIMITS, interval);
    if (!answer) return null;
    fetchedAt = host.elapsed();
    return read;
  };

  const load = async (segment: SubtitleSegment, state: Loaded): Promise<VttFile | null> => {
    if (state.file) return state.file;
    let file: VttFile | null = null;
    const check: GovernedRequest['check'] = (body) => {
      file = parseWebVtt(textOf(body));
      return file ? '' : 'This is no WebVTT.';
    };
    try {
      await request({ url: segment.url, purpose: 'segment', signal, check }, LIMITS, interval);
      return file;
    } catch (error) {
      // A segment that is missing for good must not hold up the others.
      if (++state.tries >= MOST_TRIES) state.isDone = true;
      if (isEarshotError(error) && isOfSegment(error)) return null;
      throw error;
    }
  };

  /** @returns false if its program time is not known yet. */
  const place = (
    segment: SubtitleSegment,
    file: VttFile,
    state: Loaded,
    streamStart: number | null,
  ) => {
    const { mpegts, local } = file.map ?? { mpegts: 0, local: 0 };
    const at = clock?.at(mpegts, segment.cc, segment.start) ?? null;
    if (clock && file.map && at === null && state.waits++ < MOST_WAITS) return;
    state.isDone = true;
    const offset = placement.offsetOf(segment, file, at === null ? null : at - local, streamStart);
    if (offset !== null && file.cues.length) take(file, offset, segment);
  };

  const tick = async () => {
    playlist = await refresh();
    if (!playlist) return;
    interval = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, playlist.target));
    const segments = datedSegments(playlist.segments, (number) => clock?.startOf(number) ?? null);
    const streamStart = streamStartOf(segments);
    const keyOf = ({ number, url: from }: SubtitleSegment) => `${number} ${from}`;
    loaded = new Map(
      segments.map((one) => [
        keyOf(one),
        loaded.get(keyOf(one)) ?? { tries: 0, waits: 0, file: null, isDone: false },
      ]),
    );
    const wanted = segmentsFor(segments, position(), reached).filter(
      (one) => !loaded.get(keyOf(one))?.isDone,
    );
    for (const segment of wanted.slice(0, MOST_AT_ONCE)) {
      const state = loaded.get(keyOf(segment)) as Loaded;
      const { tries } = state;
      state.file = await load(segment, state);
      if (!state.file && state.tries === tries) return;
      if (!state.file) continue;
      place(segment, state.file, state, streamStart);
      if (segment.start !== null) reached = segment.start + segment.duration;
    }
  };

  const run = async () => {
    for (;;) {
      try {
        await tick();
      } catch (error) {
        if (signal.aborted || (isEarshotError(error) && error.code === 'stopped')) return;
        // The gate holds the next request back.
        if (isEarshotError(error)) continue;
      }
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        const stopAbort = onAbort(signal, () => wake());
        const end = () => {
          stopAbort();
          resolve();
        };
        const cancel = host.timer(end, interval * (1 + JITTER * host.random()));
        wake = () => {
          cancel();
          end();
        };
      });
      if (signal.aborted) return;
    }
  };
  void run();
  return { wake: () => wake() };
};

/** One rendition of subtitles. */
export interface SubtitleTrack {
  /** BCP 47 tag; empty: the playlist does not say. */
  readonly lang: string;
  readonly url: string;
}

/** One segment of a subtitle playlist. Times in ms. */
export interface SubtitleSegment {
  readonly url: string;
  /** Its media sequence number, which media playlists of one stage mostly share. */
  readonly number: number;
  readonly duration: number;
  /** Ms from the start of the playlist. */
  readonly offset: number;
  /** Program time of its start, epoch ms; `null` if the playlist has none. */
  readonly start: number | null;
  /** The number of its discontinuity. */
  readonly cc: number;
}

/** A subtitle playlist. */
export interface SubtitlePlaylist {
  readonly segments: readonly SubtitleSegment[];
  /** Ms. */
  readonly target: number;
  readonly isComplete: boolean;
}

const EVEN_WITHIN_MS = 2;
/** A packager is given a length in such steps, ms. */
const GIVEN_IN_MS = 100;
/** No frame of sound in common use is longer. */
const FRAME_MS = 48;

const MOST_TRACKS = 32;
const MOST_SEGMENTS = 20_000;
const LONGEST_LINE = 8_192;
const LONGEST_SEGMENT_S = 86_400;

const linesOf = (text: string): string[] | null =>
  text.startsWith('#EXTM3U')
    ? text.split(/\r?\n/).filter((line) => line && line.length <= LONGEST_LINE)
    : null;

/** Absolute, http or https; `null` for any other URL. */
export const httpUrlOf = (uri: string, base: string): string | null => {
  try {
    const { protocol, href } = new URL(uri, base);
    return /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
};

const attributesOf = (line: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...line.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('"', ''),
    ]),
  );

/** One track for each language, the default ones first. Forced subtitles are no captions. */
export const tracksOf = (
  list: readonly (SubtitleTrack & { readonly isDefault: boolean; readonly isForced: boolean })[],
): readonly SubtitleTrack[] => {
  const tracks = new Map<string, SubtitleTrack>();
  const usable = list.filter(({ isForced }) => !isForced);
  for (const { lang, url } of usable.sort((a, b) => Number(b.isDefault) - Number(a.isDefault)))
    if (!tracks.has(lang) && tracks.size < MOST_TRACKS) tracks.set(lang, { lang, url });
  return [...tracks.values()];
};

/** The subtitles of a multivariant playlist (RFC 8216, section 4.3.4.1). */
export const readTracks = (text: string, base: string): readonly SubtitleTrack[] => {
  const found = (linesOf(text) ?? []).flatMap((line) => {
    if (!/^#EXT-X-MEDIA:.*TYPE=SUBTITLES/.test(line)) return [];
    const { URI = '', LANGUAGE: lang = '', DEFAULT, FORCED } = attributesOf(line);
    const url = URI ? httpUrlOf(URI, base) : null;
    return url ? [{ lang, url, isDefault: DEFAULT === 'YES', isForced: FORCED === 'YES' }] : [];
  });
  return tracksOf(found);
};

const numberOf = (tag: string, line: string): number => {
  const value = Number(line.startsWith(tag) ? line.slice(tag.length).split(',')[0] : Number.NaN);
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
};

/**
 * Reads a subtitle playlist. A segment without a program time gets it from the segments before it.
 *
 * @returns `null` if it is no playlist, or one of encrypted or MP4 segments, which are no WebVTT files.
 */
export const readSubtitlePlaylist = (text: string, base: string): SubtitlePlaylist | null => {
  const lines = linesOf(text);
  if (!lines || /^#EXT-X-(MAP|BYTERANGE|KEY:(?!.*METHOD=NONE))/m.test(text)) return null;
  const segments: SubtitleSegment[] = [];
  let [number, cc, target, duration, offset] = [0, 0, 0, 0, 0];
  /** Program time of the start of the playlist. */
  let begin: number | null = null;
  let isGap = false;
  for (const line of lines) {
    number = numberOf('#EXT-X-MEDIA-SEQUENCE:', line) || number;
    cc = numberOf('#EXT-X-DISCONTINUITY-SEQUENCE:', line) || cc;
    target = numberOf('#EXT-X-TARGETDURATION:', line) * 1_000 || target;
    if (line.startsWith('#EXTINF:'))
      duration = Math.min(numberOf('#EXTINF:', line) || 0, LONGEST_SEGMENT_S) * 1_000;
    else if (line === '#EXT-X-DISCONTINUITY') cc++;
    else if (line === '#EXT-X-GAP') isGap = true;
    else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) {
      const at = Date.parse(line.slice(line.indexOf(':') + 1));
      if (at) begin = at - offset;
    } else if (!line.startsWith('#')) {
      const url = httpUrlOf(line, base);
      const start = begin === null ? null : begin + offset;
      if (url && !isGap && duration && segments.length < MOST_SEGMENTS)
        segments.push({ url, number, duration, offset, start, cc });
      offset += duration;
      number++;
      duration = 0;
      isGap = false;
    }
  }
  return { segments, target, isComplete: lines.includes('#EXT-X-ENDLIST') };
};

/**
 * The segments, each with its program time: its own, or counted from another segment, or from the media segment with
 * its number.
 */
export const datedSegments = (
  segments: readonly SubtitleSegment[],
  startOf: (number: number) => number | null,
): readonly SubtitleSegment[] => {
  const find = (date: (one: SubtitleSegment) => number | null) => {
    for (const one of segments) {
      const at = date(one);
      if (at !== null) return at - one.offset;
    }
    return null;
  };
  const begin = find(({ start }) => start) ?? find(({ number }) => startOf(number));
  return segments.map((one) => ({
    ...one,
    start: one.start ?? (begin === null ? null : begin + one.offset),
  }));
};

/**
 * Program time of the start of the stream, if all segments since have had one length; `null` if unknown. Segments of
 * sound end with a frame, so each may differ from the length that the packager was given.
 */
export const streamStartOf = (segments: readonly SubtitleSegment[]): number | null => {
  const [first] = segments;
  if (!first || first.start === null) return null;
  const { start, number, offset, duration } = first;
  const given = Math.round(duration / GIVEN_IN_MS) * GIVEN_IN_MS;
  const isOf = (length: number, within: number) =>
    segments.every((one, index) => Math.abs(one.offset - offset - index * length) <= within);
  if (!number) return start;
  if (isOf(duration, EVEN_WITHIN_MS)) return start - number * duration;
  return isOf(given, FRAME_MS) ? start - number * given : null;
};

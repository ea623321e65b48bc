import { CLOCK_SKEW_MS } from '../policy/defaults.ts';

const MARGIN_PARTS = 1.25;
const MARGIN_SEGMENTS = 1.5;
// If less than 250 ms of a segment is left, hls.js starts with the next one and skips the rest.
const TOLERANCE = 260;

const numberOf = (pattern: RegExp, text: string): number => Number(pattern.exec(text)?.[1] ?? 0);

/** Program times of the ends of its segments and of the playlist, epoch ms; NaN if unknown. */
const endsOf = (playlist: string): number[] => {
  const ends: number[] = [];
  let segment = Number.NaN;
  let parts = 0;
  for (const line of playlist.split('\n')) {
    const [, date = ''] = /^#EXT-X-PROGRAM-DATE-TIME:\s*(\S+)/.exec(line) ?? [];
    if (date) segment = Date.parse(date);
    parts += numberOf(/^#EXT-X-PART:.*\bDURATION=([\d.]+)/, line);
    const duration = numberOf(/^#EXTINF:([\d.]+)/, line);
    if (!duration) continue;
    segment += duration * 1_000;
    ends.push(segment);
    // The parts of a segment come before it.
    parts = 0;
  }
  return [...ends, segment + parts * 1_000];
};

/**
 * Returns the playlist with a start at a program time (EXT-X-START, RFC 8216, section 4.3.5.2), within its range. At
 * its end it keeps enough media that playback does not run dry before the playlist grows.
 *
 * hls.js accepts no program time, and a second start position would cost it its blocking reloads. A playlist without
 * program time, or with another clock's, is unchanged.
 */
export const startingAt = (playlist: string, programTime: number): string => {
  const ends = endsOf(playlist);
  const edge = ends.at(-1) ?? Number.NaN;
  // If the playlist does not contain the time, start at the default position.
  const [begin = edge] = ends;
  if (!(programTime > begin - CLOCK_SKEW_MS && programTime < edge + CLOCK_SKEW_MS)) return playlist;
  const part = numberOf(/PART-TARGET=([\d.]+)/, playlist) * MARGIN_PARTS;
  const margin = part || numberOf(/TARGETDURATION:(\d+)/, playlist) * MARGIN_SEGMENTS;
  const isLive = !playlist.includes('#EXT-X-ENDLIST');
  const at = Math.min(programTime, isLive ? edge - margin * 1_000 : edge);
  const end = ends.find((one) => one > at && one - at < TOLERANCE);
  const offset = ((end === undefined ? at : end - TOLERANCE) - edge) / 1_000;
  const [first = '', ...rest] = playlist.replace(/^#EXT-X-START:.*\n/gm, '').split('\n');
  return [first, `#EXT-X-START:TIME-OFFSET=${offset.toFixed(3)}`, ...rest].join('\n');
};

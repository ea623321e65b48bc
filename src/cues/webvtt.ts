/** One cue of a WebVTT file. Times in ms on the file's clock. */
export interface VttCue {
  readonly start: number;
  readonly end: number;
  /** Cue text with its tags. */
  readonly text: string;
}

/** `X-TIMESTAMP-MAP` (RFC 8216, section 3.5): the file's `local` ms is the media's `mpegts`, in ticks of 90 kHz. */
export interface TimestampMap {
  readonly mpegts: number;
  readonly local: number;
}

/** A WebVTT file. */
export interface VttFile {
  /** `null`: the file has none that can be read. */
  readonly map: TimestampMap | null;
  readonly cues: readonly VttCue[];
}

const MOST_CUES = 10_000;
const LONGEST_TEXT = 2_000;
const MOST_HOURS = 100_000;

/** A timestamp in ms, the hours optional (W3C WebVTT, section 4.1); NaN if it is none. */
const timeOf = (text: string): number => {
  const [, hours = '0', minutes, seconds, ms] =
    /^(?:(\d{2,6}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/.exec(text) ?? [];
  if (Number(hours) > MOST_HOURS) return Number.NaN;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(ms);
};

const mapOf = (line: string): TimestampMap | null => {
  if (!line.startsWith('X-TIMESTAMP-MAP=')) return null;
  const mpegts = Number(/MPEGTS:(\d{1,16})/.exec(line)?.[1] ?? Number.NaN);
  const local = timeOf(/LOCAL:([\d:.]{1,20})/.exec(line)?.[1] ?? '');
  return Number.isFinite(mpegts + local) ? { mpegts, local } : null;
};

const timingsOf = (line: string): readonly [start: number, end: number] => {
  const [start = '', end = ''] = line.split('-->').map((part) => part.trim().split(/[ \t]/)[0]);
  return [timeOf(start), timeOf(end)];
};

/**
 * Reads a WebVTT file (W3C WebVTT, section 6.1). Positions, regions, styles and comments are left out. A block with
 * wrong timings, or one that ends before it starts, is left out too.
 *
 * @returns `null` if the text is no WebVTT. An empty file is one without cues: many packagers write it in a pause.
 */
export const parseWebVtt = (text: string): VttFile | null => {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\0', '\uFFFD')
    .split(/\r\n|\n|\r/);
  const isEmpty = lines.every((line) => !line.trim());
  if (!isEmpty && !/^WEBVTT(?![^ \t])/.test(lines[0] ?? '')) return null;
  const cues: VttCue[] = [];
  let map: TimestampMap | null = null;
  let at = 1;
  for (; lines[at]?.includes('-->') === false && lines[at]; at++) map ??= mapOf(lines[at] ?? '');
  while (at < lines.length && cues.length < MOST_CUES) {
    const line = lines[at++] ?? '';
    if (!line.includes('-->')) continue;
    const [start, end] = timingsOf(line);
    const from = at;
    while (lines[at] && !lines[at]?.includes('-->')) at++;
    const shown = lines.slice(from, at).join('\n').trim().slice(0, LONGEST_TEXT);
    if (end > start && shown) cues.push({ start, end, text: shown });
  }
  return { map, cues };
};

import { SEGMENT_MS } from './adts.ts';
import type { Answer } from './answers.ts';
import type { Span, Timeline } from './timeline.ts';

const PLAYLIST = /^\/(\w+)-cc(?:-(\w{2})|(-media))?\.m3u8$/;
const CAPTIONS = /^\/(\w+)-cc\/(\w{2})\/(\d{1,12})\.vtt$/;
const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;
const SECONDS = SEGMENT_MS / 1000;
/** Of a file's clock, at the start of its segment: a cue may begin before it. */
const LOCAL_MS = 10_000;
const PTS_WRAP = 2 ** 33;
const TICKS_PER_MS = 90;
/** Every so many segments, a caption goes on into the next one. */
const LONG_EVERY = 4;
const LONG_MS = 1_500;
/** Every so many segments, a chapter begins, and a tag in the sound has its title. */
const CHAPTER_SEGMENTS = 5;

type Language = keyof typeof LANGUAGES;

/** The chapter that begins with a segment; null if none does. */
export function chapterOf(segment: number): string | null {
  return segment % CHAPTER_SEGMENTS ? null : `Chapter ${segment / CHAPTER_SEGMENTS}`;
}

/** The talk with captions in segmented WebVTT, chapters as date ranges, and their titles as ID3 tags in the sound. */
export function createCaptioned(timeline: Timeline) {
  return (path: string, at: number): Answer | null => {
    const [, program, lang, media] = PLAYLIST.exec(path) ?? [];
    const span = timeline.window(at);
    if (program && span) {
      if (lang)
        return isLanguage(lang) ? list(captionPlaylist(timeline, span, program, lang)) : null;
      return list(media ? mediaPlaylist(timeline, span, program) : multivariant(program));
    }
    const [, , language = '', number] = CAPTIONS.exec(path) ?? [];
    const segment = Number(number);
    if (!isLanguage(language) || !timeline.holds(segment, at)) return null;
    const headers = { 'Content-Type': 'text/vtt', 'Cache-Control': 'max-age=3600' };
    return { status: 200, headers, body: captions(segment, timeline.startsAt, language) };
  };
}

function isLanguage(value: string): value is Language {
  return value in LANGUAGES;
}

function list(body: string): Answer {
  const headers = { 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': 'max-age=1' };
  return { status: 200, headers, body };
}

function multivariant(program: string): string {
  const media = Object.entries(LANGUAGES).map(
    ([lang, name]) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="cc",NAME="${name}",LANGUAGE="${lang}",DEFAULT=${lang === 'en' ? 'YES' : 'NO'},AUTOSELECT=YES,URI="${program}-cc-${lang}.m3u8"`,
  );
  const variant = `#EXT-X-STREAM-INF:BANDWIDTH=70000,CODECS="mp4a.40.2",SUBTITLES="cc"`;
  return ['#EXTM3U', ...media, variant, `${program}-cc-media.m3u8`, ''].join('\n');
}

function head({ first }: Timeline, span: Span): string[] {
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${SECONDS}`,
    `#EXT-X-MEDIA-SEQUENCE:${span.from - first}`,
    `#EXT-X-PROGRAM-DATE-TIME:${isoOf(span.from)}`,
  ];
}

function isoOf(segment: number): string {
  return new Date(segment * SEGMENT_MS).toISOString();
}

function segments(span: Span): number[] {
  return Array.from({ length: span.to - span.from + 1 }, (_, index) => span.from + index);
}

function mediaPlaylist(timeline: Timeline, span: Span, program: string): string {
  const ranges = segments(span).flatMap((one) => {
    const title = chapterOf(one);
    const id = `chapter-${one}`;
    return title
      ? `#EXT-X-DATERANGE:ID="${id}",CLASS="chapter",START-DATE="${isoOf(one)}",END-ON-NEXT=YES,X-TITLE="${title}"`
      : [];
  });
  const files = segments(span).flatMap((one) => [
    `#EXTINF:${SECONDS},`,
    `${program}-cc/${one}.aac`,
  ]);
  return [...head(timeline, span), ...ranges, ...files, ''].join('\n');
}

function captionPlaylist(timeline: Timeline, span: Span, program: string, lang: string): string {
  const files = segments(span).flatMap((one) => [
    `#EXTINF:${SECONDS},`,
    `${program}-cc/${lang}/${one}.vtt`,
  ]);
  return [...head(timeline, span), ...files, ''].join('\n');
}

function captions(segment: number, startsAt: number, lang: Language): string {
  const pts = ((segment * SEGMENT_MS - startsAt) * TICKS_PER_MS) % PTS_WRAP;
  const own = [segment - 1, segment].flatMap((one) => {
    const isLong = one % LONG_EVERY === 0;
    // The one before is here as well, if it goes on into this segment.
    if (one !== segment && !isLong) return [];
    const from = LOCAL_MS + (one - segment) * SEGMENT_MS;
    const begins = (one - 1) % LONG_EVERY ? from : from + LONG_MS;
    const ends = from + SEGMENT_MS + (isLong ? LONG_MS : 0);
    return [
      `${stamp(begins)} --> ${stamp(ends)}`,
      `<v ${speaker(lang)}>${said(one, startsAt, lang)}`,
      '',
    ];
  });
  const map = `X-TIMESTAMP-MAP=MPEGTS:${pts},LOCAL:${stamp(LOCAL_MS)}`;
  return ['WEBVTT', map, '', ...own].join('\n');
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

function speaker(lang: Language): string {
  return { en: 'Clock', de: 'Uhr', ar: 'الساعة' }[lang];
}

/** The time that the talk says in this segment. */
function said(segment: number, startsAt: number, lang: Language): string {
  const seconds = Math.floor((segment * SEGMENT_MS - startsAt) / 1_000);
  const part = (value: number, unit: string) =>
    new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  const minutes = Math.floor(seconds / 60);
  const shown = minutes ? [part(minutes, 'minute')] : [];
  return [...shown, part(seconds % 60, 'second')].join(' ');
}

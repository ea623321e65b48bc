import { expect } from 'chai';
import type Hls from 'hls.js';
import { cues } from '../../src/cues/cues.ts';
import type { Cue } from '../../src/policy/cue.ts';
import type { SourceContext } from '../../src/sources/source.ts';
import { type Asked, type Reply, reply } from './fake-fetch.ts';
import { FakeOrigins, SEGMENT_MS } from './fake-origins.ts';
import type { FakeSourceOptions } from './fake-source.ts';
import { Listening, type ListeningOptions } from './listening.ts';

/** What a caption playlist of the fake stage may do otherwise. */
export interface CaptionedOptions extends ListeningOptions {
  /** The languages. Default: `en` and `de`. */
  readonly languages?: readonly string[];
  /** Whether hls.js plays the sources. Default: it does. */
  readonly isHlsJs?: boolean;
  /** The header of a WebVTT file after `WEBVTT`. Default: a right map. */
  readonly headOf?: (number: number) => string;
  /** Where the clock of a file stands at the start of its segment, ms. Default: 10 s. */
  readonly clockOf?: (number: number) => number;
}

const OFFSET_S = 10;
const WINDOW = 10;
const PTS_WRAP = 2 ** 33;

const stamp = (ms: number): string =>
  `${Math.floor(ms / 3_600_000)}`.padStart(2, '0') + new Date(ms).toISOString().slice(13, 23);

/** Timestamps of the media: epoch ms, as ticks of 90 kHz in 33 bits. */
const ptsOf = (number: number): number => (number * SEGMENT_MS * 90) % PTS_WRAP;

/**
 * A session at two fake CDNs that have captions: one in each segment of 4 s, from its second to its third second, and
 * in each third segment one that begins at 3.5 s and lasts 1.5 s, which the next file repeats.
 */
export class Captioned {
  readonly all: Listening;
  readonly fired: Cue[] = [];
  /** Answers requests for captions in place of the stage; `undefined` lets them through. */
  fault: (asked: Asked) => Reply | undefined = () => undefined;
  readonly #options: CaptionedOptions;

  constructor({ source, ...options }: CaptionedOptions = {}) {
    this.#options = options;
    const origins = options.origins ?? new FakeOrigins();
    const script = (asked: Asked) => this.#serve(asked) ?? origins.script(asked);
    const { isHlsJs = true, page, ...given } = options;
    const opened: FakeSourceOptions = isHlsJs ? { onOpen: (context) => this.#follow(context) } : {};
    this.all = new Listening({
      cues: cues(),
      ...given,
      origins,
      page: { script, latency: () => 50, ...page },
      source: { ...opened, ...source },
    });
    this.all.session.on('cue', (cue) => this.fired.push(cue));
  }

  /** The requests for captions. */
  get asked(): readonly Asked[] {
    return this.all.host.requests.filter(({ path }) => path.startsWith('/cc/'));
  }

  get texts(): readonly string[] {
    return this.fired.map(({ payload }) => (payload as { text: string }).text);
  }

  #follow(context: SourceContext): void {
    const listeners = new Map<string, (name: string, data: unknown) => void>();
    const { host } = context;
    const fragments = () => {
      const last = Math.floor(host.now() / SEGMENT_MS) - 1;
      return Array.from({ length: WINDOW }, (_, index) => {
        const sn = last - WINDOW + 1 + index;
        return { sn, cc: 0, start: OFFSET_S + index * 4, programDateTime: sn * SEGMENT_MS };
      });
    };
    const hls = {
      on: (name: string, listener: (name: string, data: unknown) => void) =>
        listeners.set(name, listener),
      get latestLevelDetails() {
        return { fragments: fragments() };
      },
    };
    context.cues?.follow(hls as unknown as Hls, context);
    const base = new URL('/cc/', context.description.url).href;
    const subtitles = (this.#options.languages ?? ['en', 'de']).map((lang) => ({
      ...{ lang, url: `${base}${lang}.m3u8`, default: lang === 'en', forced: false },
    }));
    listeners.get('hlsManifestLoaded')?.('', { subtitles });
    // The media time moves with the window, so the offset does as well.
    const timestampOffsets = [
      {
        timescale: 90_000,
        get baseTime() {
          return ptsOf(fragments()[0]?.sn ?? 0) - OFFSET_S * 90_000;
        },
      },
    ];
    listeners.get('hlsInitPtsFound')?.('', { timestampOffsets });
  }

  #serve(asked: Asked): Reply | undefined {
    const { path, at } = asked;
    const { isHlsJs = true, languages = ['en', 'de'] } = this.#options;
    if (!isHlsJs && path === '/multi.m3u8') {
      const media = languages.map(
        (lang) => `#EXT-X-MEDIA:TYPE=SUBTITLES,LANGUAGE="${lang}",URI="/cc/${lang}.m3u8"`,
      );
      return reply(200, ['#EXTM3U', ...media].join('\n'));
    }
    const [, , number] = /^\/cc\/(\w+)\/(\d+)\.vtt$/.exec(path) ?? [];
    const lang = /^\/cc\/(\w+)/.exec(path)?.[1];
    if (!lang) return undefined;
    const fault = this.fault(asked);
    if (fault) return fault;
    return reply(200, number ? this.#file(Number(number), lang) : playlistAt(at, lang));
  }

  #file(number: number, lang: string): string {
    const { clockOf = () => 10_000, headOf } = this.#options;
    const clock = clockOf(number);
    const map = `X-TIMESTAMP-MAP=MPEGTS:${ptsOf(number)},LOCAL:${stamp(clock)}`;
    const cue = (from: number, ms: number, text: string) =>
      `${stamp(clock + from)} --> ${stamp(clock + from + ms)}\n${text}\n`;
    const isLong = (one: number) => one % 3 === 0;
    return [
      'WEBVTT',
      headOf ? headOf(number) : map,
      '',
      ...(isLong(number - 1) && clock >= 500
        ? [cue(-500, 1_500, `long ${number - 1} ${lang}`)]
        : []),
      cue(1_000, 2_000, `short ${number} ${lang}`),
      ...(isLong(number) ? [cue(3_500, 1_500, `long ${number} ${lang}`)] : []),
    ].join('\n');
  }
}

const playlistAt = (at: number, lang: string): string => {
  const next = Math.floor(at / SEGMENT_MS);
  const first = next - WINDOW;
  return [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:4',
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(first * SEGMENT_MS).toISOString()}`,
    ...Array.from({ length: WINDOW }, (_, index) => `#EXTINF:4,\n${lang}/${first + index}.vtt`),
  ].join('\n');
};

/** A session with captions that is heard. */
export const captioned = async (options: CaptionedOptions = {}): Promise<Captioned> => {
  const made = new Captioned(options);
  await made.all.reaches('hearing');
  return made;
};

/** The captions that belong to a stretch of program time, by their text and in order. */
export const textsBetween = (from: number, to: number, lang: string): readonly string[] => {
  const texts: (readonly [at: number, text: string])[] = [];
  for (let number = Math.floor(from / SEGMENT_MS) - 1; number * SEGMENT_MS < to; number++) {
    texts.push([number * SEGMENT_MS + 1_000, `short ${number} ${lang}`]);
    if (number % 3 === 0) texts.push([number * SEGMENT_MS + 3_500, `long ${number} ${lang}`]);
  }
  return texts.filter(([at]) => at >= from && at < to).map(([, text]) => text);
};

/** Program time of the sound. */
export const wordOf = ({ all }: Captioned): number => all.state.programTime as number;

/** Passes time, and expects each caption of it once and in order. */
export const firesAll = async (page: Captioned, ms: number, lang = 'en') => {
  await page.all.advance(5_000);
  const from = wordOf(page) + 100;
  const before = page.fired.length;
  await page.all.advance(ms);
  const to = wordOf(page) - 100;
  const expected = textsBetween(from, to, lang);
  expect(expected.length).to.be.above(3);
  const texts = page.texts.slice(before).filter((text) => expected.includes(text));
  expect(texts).to.deep.equal(expected);
};

import type { Channel } from '../channel/channel.ts';
import type { Cues } from '../cues/cues.ts';
import type { TokenFunction, TokenSource } from '../governor/tokens.ts';
import { browserHost } from '../host/browser.ts';
import type { Host } from '../host/host.ts';
import { backoff, type RetryPolicy } from '../policy/backoff.ts';
import type { SourceRole, StageDocument, WantedLanguages } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import type { Fall } from '../policy/pause-after-fall.ts';
import { hls } from '../sources/hls.ts';
import type { HlsOptions } from '../sources/hls-options.ts';
import { nativeHls } from '../sources/native-hls.ts';
import type { CatchUp, Source } from '../sources/source.ts';
import { stream } from '../sources/stream.ts';
import { type WhepOptions, whep } from '../sources/whep.ts';
import type { Admission } from '../stage/admission.ts';
import { documentOfHls, httpUrl, isHlsUrl, parseDocument } from '../stage/parse.ts';

/** The options of {@link listen}. */
export interface ListenOptions {
  /**
   * The URL of a stage document, of HLS or of an endless audio stream; or a stage document itself. Earshot detects
   * from the response which kind a URL is. It treats a URL with `.m3u8` in its path as HLS at once.
   */
  readonly stage: string | URL | object;
  /**
   * The media element to play through. Without it, Earshot uses its own pair of elements and changes the source
   * without a gap. With it, a change of source causes a short gap.
   */
  readonly media?: HTMLMediaElement | undefined;
  /** When to retry. Default: {@link backoff}`()`. */
  readonly retry?: RetryPolicy | undefined;
  /** Bearer tokens by origin: an object with one entry per origin, or a function. Default: none. */
  readonly token?: TokenSource | undefined;
  /** Aborting it closes the session. */
  readonly signal?: AbortSignal | undefined;
  /** Time, randomness, network, storage and page events. Default: those of the browser. */
  readonly host?: Host | undefined;
  /**
   * The source types that can play. Earshot uses the first one that fits. A list goes before {@link defaultSources}:
   * `[hls({ … })]` replaces only the default HLS. A function gets the default list and returns the whole list.
   * Default: `defaultSources()`.
   */
  readonly sources?:
    | readonly Source[]
    | ((defaults: readonly Source[]) => readonly Source[])
    | undefined;
  /** Options for HLS, unless `sources` provides it. Default: see {@link hls}. */
  readonly hls?: HlsOptions | undefined;
  /** Options for WebRTC, unless `sources` provides it. Default: see {@link whep}. */
  readonly whep?: WhepOptions | undefined;
  /** Whether the session starts muted. Default: as `media` is. */
  readonly muted?: boolean | undefined;
  /** The initial volume, 0 to 1. Other values are clamped. Default: the volume of `media`, or 1. */
  readonly volume?: number | undefined;
  /**
   * The languages of the listener, best first, as BCP 47 tags, for a stage whose sources have languages. If no source
   * has one of them, the original plays. Default: `navigator.languages`.
   */
  readonly lang?: WantedLanguages | undefined;
  /** `description`: prefers sources that also describe what is seen. Default: sources without a description. */
  readonly role?: SourceRole | undefined;
  /**
   * How the listener returns to live after an outage, a fall or a pause, and how playback changes to a better source.
   * `gapless` loses no word: HLS plays up to 1.1 times as fast, WebRTC shortens pauses in the speech. `skip` jumps to
   * live as soon as that gains 4 s. Default: `gapless`.
   */
  readonly catchUp?: CatchUp | undefined;
  /**
   * Ms behind live beyond which playback jumps to live instead of catching up. Sound that the listener has chosen to
   * hear again does not count. A source's own distance plus 4 s is the minimum. Default: `Infinity`.
   */
  readonly maxBehind?: number | undefined;
  /**
   * Where playback continues after a pause of a second or more. `word`: at the word where it stopped, if a source
   * still has it, else at the nearest one; the event `switch` tells what was skipped. `live`: at the live edge.
   * Default: `word`.
   */
  readonly resume?: 'word' | 'live' | undefined;
  /**
   * What happens after a fall to a source that is further behind live, for example from LL-HLS to plain HLS.
   *
   * `repeat` plays at once: the listener hears some seconds again, often 8 to 14. `wait` stays silent first, for 30 s
   * at most, until at most 5 s are repeated; the state is `rejoining` meanwhile. A number in ms is like `wait` with
   * another limit than 5,000; 0 repeats nothing. If a program time is unknown, or the pause would be longer than 30
   * s, it is `repeat`. Default: `repeat`, which adds no silence.
   */
  readonly fall?: Fall | undefined;
  /** Decides when Earshot may request a source behind a door. Default: `lots()`. */
  readonly admission?: Admission | undefined;
  /** The two-way connection, `channel()`. Default: none; then no bundle contains its code. */
  readonly channel?: Channel | undefined;
  /** Cues by program time, `cues()`. Default: none; then no bundle contains their code. */
  readonly cues?: Cues | undefined;
  /**
   * Records the last ten minutes of the session for `session.record()`: at most 1 MB of memory. The code of the
   * recorder is loaded on demand. Nothing leaves the page. Default: `false`; `true` in `<earshot-listener>`.
   */
  readonly record?: boolean | undefined;
  /**
   * Logs each decision and its reason to the console. The code of the logger is loaded on demand. Default: `true` if
   * `localStorage.earshot` is `debug`.
   */
  readonly debug?: boolean | undefined;
}

/** The default sources: WHEP, HLS with hls.js, the browser's own HLS if hls.js cannot run, endless streams. */
export const defaultSources = (
  options: Pick<ListenOptions, 'hls' | 'whep'> = {},
): readonly Source[] => [whep(options.whep ?? {}), hls(options.hls ?? {}), nativeHls(), stream()];

/** {@link ListenOptions}, validated and with all defaults. */
export interface Resolved extends Omit<ListenOptions, 'stage' | 'sources' | 'admission' | 'token'> {
  readonly host: Host;
  readonly retry: RetryPolicy;
  readonly sources: readonly Source[];
  readonly admission: Admission | null;
  readonly token: TokenFunction | undefined;
  readonly catchUp: CatchUp;
  readonly fall: Fall;
  /** The stage document itself, or the URL to poll it from. */
  readonly stage: StageDocument | string;
}

/** @throws EarshotError `bad-option`, which names the option. */
export const resolve = (options: ListenOptions): Resolved => {
  const check = (name: keyof ListenOptions, ok: unknown, what: string, cause?: Error) => {
    const message = `listen(): ${name} must be ${what}. ${cause?.message ?? ''}`.trim();
    if (!ok) throw new EarshotError('bad-option', message, { cause });
  };
  const { host = browserHost, retry = backoff(), sources: wanted } = Object(options);
  const { admission = null, catchUp = 'gapless', fall = 'repeat' } = Object(options);
  const { stage, media, token, signal, channel, cues }: ListenOptions = Object(options);
  const has = (value: unknown, method: string) => typeof Object(value)[method] === 'function';
  check('host', has(host, 'timer') && has(host, 'fetch'), 'a Host');
  check('retry', typeof retry === 'function', 'a function');
  const isSource = (value: unknown) =>
    ['open', 'supports'].every((name) => has(value, name)) && has(Object(value).kinds, 'includes');
  check('catchUp', catchUp === 'gapless' || catchUp === 'skip', 'gapless or skip');
  const isFall = typeof fall === 'number' ? fall >= 0 : fall === 'repeat' || fall === 'wait';
  check('fall', isFall, 'repeat, wait or ms');
  check('channel', channel === undefined || has(channel, 'open'), 'a Channel');
  check('cues', cues === undefined || has(cues, 'open'), 'Cues');
  check('admission', !admission || has(admission, 'open'), 'an Admission');
  const all = defaultSources(Object(options));
  const listed = wanted?.length && Array.isArray(wanted) && [...wanted, ...all];
  const chosen = typeof wanted === 'function' ? wanted(all) : listed;
  const sources = wanted === undefined ? all : chosen;
  const areSources = Array.isArray(sources) && sources.length && sources.every(isSource);
  check('sources', areSources, 'a list of sources, or a function that gives one');
  check(
    'media',
    media === undefined || (has(media, 'play') && has(media, 'load')),
    'a media element',
  );
  const byOrigin = typeof token === 'object' ? token : undefined;
  const isOrigin = (key: string) => /^https?:\/\/[^/@]+$/.test(key);
  const isToken = byOrigin ? Object.keys(byOrigin).every(isOrigin) : !token || has(token, 'call');
  check('token', token !== null && isToken, 'a function or an object by origins');
  const tokenOf = (origin: string) => {
    const own = byOrigin?.[origin];
    return typeof own === 'function' ? own() : own || null;
  };
  check('signal', signal === undefined || has(signal, 'throwIfAborted'), 'an AbortSignal');
  const given = { host, retry, sources, admission, catchUp, fall };
  const checked = {
    ...options,
    ...given,
    token: byOrigin ? tokenOf : (token as TokenFunction | undefined),
  };
  try {
    if (typeof stage !== 'string' && !(stage instanceof URL))
      return { ...checked, stage: parseDocument(stage, host.base) };
    const url = httpUrl(`${stage}`, host.base);
    if (stage && url) return { ...checked, stage: isHlsUrl(url) ? documentOfHls(url) : url };
    throw new Error('Its scheme must be http or https.');
  } catch (cause) {
    throw check('stage', false, 'an http URL or a stage document', cause as Error);
  }
};

import type { Channel } from '../channel/channel.ts';
import type { TokenFunction, TokenSource } from '../governor/tokens.ts';
import { browserHost } from '../host/browser.ts';
import type { Host } from '../host/host.ts';
import { backoff, type RetryPolicy } from '../policy/backoff.ts';
import type { StageDocument } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import type { Fall } from '../policy/pause-after-fall.ts';
import { hls } from '../sources/hls.ts';
import type { HlsOptions } from '../sources/hls-options.ts';
import { nativeHls } from '../sources/native-hls.ts';
import type { Climb, Source } from '../sources/source.ts';
import { stream } from '../sources/stream.ts';
import { type WhepOptions, whep } from '../sources/whep.ts';
import type { Admission } from '../stage/admission.ts';
import { documentOfHls, httpUrl, isHlsUrl, parseDocument } from '../stage/parse.ts';

/** What {@link listen} is given. */
export interface ListenOptions {
  /**
   * URL of a stage document, of HLS or of an endless audio stream, or a stage document itself. Earshot
   * learns from the answer what a URL is; one with `.m3u8` in its path is taken for HLS at once.
   */
  readonly stage: string | URL | object;
  /**
   * The element to play through. Without one, Earshot keeps a pair of its own and hands over from
   * source to source without a seam; with one, a change of source happens in it, with a short gap.
   */
  readonly media?: HTMLMediaElement | undefined;
  /** When to ask again. Default: {@link backoff}`()`. */
  readonly retry?: RetryPolicy | undefined;
  /** Bearer tokens by origin: an object that names each origin, or a function. Default: none. */
  readonly token?: TokenSource | undefined;
  /** Closes the session when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Time, randomness, network, storage and page life. Default: the browser's. */
  readonly host?: Host | undefined;
  /**
   * What can be played; the first that fits wins. A list stands before {@link defaultSources}, so that
   * `[hls({ … })]` replaces the HLS of these alone; a function is given these and gives the whole list.
   * Default: `defaultSources()`.
   */
  readonly sources?:
    | readonly Source[]
    | ((defaults: readonly Source[]) => readonly Source[])
    | undefined;
  /** What HLS is told, where `sources` gives none. Default: as {@link hls} says. */
  readonly hls?: HlsOptions | undefined;
  /** What WebRTC is told, where `sources` gives none. Default: as {@link whep} says. */
  readonly whep?: WhepOptions | undefined;
  /** Whether it begins muted. Default: as `media` is. */
  readonly muted?: boolean | undefined;
  /** Where the volume begins, 0 to 1; what lies outside is clamped. Default: as that of `media`, or 1. */
  readonly volume?: number | undefined;
  /** How a better source is joined. Default: `gapless`. */
  readonly climb?: Climb | undefined;
  /**
   * What happens after a fall to a source that is further behind live, as from LL-HLS to plain HLS. `repeat` plays
   * on at once, and the listener hears some seconds again, often 8 to 14. `wait` is silent first, 30 s at most, until no
   * more than 5 s are heard again; the state is `rejoining` meanwhile. A number in ms is `wait` with another limit than
   * 5,000; 0 repeats nothing. Where a program time is unknown, or the pause would be longer, it is `repeat`.
   * Default: `repeat`, which adds no silence.
   */
  readonly fall?: Fall | undefined;
  /** Who decides when a source behind a door may be asked. Default: `lots()`. */
  readonly admission?: Admission | undefined;
  /** The two-way connection, `channel()`. Default: none; its code is then in no bundle. */
  readonly channel?: Channel | undefined;
  /**
   * Tells the console in plain words what is decided, and why; its code is loaded when it is wanted.
   * Default: whether `localStorage.earshot` is `debug`.
   */
  readonly debug?: boolean | undefined;
}

/** What a session plays by default: WHEP, HLS by hls.js, HLS by the browser where that cannot run, endless streams. */
export const defaultSources = (
  options: Pick<ListenOptions, 'hls' | 'whep'> = {},
): readonly Source[] => [whep(options.whep ?? {}), hls(options.hls ?? {}), nativeHls(), stream()];

/** {@link ListenOptions}, checked and completed. */
export interface Resolved extends Omit<ListenOptions, 'stage' | 'sources' | 'admission' | 'token'> {
  readonly host: Host;
  readonly retry: RetryPolicy;
  readonly sources: readonly Source[];
  readonly admission: Admission | null;
  readonly token: TokenFunction | undefined;
  readonly climb: Climb;
  readonly fall: Fall;
  /** The document itself, or the URL to keep it fresh from. */
  readonly stage: StageDocument | string;
}

/** @throws EarshotError `bad-option`, naming the option. */
export const resolve = (options: ListenOptions): Resolved => {
  const check = (name: keyof ListenOptions, ok: unknown, what: string, cause?: Error) => {
    const message = `listen(): ${name} must be ${what}. ${cause?.message ?? ''}`.trim();
    if (!ok) throw new EarshotError('bad-option', message, { cause });
  };
  const { host = browserHost, retry = backoff(), sources: wanted } = Object(options);
  const { admission = null, climb = 'gapless', fall = 'repeat' } = Object(options);
  const { stage, media, token, signal, channel }: ListenOptions = Object(options);
  const has = (value: unknown, method: string) => typeof Object(value)[method] === 'function';
  check('host', has(host, 'timer') && has(host, 'fetch'), 'a Host');
  check('retry', typeof retry === 'function', 'a function');
  const isSource = (value: unknown) =>
    ['open', 'supports'].every((name) => has(value, name)) && has(Object(value).kinds, 'includes');
  check('climb', climb === 'gapless' || climb === 'skip', 'gapless or skip');
  const isFall = typeof fall === 'number' ? fall >= 0 : fall === 'repeat' || fall === 'wait';
  check('fall', isFall, 'repeat, wait or ms');
  check('channel', channel === undefined || has(channel, 'open'), 'a Channel');
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
  const given = { host, retry, sources, admission, climb, fall };
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

import type { TokenSource } from '../governor/tokens.ts';
import { browserHost } from '../host/browser.ts';
import type { Host } from '../host/host.ts';
import { backoff, type RetryPolicy } from '../policy/backoff.ts';
import type { StageDocument } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import { hls } from '../sources/hls.ts';
import { nativeHls } from '../sources/native-hls.ts';
import type { Source } from '../sources/source.ts';
import { documentOfHls, httpUrl, parseDocument } from '../stage/parse.ts';

/** What {@link listen} is given. */
export interface ListenOptions {
  /** URL of a stage document or of an HLS playlist (`.m3u8`), or a stage document itself. */
  readonly stage: string | URL | object;
  /**
   * The element to play through. Without one, Earshot keeps a pair of its own and hands over from
   * source to source without a seam; with one, a change of source happens in it, with a short gap.
   */
  readonly media?: HTMLMediaElement;
  /** When to ask again. Default: {@link backoff}`()`. */
  readonly retry?: RetryPolicy;
  /** Bearer tokens, by origin. */
  readonly token?: TokenSource;
  /** Closes the session when it aborts. */
  readonly signal?: AbortSignal;
  /** Time, randomness, network, storage and page life. Default: the browser's. */
  readonly host?: Host;
  /** What can be played, the first that fits wins. Default: `[hls(), nativeHls()]`. */
  readonly sources?: readonly Source[];
}

/** {@link ListenOptions}, checked and completed. */
export interface Resolved {
  readonly host: Host;
  readonly policy: RetryPolicy;
  readonly token: TokenSource | undefined;
  readonly signal: AbortSignal | undefined;
  readonly media: HTMLMediaElement | null;
  readonly sources: readonly Source[];
  /** The document itself, or the URL to keep it fresh from. */
  readonly stage: StageDocument | string;
}

const fail = (message: string, cause?: unknown): never => {
  throw new EarshotError('bad-option', `listen(): ${message}`, { cause });
};

const isMedia = (value: unknown): value is HTMLMediaElement =>
  typeof value === 'object' &&
  value !== null &&
  ['play', 'pause', 'load', 'addEventListener'].every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'function',
  ) &&
  'currentTime' in value;

const stageOf = (stage: unknown, base: string): StageDocument | string => {
  if (typeof stage === 'string' || stage instanceof URL) {
    const url =
      httpUrl(String(stage), base) ??
      fail(`stage must be an http or https URL, not ${JSON.stringify(String(stage).slice(0, 80))}.`);
    return new URL(url).pathname.endsWith('.m3u8') ? documentOfHls(url) : url;
  }
  try {
    return parseDocument(stage, base);
  } catch (cause) {
    return fail(`stage must be a URL or a stage document: ${(cause as Error).message}`, cause);
  }
};

const optional = (value: unknown, type: 'function' | 'object', name: string, what: string): void => {
  if (value !== undefined && (typeof value !== type || value === null)) {
    fail(`${name} must be ${what}.`);
  }
};

/** @throws EarshotError `bad-option`, naming the option. */
export const resolve = (options: ListenOptions): Resolved => {
  if (typeof options !== 'object' || options === null) fail('needs an object with a stage.');
  const { media, retry, token, signal, sources } = options;
  optional(retry, 'function', 'retry', 'a function such as backoff()');
  optional(token, 'function', 'token', 'a function of the origin');
  optional(signal, 'object', 'signal', 'an AbortSignal');
  optional(options.host, 'object', 'host', 'a Host');
  if (media !== undefined && !isMedia(media)) fail('media must be an audio or video element.');
  if (sources !== undefined && !(Array.isArray(sources) && sources.length)) {
    fail('sources must be a list of at least one source.');
  }
  const host = options.host ?? browserHost;
  return {
    host,
    policy: retry ?? backoff(),
    token,
    signal,
    media: media ?? null,
    sources: sources ?? [hls(), nativeHls()],
    stage: stageOf(options.stage, host.base),
  };
};

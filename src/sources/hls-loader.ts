import type {
  FragmentLoaderContext,
  HlsConfig,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
} from 'hls.js';
import type { GovernedResponse } from '../governor/exchange.ts';
import { notMedia, notPlaylist } from './playlist-checks.ts';
import type { SourceContext, SourceRequest } from './source.ts';

// Behind a redirect, another server may work as well.
const ONCE = { tries: 1, usefulFor: 4_000 };

/**
 * The class for hls.js's `config.loader`, based on its own loader. Every request goes through the governor, which
 * alone decides when to send and when to retry. hls.js receives an error only if a retry is useless: it can use
 * another segment or variant, or the policy says stop.
 *
 * @param edit gets each playlist, its URL in hls.js and its response; returns the playlist for hls.js.
 * @param mark gets each request before it is sent; returns the request to send.
 * @param giveUp called for each failed request, before hls.js learns of it.
 */
export const governedLoader = (
  Base: HlsConfig['loader'],
  { request, host }: Pick<SourceContext, 'request' | 'host'>,
  edit: (playlist: string, url: string, answer: GovernedResponse) => Promise<string>,
  mark: (asked: SourceRequest, context: LoaderContext) => SourceRequest,
  giveUp: (context: LoaderContext) => void,
): HlsConfig['loader'] => {
  // Redirected playlists: the last target of each, and the original URL of each target.
  const found = new Map<string, string>();
  const origins = new Map<string, string>();
  return class extends Base {
    readonly #controller = new AbortController();
    #callbacks: LoaderCallbacks<LoaderContext> | null = null;
    #headers: Headers | null = null;

    override load(
      context: LoaderContext,
      _config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      const { signal } = this.#controller;
      const { stats } = this;
      const { url, responseType, rangeStart, rangeEnd } = context;
      const isSegment = responseType === 'arraybuffer';
      const { frag, keyInfo } = context as FragmentLoaderContext & { keyInfo?: unknown };
      const isSound = frag && !keyInfo && frag.type !== 'subtitle';
      const check = isSound ? notMedia : responseType === 'text' && notPlaylist;
      this.context = context;
      this.#callbacks = callbacks;
      stats.loading.start = host.elapsed();
      const send = (to: string, instead: Partial<SourceRequest> = {}) => {
        const headers = {
          ...context.headers,
          ...(rangeEnd && { range: `bytes=${rangeStart ?? 0}-${rangeEnd - 1}` }),
        };
        const purpose = isSegment ? 'segment' : 'playlist';
        const asked = { url: to, signal, purpose, headers, ...(check && { check }) } as const;
        return request({ ...mark(asked, context), ...instead });
      };
      /** Requests a playlist at its last redirect target; if that fails, at its original URL. */
      const find = async () => {
        const from = origins.get(url) ?? url;
        const to = found.get(from);
        if (isSegment || !to) return send(url);
        const answer = await send(to, { ...ONCE, alternatives: () => [from] }).catch(() => null);
        if (answer) return answer;
        signal.throwIfAborted();
        found.delete(from);
        return send(from);
      };
      const load = async () => {
        const answer = await find();
        const { headers, body, askedAt, firstByteAt, endedAt } = answer;
        if (!isSegment && answer.url !== url) {
          const from = origins.get(url) ?? url;
          if (answer.url !== from) {
            origins.set(answer.url, from);
            found.set(from, answer.url);
          }
        }
        if (signal.aborted) return;
        this.#headers = headers;
        const text = isSegment ? '' : new TextDecoder().decode(body);
        const data = isSegment
          ? body
          : responseType === 'json'
            ? JSON.parse(text)
            : await edit(text, url, answer);
        if (signal.aborted) return;
        // hls.js measures bandwidth with these: a wait at the gate is not a slow network.
        stats.loading = { start: askedAt, first: firstByteAt, end: endedAt };
        stats.loaded = stats.total = body.byteLength;
        callbacks.onSuccess({ url: answer.url, data, code: answer.status }, stats, context, null);
      };
      load().catch((error) => {
        const { status: code = 0, message: text } = error;
        if (signal.aborted) return;
        giveUp(context);
        callbacks.onError({ code, text }, context, error, stats);
      });
    }

    override abort(): void {
      this.#controller.abort();
      if (!this.stats.loading.end) this.stats.aborted = true;
      this.#callbacks?.onAbort?.(this.stats, this.context as LoaderContext, null);
    }

    override destroy(): void {
      this.#callbacks = null;
      this.#controller.abort();
    }

    override getCacheAge = (): number | null => Number(this.#headers?.get('age')) || null;

    override getResponseHeader = (name: string): string | null => this.#headers?.get(name) ?? null;
  };
};

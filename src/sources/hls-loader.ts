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

// Behind a redirect another server may be as good.
const ONCE = { tries: 1, usefulFor: 4_000 };

/**
 * The class for hls.js's `config.loader`, on top of its own: each of its requests passes the
 * governor, which alone decides when, and asks again by itself. hls.js is told of an error only
 * where asking again is no use: it can go on to another segment or variant, or the policy says stop.
 *
 * @param edit is given each playlist, the URL by which hls.js knows it and its answer, and gives what hls.js is to see.
 * @param mark is given each request before it is asked, and gives what is asked.
 * @param giveUp is told of each request that failed, before hls.js is.
 */
export const governedLoader = (
  Base: HlsConfig['loader'],
  { request, host }: Pick<SourceContext, 'request' | 'host'>,
  edit: (playlist: string, url: string, answer: GovernedResponse) => Promise<string>,
  mark: (asked: SourceRequest, context: LoaderContext) => SourceRequest,
  giveUp: (context: LoaderContext) => void,
): HlsConfig['loader'] => {
  // Playlists that redirect: where each was found last, and where what was found is said to be.
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
      /** A playlist where it was found last; if that fails, where it was said to be. */
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
        // hls.js measures bandwidth by these: a wait at the gate is no slow network.
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

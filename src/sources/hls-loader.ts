import type {
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
} from 'hls.js';
import type { Answer, Purpose } from '../governor/exchange.ts';
import { EarshotError } from '../policy/errors.ts';
import type { SourceContext } from './source.ts';

const SEGMENT_TRIES = 2;

const newStats = (): LoaderStats => ({
  aborted: false,
  loaded: 0,
  retry: 0,
  total: 0,
  chunkCount: 0,
  bwEstimate: 0,
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
});

const purposeOf = ({ responseType, type }: LoaderContext): Purpose =>
  responseType === 'arraybuffer' ? 'segment' : type === 'steering-manifest' ? 'other' : 'playlist';

const rangeOf = ({ rangeStart, rangeEnd }: LoaderContext): Record<string, string> =>
  rangeEnd ? { range: `bytes=${rangeStart ?? 0}-${rangeEnd - 1}` } : {};

const bodyOf = ({ body }: Answer, { responseType }: LoaderContext) => {
  if (responseType === 'arraybuffer') return body;
  const text = new TextDecoder().decode(body);
  return responseType === 'json' ? (JSON.parse(text) as object) : text;
};

/**
 * The class for hls.js's `config.loader`: each of its requests passes the governor, which alone
 * decides when, and asks again by itself. hls.js is told of an error only where asking again is
 * no use: a segment that is gone, or a policy that says stop.
 */
export const governedLoader = ({
  ask,
  host,
}: Pick<SourceContext, 'ask' | 'host'>): (new () => Loader<LoaderContext>) =>
  class GovernedLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    stats = newStats();
    #controller: AbortController | null = null;
    #callbacks: LoaderCallbacks<LoaderContext> | null = null;
    #headers: Headers | null = null;

    load(
      context: LoaderContext,
      _config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      this.context = context;
      this.#callbacks = callbacks;
      this.#controller = new AbortController();
      this.stats.loading.start = host.elapsed();
      void this.#load(context, callbacks, this.#controller.signal);
    }

    async #load(
      context: LoaderContext,
      callbacks: LoaderCallbacks<LoaderContext>,
      signal: AbortSignal,
    ): Promise<void> {
      const { stats } = this;
      const purpose = purposeOf(context);
      const { url } = context;
      try {
        const headers = { ...context.headers, ...rangeOf(context) };
        const tries = purpose === 'segment' ? { tries: SEGMENT_TRIES } : {};
        const answer = await ask({ url, purpose, headers, signal, ...tries });
        if (signal.aborted) return;
        const end = host.elapsed();
        const took = answer.endedAt - answer.askedAt;
        // hls.js measures bandwidth by these: a wait at the gate is no slow network.
        stats.loading = {
          start: end - took,
          first: end - (answer.endedAt - answer.firstByteAt),
          end,
        };
        stats.loaded = stats.total = answer.body.byteLength;
        stats.bwEstimate = (stats.loaded * 8_000) / Math.max(1, took);
        this.#headers = answer.headers;
        const data = bodyOf(answer, context);
        callbacks.onProgress?.(stats, context, data as string | ArrayBuffer, null);
        callbacks.onSuccess({ url: answer.url, data, code: answer.status }, stats, context, null);
      } catch (error) {
        if (signal.aborted) return;
        const { message, status } = error instanceof EarshotError ? error : new EarshotError('media', String(error));
        callbacks.onError({ code: status ?? 0, text: message }, context, error as never, stats);
      }
    }

    abort(): void {
      const { context, stats } = this;
      if (!this.#controller || this.#controller.signal.aborted || !context) return;
      this.#controller.abort();
      if (stats.loading.end) return;
      stats.aborted = true;
      this.#callbacks?.onAbort?.(stats, context, null);
    }

    destroy(): void {
      this.#callbacks = null;
      this.abort();
      this.context = null;
    }

    getCacheAge(): number | null {
      const age = Number.parseFloat(this.#headers?.get('age') ?? '');
      return Number.isNaN(age) ? null : age;
    }

    getResponseHeader(name: string): string | null {
      return this.#headers?.get(name) ?? null;
    }
  };

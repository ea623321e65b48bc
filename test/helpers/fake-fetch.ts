import type { Clock } from './clock.ts';

/** A request as the network saw it. */
export interface Asked {
  readonly url: string;
  /** `https://host:port`. */
  readonly origin: string;
  readonly path: string;
  /** Epoch ms. */
  readonly at: number;
  readonly method: string;
  readonly headers: Headers;
  readonly credentials: RequestCredentials | undefined;
  readonly signal: AbortSignal;
}

/** What the network does with a request; `'never'`: nothing, until its signal aborts. */
export type Reply = Response | Error | 'never';
export type Script = (asked: Asked) => Reply | Promise<Reply>;

/** A plain answer. */
export const reply = (
  status: number,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> = '',
  headers: Record<string, string> = {},
): Response => new Response(body === '' ? null : body, { status, headers });

/** What a browser's `fetch` rejects with when there is no answer. */
export const noAnswer = (): Error => new TypeError('Failed to fetch');

/** The network of one page: obeys the script, and the signals. */
export class FakeNetwork {
  readonly requests: Asked[] = [];
  /** Requests on their way. */
  pending = 0;
  script: Script;
  readonly #clock: Clock;
  readonly #latency: () => number;

  constructor(clock: Clock, script: Script, latency: () => number) {
    this.#clock = clock;
    this.script = script;
    this.#latency = latency;
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? new AbortController().signal;
    signal.throwIfAborted();
    const { origin, pathname: path } = new URL(url);
    const headers = new Headers(init.headers);
    const { method = 'GET', credentials, redirect = 'follow' } = init;
    const at = this.#clock.now();
    const asked: Asked = { url, origin, path, at, method, headers, credentials, signal };
    this.requests.push(asked);
    this.pending++;
    const stop = new AbortController();
    try {
      const answered = this.#answer(asked, stop.signal, redirect);
      return await Promise.race([answered, rejection(signal, stop.signal)]);
    } finally {
      stop.abort();
      this.pending--;
    }
  }

  async #answer(asked: Asked, stopped: AbortSignal, redirect: RequestRedirect): Promise<Response> {
    const given = await this.#script(asked);
    if (given === 'never') return new Promise(() => {});
    const ms = this.#latency();
    if (ms > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.schedule(resolve, ms);
        stopped.addEventListener('abort', cancel, { once: true });
      });
    }
    if (given instanceof Error) throw given;
    const location = given.status === 307 && given.headers.get('location');
    if (location && redirect === 'manual') return opaque();
    if (location) {
      // Every header goes along (https://fetch.spec.whatwg.org/#http-redirect-fetch), whatever the origin.
      const { origin, pathname: path } = new URL(location, asked.url);
      const next = { ...asked, url: origin + path, origin, path, at: this.#clock.now() };
      this.requests.push(next);
      return this.#answer(next, stopped, redirect);
    }
    Object.defineProperty(given, 'url', { value: asked.url });
    return given;
  }

  async #script(asked: Asked): Promise<Reply> {
    return this.script(asked);
  }
}

/** What a redirect is that nobody follows: its address is not told. */
const opaque = (): Response => {
  const response = new Response(null);
  for (const [name, value] of Object.entries({ type: 'opaqueredirect', status: 0, ok: false })) {
    Object.defineProperty(response, name, { value });
  }
  return response;
};

const rejection = (signal: AbortSignal, until: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { signal: until });
  });

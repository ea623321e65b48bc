import type { Host } from '../host/host.ts';
import { codeOfStatus, EarshotError } from '../policy/errors.ts';

/** What a request is for. It sets its time limit, its size limit and its name in the state. */
export type Purpose = 'document' | 'playlist' | 'segment' | 'other';

/** A request that the governor is asked to make. */
export interface Ask {
  readonly url: string;
  readonly purpose: Purpose;
  /** Ends the request and every wait for it. */
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for the whole exchange. */
  readonly timeout?: number;
  /** Bytes of the body at the most. */
  readonly most?: number;
  /** Attempts at a URL that answers 4xx before the error is handed on; default: no limit. */
  readonly tries?: number;
}

/** A complete, successful answer. Times are epoch ms. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: ArrayBuffer;
  readonly askedAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
}

/** What one attempt ended with: an answer, or an error and perhaps the server's own headers. */
export type Outcome =
  | { readonly answer: Answer }
  | { readonly error: EarshotError; readonly headers: Headers | null };

const readAll = async (response: Response, most: number, url: string): Promise<ArrayBuffer> => {
  const tooLarge = () => new EarshotError('http', `The answer is larger than ${most} bytes.`, { url });
  if (Number(response.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const reader = response.body?.getReader();
  if (!reader) return new ArrayBuffer(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) throw tooLarge();
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body.buffer;
};

/** One attempt: one request, one time limit, one signal for it and its teardown. Never rejects. */
export const exchange = async (
  host: Host,
  ask: Ask & { readonly timeout: number; readonly most: number },
): Promise<Outcome> => {
  const { url, signal, timeout, most } = ask;
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  let late = false;
  const cancel = host.timer(() => {
    late = true;
    controller.abort();
  }, timeout);
  const askedAt = host.now();
  try {
    const response = await host.fetch(url, {
      headers: ask.headers ?? {},
      signal: controller.signal,
    });
    const { headers, status } = response;
    if (!response.ok) {
      const message = `${new URL(url).host} answered ${status}.`;
      return { error: new EarshotError(codeOfStatus(status), message, { status, url }), headers };
    }
    const firstByteAt = host.now();
    const body = await readAll(response, most, url);
    const endedAt = host.now();
    return {
      answer: { url: response.url || url, status, headers, body, askedAt, firstByteAt, endedAt },
    };
  } catch (cause) {
    if (cause instanceof EarshotError) return { error: cause, headers: null };
    const error = late
      ? new EarshotError('timeout', `No complete answer within ${timeout} ms.`, { url, cause })
      : new EarshotError('network', `No answer from ${new URL(url).host}.`, { url, cause });
    return { error, headers: null };
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    // Whatever is still on its way, a body that nobody reads or a late success, is closed.
    controller.abort();
  }
};

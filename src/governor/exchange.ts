import { type Host, onAbort } from '../host/host.ts';
import {
  MAX_DOCUMENT_BYTES,
  MAX_MEDIA_BYTES,
  MAX_PLAYLIST_BYTES,
  SEGMENT_TIMEOUT_MS,
  TIMEOUT_MS,
} from '../policy/defaults.ts';
import {
  codeOfStatus,
  EarshotError,
  type ErrorCode,
  errorAt,
  type Purpose,
} from '../policy/errors.ts';
import type { QueuePosition } from '../policy/state.ts';

/** Adds proof of admission to the requests for a guarded source, and learns their results. */
export interface Guard {
  /** The listener's position in the queue. Earshot sends no request before the turn. */
  position(): QueuePosition;
  /** Called again for each attempt. */
  request(): {
    readonly headers?: Readonly<Record<string, string>>;
    readonly credentials?: RequestCredentials;
  };
  /** A request succeeded; `headers` are those of the response. */
  answered(headers: Headers): void;
  /** A request ended with 401 or 403. Returns whether it carried a token that is now dropped. */
  refused(): boolean;
}

/** A request for the governor to send. */
export interface GovernedRequest {
  /** Absolute, http or https. */
  readonly url: string;
  /** The purpose, which sets the limits of time and size. */
  readonly purpose: Purpose;
  /** Aborts the request and every wait for it. */
  readonly signal: AbortSignal;
  /** Request headers. The option `token` adds `Authorization`. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Like `credentials` of `fetch`. Default: `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | undefined;
  /** The request's body. Default: none. */
  readonly body?: string | undefined;
  /** A status besides 2xx that counts as success. */
  readonly acceptStatus?: number | undefined;
  /** The request survives the page, like `keepalive` of `fetch`: a body of 64 KiB at most. Default: `false`. */
  readonly keepalive?: boolean | undefined;
  /** The admission of the door in front of its source. Default: none. */
  readonly guard?: Guard | undefined;
  /** Returns one sentence that says what is wrong with the body, which fails the request; empty: it is right. */
  readonly check?: (
    body: ArrayBuffer,
    answer: Pick<GovernedResponse, 'url' | 'status' | 'headers'>,
  ) => string | Promise<string>;
  /** Whether the body never ends, by its headers or first bytes; Earshot then reads no further. Default: it ends. */
  readonly isEndless?: ((headers: Headers, start?: Uint8Array<ArrayBuffer>) => boolean) | undefined;
  /** Attempts at a URL that responds with 4xx, before the error reaches the caller. Default: no limit. */
  readonly tries?: number | undefined;
  /**
   * The URLs that can replace this one now: the next segment, another variant. The request then rejects once it is no
   * longer useful and Earshot may request one of them; after a 4xx, at once. Default: nothing replaces it.
   */
  readonly alternatives?: (() => readonly string[]) | undefined;
  /**
   * Ms of retries despite a replacement; after them, Earshot aborts if no first byte has come. Default: one attempt.
   */
  readonly usefulFor?: number | undefined;
}

/** A complete, successful response. Times are those of {@link Host.elapsed}. */
export interface GovernedResponse {
  /** The URL after redirects. */
  readonly url: string;
  /** The HTTP status: 2xx, or {@link GovernedRequest.acceptStatus}. */
  readonly status: number;
  /** The headers that the browser exposes: across origins, those that CORS allows. */
  readonly headers: Headers;
  /** The whole body; if `isEndless`, only its first bytes. */
  readonly body: ArrayBuffer;
  /** When the request was sent, ms. */
  readonly askedAt: number;
  /** When the headers arrived, ms. */
  readonly firstByteAt: number;
  /** When the body was complete, ms. */
  readonly endedAt: number;
}

/** The result of one attempt. `headers` are the server's own, if it responded. */
export interface Outcome {
  readonly answer?: GovernedResponse;
  readonly error?: EarshotError | undefined;
  readonly headers?: Headers | undefined;
}

/** The limits of one attempt. */
export interface Limits {
  /** Milliseconds for the whole exchange. */
  readonly timeout: number;
  /** Maximum size of the body in bytes. */
  readonly most: number;
  /** The headers, or more of the body, have arrived. */
  onProgress?(): void;
}

/** The limits by purpose. */
export const LIMITS: Record<Purpose, Limits> = {
  document: { timeout: TIMEOUT_MS, most: MAX_DOCUMENT_BYTES },
  ticket: { timeout: TIMEOUT_MS, most: MAX_DOCUMENT_BYTES },
  playlist: { timeout: TIMEOUT_MS, most: MAX_PLAYLIST_BYTES },
  segment: { timeout: SEGMENT_TIMEOUT_MS, most: MAX_MEDIA_BYTES },
  session: { timeout: TIMEOUT_MS, most: MAX_DOCUMENT_BYTES },
};

/** Describes a response for people: its status, its type and its first characters. */
export const describeResponse = (
  answer?: Pick<GovernedResponse, 'status' | 'headers'>,
  body?: BufferSource,
): string => {
  if (!answer) return 'no response';
  const start = body && JSON.stringify(new TextDecoder().decode(body).trim().slice(0, 60));
  const type = answer.headers.get('content-type') ?? 'no type';
  return `HTTP ${answer.status}, ${type}${start ? `, ${start}` : ''}`;
};

/** Advice for the developer. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  refused: 'Give a valid token (option token).',
  gone: 'Check the URL.',
};

/** One attempt: one request, one time limit, one signal for it and its teardown. Never rejects. */
export const exchange = async (
  host: Host,
  {
    url,
    purpose,
    signal,
    method = 'GET',
    headers = {},
    credentials,
    guard,
    acceptStatus,
    check,
    isEndless,
    ...sent
  }: GovernedRequest,
  { timeout, most, onProgress }: Limits,
  token: () => Promise<string | null> | null,
): Promise<Outcome> => {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const stopAbort = onAbort(signal, abort);
  let response: Response | undefined;
  let late = false;
  const cancel = host.timer(() => {
    late = true;
    abort();
  }, timeout);
  // A token that never arrives, or a fetch that ignores its signal, must not block the gate.
  const aborted = new Promise<never>((_, reject) => {
    onAbort(controller.signal, () => reject());
  });
  const attempt = async (): Promise<Outcome> => {
    // Browsers refuse to send such a URL.
    if (/^\w+:\/\/[^/?#]*@/.test(url))
      return { error: errorAt(url, 'http', 'it has a user name or password.') };
    const bearer = await token();
    const askedAt = host.elapsed();
    const { headers: pass, ...extra } = guard?.request() ?? {};
    response = await host.fetch(url, {
      ...extra,
      ...(credentials && { credentials }),
      ...(sent.body !== undefined && { body: sent.body }),
      ...(sent.keepalive && { keepalive: true }),
      // A redirect would carry the pass to any origin.
      ...(pass && { redirect: 'manual' }),
      method,
      headers: { ...headers, ...pass, ...(bearer && { authorization: `Bearer ${bearer}` }) },
      signal: controller.signal,
      // Documents and playlists change while live: revalidate them, whatever max-age says. An ETag saves the bytes.
      ...(/^(document|playlist)$/.test(purpose) && { cache: 'no-cache' }),
    });
    const firstByteAt = host.elapsed();
    onProgress?.();
    const { status, headers: answered } = response;
    const from = { url: response.url || url, status, headers: answered };
    const fail = (code: ErrorCode, why = ADVICE[code] ?? '', start?: BufferSource): Outcome => {
      const what = `${describeResponse(from, start)}. ${why}`.trim();
      return { error: errorAt(url, code, what, { status }), headers: answered };
    };
    const isDocument = purpose === 'document';
    if (response.type === 'opaqueredirect')
      return fail('bad-answer', 'Behind a door it must not redirect.');
    if (!response.ok && status !== acceptStatus) return fail(codeOfStatus(status));
    const reader = response.body?.getReader();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    while (!isEndless?.(answered, chunks[0])) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      onProgress?.();
      chunks.push(chunk.value);
      size += chunk.value.length;
      // If the server has opened a session, its URL must be known, so that it can be ended.
      if (size > most && purpose === 'session') break;
      if (size > most) {
        const code = isDocument ? 'bad-document' : 'media';
        return fail(code, `It is larger than ${most} bytes.`, chunks[0]);
      }
    }
    const body = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      body.set(chunk, at);
      at += chunk.length;
    }
    const wrong = await check?.(body.buffer, from);
    if (wrong) return fail(isDocument ? 'bad-document' : 'bad-answer', wrong, body);
    const answer = { ...from, body: body.buffer, askedAt, firstByteAt, endedAt: host.elapsed() };
    return { answer, headers: answered };
  };
  try {
    return await Promise.race([attempt(), aborted]);
  } catch (cause) {
    // The caller that aborted has given the reason.
    if (signal.reason instanceof EarshotError) return { error: signal.reason };
    const [code, why] = late
      ? (['timeout', `not complete within ${timeout} ms.`] as const)
      : (['network', 'is it up, and does it allow this page (CORS)?'] as const);
    const what = `${describeResponse(response)}; ${why}`;
    return { error: errorAt(url, code, what, { status: response?.status, cause }) };
  } finally {
    cancel();
    stopAbort();
    // Abort what is still in flight: an unread body, or a late success.
    abort();
  }
};

/** The server's epoch ms when it sent this response, or `null` if its headers cannot be read. */
export const dateOf = ({ headers }: GovernedResponse): number | null => {
  const date = Date.parse(headers.get('date') ?? '');
  const age = Number(headers.get('age')) || 0;
  return Number.isNaN(date) ? null : date + Math.max(0, age) * 1_000;
};

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

/** What goes along with the requests to a guarded source, and is told what came of them. */
export interface Guard {
  /** Where the listener stands: nothing is asked before the turn. */
  position(): QueuePosition;
  /** Asked anew for each attempt. */
  request(): {
    readonly headers?: Readonly<Record<string, string>>;
    readonly credentials?: RequestCredentials;
  };
  /** A request succeeded; the headers are the answer's. */
  answered(headers: Headers): void;
  /** It ended with 401 or 403. Returns whether that was for something which is now dropped. */
  refused(): boolean;
}

/** A request that the governor is asked to make. */
export interface GovernedRequest {
  /** Absolute, http or https. */
  readonly url: string;
  /** What it is for: sets the limits of time and size. */
  readonly purpose: Purpose;
  /** Ends the request and every wait for it. */
  readonly signal: AbortSignal;
  /** Request headers. `Authorization` is added from the option `token`. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** As of `fetch`. Default: `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | undefined;
  /** The request's body. Default: none. */
  readonly body?: string | undefined;
  /** A status besides 2xx that is an answer, not an error. */
  readonly acceptStatus?: number | undefined;
  /** The request outlives the page, as `keepalive` of `fetch`: a body of 64 KiB at most. Default: `false`. */
  readonly keepalive?: boolean | undefined;
  /** The admission that it needs, of the door in front of its source. Default: none. */
  readonly guard?: Guard | undefined;
  /**
   * Tells, in a sentence, what a body is that is not what was asked for; empty: it is. Such an answer
   * has failed.
   */
  readonly check?: (
    body: ArrayBuffer,
    answer: Pick<GovernedResponse, 'url' | 'status' | 'headers'>,
  ) => string | Promise<string>;
  /**
   * Whether the body never ends, by the headers or, once its first bytes came, by these: it is read no
   * further. Default: it ends.
   */
  readonly isEndless?: ((headers: Headers, start?: Uint8Array<ArrayBuffer>) => boolean) | undefined;
  /** Attempts at a URL that answers 4xx before the error is handed on; default: no limit. */
  readonly tries?: number | undefined;
  /**
   * The URLs that can be asked instead, as things are now: the next segment, another variant. Given
   * for a request that is not worth a wait: it rejects once it is of no use any more and one of
   * them may be asked; at once where the answer was 4xx. Default: nothing replaces the request.
   */
  readonly alternatives?: (() => readonly string[]) | undefined;
  /**
   * Milliseconds for which the answer is of use although there is a stand-in. Within this it is asked
   * again, after this a request without a first byte is called off. Default: it is asked once.
   */
  readonly usefulFor?: number | undefined;
}

/** A complete, successful answer. Times are of {@link Host.elapsed}. */
export interface GovernedResponse {
  /** After redirects. */
  readonly url: string;
  /** The HTTP status: 2xx, or {@link GovernedRequest.acceptStatus}. */
  readonly status: number;
  /** The headers that the browser shows: across origins those that CORS exposes. */
  readonly headers: Headers;
  /** The whole body; where `isEndless` says so, its first bytes. */
  readonly body: ArrayBuffer;
  /** When the request was sent, ms. */
  readonly askedAt: number;
  /** When the headers came, ms. */
  readonly firstByteAt: number;
  /** When the body was complete, ms. */
  readonly endedAt: number;
}

/** What one attempt ended with. `headers` are the server's own, when it answered. */
export interface Outcome {
  readonly answer?: GovernedResponse;
  readonly error?: EarshotError | undefined;
  readonly headers?: Headers | undefined;
}

/** What one attempt needs besides what was asked. */
export interface Limits {
  /** Milliseconds for the whole exchange. */
  readonly timeout: number;
  /** Bytes of the body at the most. */
  readonly most: number;
  /** The headers have come, or more of the body. */
  onProgress?(): void;
}

/** By what is asked for. */
export const LIMITS: Record<Purpose, Limits> = {
  document: { timeout: TIMEOUT_MS, most: MAX_DOCUMENT_BYTES },
  ticket: { timeout: TIMEOUT_MS, most: MAX_DOCUMENT_BYTES },
  playlist: { timeout: TIMEOUT_MS, most: MAX_PLAYLIST_BYTES },
  segment: { timeout: SEGMENT_TIMEOUT_MS, most: MAX_MEDIA_BYTES },
  session: { timeout: TIMEOUT_MS, most: MAX_DOCUMENT_BYTES },
};

/** What came, for people: its status, its type and how it begins. */
export const describeResponse = (
  answer?: Pick<GovernedResponse, 'status' | 'headers'>,
  body?: BufferSource,
): string => {
  if (!answer) return 'no response';
  const start = body && JSON.stringify(new TextDecoder().decode(body).trim().slice(0, 60));
  const type = answer.headers.get('content-type') ?? 'no type';
  return `HTTP ${answer.status}, ${type}${start ? `, ${start}` : ''}`;
};

/** What a developer can do. */
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
  // A token that never comes, or a fetch that ignores its signal, must not hang the gate.
  const aborted = new Promise<never>((_, reject) => {
    onAbort(controller.signal, () => reject());
  });
  const attempt = async (): Promise<Outcome> => {
    // Browsers do not send one.
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
      // It would go along to whatever origin.
      ...(pass && { redirect: 'manual' }),
      method,
      headers: { ...headers, ...pass, ...(bearer && { authorization: `Bearer ${bearer}` }) },
      signal: controller.signal,
      // Documents and playlists change while live: revalidate them, whatever their max-age says. The ETag keeps the
      // same bytes from being sent twice.
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
      // Of a session that the server has opened its URL must be known, so that it can be ended.
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
    // The caller that aborted gave the reason.
    if (signal.reason instanceof EarshotError) return { error: signal.reason };
    const [code, why] = late
      ? (['timeout', `not complete within ${timeout} ms.`] as const)
      : (['network', 'is it up, and does it allow this page (CORS)?'] as const);
    const what = `${describeResponse(response)}; ${why}`;
    return { error: errorAt(url, code, what, { status: response?.status, cause }) };
  } finally {
    cancel();
    stopAbort();
    // Whatever is still on its way, a body that nobody reads or a late success, is closed.
    abort();
  }
};

/** Epoch ms of the server when it sent this answer, or `null` where its headers cannot be read. */
export const dateOf = ({ headers }: GovernedResponse): number | null => {
  const date = Date.parse(headers.get('date') ?? '');
  const age = Number(headers.get('age')) || 0;
  return Number.isNaN(date) ? null : date + Math.max(0, age) * 1_000;
};

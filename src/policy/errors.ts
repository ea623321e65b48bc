/**
 * What went wrong, in one word that code can switch on.
 *
 * - `bad-option`: `listen()` was called with something it cannot use. Thrown at once.
 * - `bad-document`: the stage URL gives nothing that can be played: no usable document, HLS or stream;
 *   or a URL in the document has credentials.
 * - `bad-policy`: a `RetryPolicy` threw or returned no usable number; `backoff()` stood in.
 * - `network`: no answer at all (refused, reset, DNS, CORS).
 * - `timeout`: no complete answer in time. Counts as overload.
 * - `overload`: 429 or any 5xx.
 * - `bad-answer`: a success whose body is not what was asked for: an error page, nothing, other text.
 * - `refused`: 401 or 403.
 * - `turned-away`: 401 or 403 for a lot or pass that the door does not know any more; it is dropped.
 * - `gone`: 404 or 410.
 * - `http`: any other status that is no success.
 * - `bad-message`: what came over the channel is no frame of its protocol, too large, or too much.
 * - `media`: what came cannot be decoded.
 * - `frozen`: a live playlist has had no new segment for three target durations, or says that it is
 *   over while the stage document says that the stage goes on.
 * - `stalled`: a source neither plays nor says why.
 * - `unsupported`: no source of the ladder can be played in this browser.
 * - `stopped`: the `RetryPolicy` returned `null`.
 */
export type ErrorCode =
  | 'bad-option'
  | 'bad-document'
  | 'bad-policy'
  | 'network'
  | 'timeout'
  | 'overload'
  | 'bad-answer'
  | 'refused'
  | 'turned-away'
  | 'gone'
  | 'http'
  | 'bad-message'
  | 'media'
  | 'frozen'
  | 'stalled'
  | 'unsupported'
  | 'stopped';

/** What a request is for. It sets the limits of time and size. */
export type Purpose = 'document' | 'ticket' | 'playlist' | 'segment' | 'session';

/** What an {@link EarshotError} knows beside its message. */
export interface ErrorDetails {
  /** The HTTP status, when an answer came. */
  status?: number | undefined;
  /** The URL that was asked, when one was. */
  url?: string | undefined;
  /** What was caught. */
  cause?: unknown;
}

/** The only class of error that Earshot throws, rejects with or reports. */
export class EarshotError extends Error {
  /** Always `EarshotError`: {@link isEarshotError} reads it. */
  override readonly name = 'EarshotError';
  /** What went wrong; docs/errors.md says for each code what to do. */
  declare readonly code: ErrorCode;
  /** The HTTP status; `undefined` where no answer came, as after a refused connection or a refusal by CORS. */
  declare readonly status: number | undefined;
  /** The URL that was asked, its query included, which may hold secrets; `undefined` where none was. */
  declare readonly url: string | undefined;
  /** What the request was for that failed; `undefined` where none did. */
  readonly purpose: Purpose | undefined;
  /**
   * Epoch ms from which the same is asked for again. `null`: it is not, since something else is asked for in
   * its place, or the policy says stop. `undefined` where no request failed.
   */
  readonly retryAt: number | null | undefined;
  /**
   * Ms for which the server wants no request, by `Retry-After` (RFC 9110, section 10.2.3) or RateLimit fields
   * (draft-ietf-httpapi-ratelimit-headers); `null` or `undefined` if it did not say.
   */
  declare readonly retryAfter?: number | null;

  constructor(code: ErrorCode, message: string, { status, url, cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.url = url;
  }
}

/** An error about a URL, in one line; its message leaves out queries, which may hold secrets. */
export const errorAt = (
  url: string,
  code: ErrorCode,
  what: string,
  details?: Omit<ErrorDetails, 'url'>,
): EarshotError =>
  new EarshotError(code, `${url.split('?')[0]}: ${what.replace(/\?\S+|\n[\s\S]*/g, '')}`, {
    ...details,
    url,
  });

/** True for an `EarshotError`, also one of another realm or another copy of the package. */
export const isEarshotError = (value: unknown): value is EarshotError =>
  // instanceof would not know an error of another realm.
  Object.prototype.toString.call(value) === '[object Error]' &&
  (value as Error).name === 'EarshotError';

/** What was caught as an `EarshotError`. It may be anything, and need have no text. */
export const earshotError = (
  error: unknown,
  url: string,
  code: ErrorCode = 'bad-document',
): EarshotError => {
  const what = error instanceof Error ? error.message : typeof error;
  return isEarshotError(error) ? error : errorAt(url, code, `it failed: ${what}`, { cause: error });
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'refused',
  403: 'refused',
  404: 'gone',
  410: 'gone',
  408: 'timeout',
  429: 'overload',
};

/** The code for an HTTP status that is no success. */
export const codeOfStatus = (status: number): ErrorCode =>
  status >= 500 ? 'overload' : (BY_STATUS[status] ?? 'http');

/**
 * True when the error speaks for a whole origin, so that every request to it must wait; false when
 * it speaks for one URL only.
 */
export const isCollective = ({ code }: EarshotError): boolean =>
  /^(network|timeout|overload|bad-answer)$/.test(code);

/** 401, 403, 404 and 410: the server knows, and says no. */
export const isRefusal = ({ code }: EarshotError): boolean => code === 'refused' || code === 'gone';

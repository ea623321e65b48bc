/**
 * What went wrong: a code for `switch`.
 *
 * - `bad-option`: `listen()` got an option that it cannot use. Thrown at once.
 * - `bad-document`: the stage URL returns nothing playable: no usable document, HLS or stream; or a URL in the
 *   document has credentials.
 * - `bad-policy`: a `RetryPolicy` threw or returned no usable number; Earshot used `backoff()` instead.
 * - `network`: no response (refused, reset, DNS, CORS).
 * - `timeout`: no complete response in time. Counts as overload.
 * - `overload`: 429 or any 5xx.
 * - `bad-answer`: a success with the wrong body: an error page, an empty body, other text.
 * - `refused`: 401 or 403.
 * - `turned-away`: 401 or 403 for a lot or pass that the door no longer accepts; Earshot drops it.
 * - `gone`: 404 or 410.
 * - `http`: any other status that is not a success.
 * - `bad-message`: the channel received data that is not a frame of its protocol, too large, or too much.
 * - `media`: the browser cannot decode the media.
 * - `frozen`: a live playlist has had no new segment for three target durations, or says that it is over while the
 *   stage document says that the event continues.
 * - `stalled`: a source does not play and reports no reason.
 * - `unsupported`: this browser cannot play any source of the list.
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

/** The purpose of a request. It sets the limits of time and size. */
export type Purpose = 'document' | 'ticket' | 'playlist' | 'segment' | 'session';

/** The fields of an {@link EarshotError} besides its message. */
export interface ErrorDetails {
  /** The HTTP status, if there was a response. */
  status?: number | undefined;
  /** The URL of the request, if there was one. */
  url?: string | undefined;
  /** The caught value. */
  cause?: unknown;
}

/** The only error class that Earshot throws, rejects with or reports. */
export class EarshotError extends Error {
  /** Always `EarshotError`: {@link isEarshotError} reads it. */
  override readonly name = 'EarshotError';
  /** What went wrong. docs/errors.md says for each code what to do. */
  declare readonly code: ErrorCode;
  /** The HTTP status; `undefined` without a response, for example after a refused connection or a CORS failure. */
  declare readonly status: number | undefined;
  /** The URL of the request with its query, which may contain secrets; `undefined` without a request. */
  declare readonly url: string | undefined;
  /** The purpose of the failed request; `undefined` if no request failed. */
  readonly purpose: Purpose | undefined;
  /**
   * Epoch ms of the earliest retry. `null`: there is no retry, because another request replaces this one or the
   * policy says stop. `undefined` if no request failed.
   */
  readonly retryAt: number | null | undefined;
  /**
   * The wait in ms that the server asked for, with `Retry-After` (RFC 9110, section 10.2.3) or RateLimit fields
   * (draft-ietf-httpapi-ratelimit-headers); `null` or `undefined` if it did not ask.
   */
  declare readonly retryAfter?: number | null;

  constructor(code: ErrorCode, message: string, { status, url, cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.url = url;
  }
}

/** A one-line error about a URL. The message omits queries, which may contain secrets. */
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

/** True for an `EarshotError`, also one from another realm or another copy of the package. */
export const isEarshotError = (value: unknown): value is EarshotError =>
  // `instanceof` fails for an error of another realm.
  Object.prototype.toString.call(value) === '[object Error]' &&
  (value as Error).name === 'EarshotError';

/** Any caught value as an `EarshotError`. The value may be no error and have no message. */
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

/** The error code for an HTTP status that is not a success. */
export const codeOfStatus = (status: number): ErrorCode =>
  status >= 500 ? 'overload' : (BY_STATUS[status] ?? 'http');

/**
 * True if the error concerns a whole origin, so that every request to it must wait; false if it concerns one URL
 * only.
 */
export const isCollective = ({ code }: EarshotError): boolean =>
  /^(network|timeout|overload|bad-answer)$/.test(code);

/** 401, 403, 404 and 410: the server understood the request and refuses it. */
export const isRefusal = ({ code }: EarshotError): boolean => code === 'refused' || code === 'gone';

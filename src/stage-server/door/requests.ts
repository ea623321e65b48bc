/** The headers of a request: those of `fetch`, or an object with lower-case names. */
export type RequestHeaders =
  | Pick<Headers, 'get'>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The response to a request for the guarded source. */
export type JoinAnswer =
  | {
      readonly ok: true;
      /** The ID of the session that was admitted. */
      readonly session: string;
      /** The ID of the ticket that this request has used; `null`: none. */
      readonly ticket: string | null;
      /** This request has taken a place. */
      readonly isNew: boolean;
      /** Headers to add to the response: `Earshot-Pass: token; max-age=seconds` if there is a new pass. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly ok: false;
      /** 503: try again later. 403: this token is never valid. */
      readonly status: 403 | 503;
      /** `Retry-After` in seconds for a 503. */
      readonly headers: Readonly<Record<string, string>>;
      /** The response body, in plain text. */
      readonly why: string;
    };

/** A lot that the server has drawn, for the listener. */
export interface Ticket {
  /** The token, for the header `Earshot-Ticket`. */
  readonly ticket: string;
  /** In [0, 1). */
  readonly lot: number;
  /** The epoch that it was drawn for. */
  readonly epoch: number;
  /** Epoch ms. */
  readonly expires: number;
}

/** The value of a header, or `null`; `name` in lower case. */
export const headerOf = (headers: RequestHeaders, name: string): string | null => {
  if (typeof headers.get === 'function') return headers.get(name);
  const value = (headers as Record<string, unknown>)[name] ?? null;
  return value === null ? null : String(value);
};

/** This token is never valid. */
export const refuse = (why: string): JoinAnswer => ({ ok: false, status: 403, headers: {}, why });

/** Not now. */
export function refuseFor(seconds: number, why: string): JoinAnswer {
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) };
  return { ok: false, status: 503, headers, why };
}

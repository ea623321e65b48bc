import type { Door } from '../policy/document.ts';

/** The headers of a request: those of `fetch`, or an object with names in lower case. */
export type RequestHeaders =
  | Pick<Headers, 'get'>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the answer to a request for the guarded source must be. */
export type JoinAnswer =
  | {
      readonly ok: true;
      /** To be added to the answer; `Earshot-Pass: token; max-age=seconds` where there is a new pass. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly ok: false;
      /** 503: come again. 403: with this token never. */
      readonly status: 403 | 503;
      /** `Retry-After` in seconds for a 503. */
      readonly headers: Readonly<Record<string, string>>;
      /** For the body, in plain text. */
      readonly why: string;
    };

/** A lot that the server has drawn, as it goes to the listener. */
export interface Ticket {
  /** The token, for the header `Earshot-Ticket`. */
  readonly ticket: string;
  /** In [0, 1). */
  readonly lot: number;
  /** The opening of the door that it was drawn for. */
  readonly epoch: number;
  /** Epoch ms. */
  readonly expires: number;
}

/** A door as it goes into the stage document. */
export type PublishedDoor = Omit<Door, 'tickets'> & { readonly tickets?: string };

/** The value of a header, `name` in lower case, or `null`. */
export const headerOf = (headers: RequestHeaders, name: string): string | null => {
  if (typeof headers.get === 'function') return headers.get(name);
  const value = (headers as Record<string, unknown>)[name] ?? null;
  return value === null ? null : String(value);
};

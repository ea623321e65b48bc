/**
 * Gives the bearer token for an origin (`https://host:port`), or `null` where none is needed. It
 * is called before the first request to each origin, and once more after a 401 or 403. The token
 * is sent to that origin only, and kept in memory only. A call that throws counts as `null`; one
 * that never answers makes the request time out.
 *
 * It is called for every origin that a stage document, a playlist, the URI of a key or a WHEP `Location` names: whoever
 * writes one of these can name an origin of their own. Give `null` for each that you do not know.
 */
export type TokenFunction = (
  origin: string,
) => string | null | undefined | Promise<string | null | undefined>;

/**
 * Bearer tokens by origin, as `URL.origin` writes it: `{ 'https://api.example': token }`, or a function that gives the
 * token and is called again after a 401 or 403. An origin that is not named gets none. Or one function for all origins.
 */
export type TokenSource =
  | TokenFunction
  | Readonly<Record<string, string | (() => ReturnType<TokenFunction>)>>;

/** The tokens of a page, by origin. They are kept in memory only. */
export interface Tokens {
  readonly tokens: Map<string, Promise<string | null>>;
  /** `null` where none can be had; a promise that resolves with `null` where none is needed. Never rejects. */
  tokenOf(origin: string): Promise<string | null> | null;
}

export const createTokens = (token: TokenFunction | undefined): Tokens => {
  const tokens = new Map<string, Promise<string | null>>();
  return {
    tokens,
    tokenOf(origin) {
      // A `data:` URI has none.
      if (!token || origin === 'null') return null;
      const known =
        tokens.get(origin) ?? (async () => (await token(origin)) ?? null)().catch(() => null);
      tokens.set(origin, known);
      return known;
    },
  };
};

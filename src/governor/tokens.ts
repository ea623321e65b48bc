/**
 * Returns the bearer token for an origin (`https://host:port`), or `null` if none is needed.
 *
 * Earshot calls it before the first request to each origin, and once more after a 401 or 403. It sends the token to
 * that origin only, and keeps it in memory only. A call that throws counts as `null`. A call that never settles makes
 * the request time out.
 *
 * Earshot calls it for every origin that a stage document, a playlist, a key URI or a WHEP `Location` names. The
 * author of any of these can name their own origin: return `null` for each origin that you do not know.
 */
export type TokenFunction = (
  origin: string,
) => string | null | undefined | Promise<string | null | undefined>;

/**
 * Bearer tokens by origin, as `URL.origin` writes it: `{ 'https://api.example': token }`. The value may be a function
 * that returns the token; Earshot calls it again after a 401 or 403. Other origins get no token. Or one function for
 * all origins.
 */
export type TokenSource =
  | TokenFunction
  | Readonly<Record<string, string | (() => ReturnType<TokenFunction>)>>;

/** The tokens of a page, by origin. They are kept in memory only. */
export interface Tokens {
  readonly tokens: Map<string, Promise<string | null>>;
  /** `null` if there is no token for this origin; a promise of `null` if none is needed. Never rejects. */
  tokenOf(origin: string): Promise<string | null> | null;
}

export const createTokens = (token: TokenFunction | undefined): Tokens => {
  const tokens = new Map<string, Promise<string | null>>();
  return {
    tokens,
    tokenOf(origin) {
      // A `data:` URI has no origin.
      if (!token || origin === 'null') return null;
      const known =
        tokens.get(origin) ?? (async () => (await token(origin)) ?? null)().catch(() => null);
      tokens.set(origin, known);
      return known;
    },
  };
};

import { delay, type Host } from '../host/host.ts';
import { DEFAULTS } from '../policy/defaults.ts';

/**
 * Gives the bearer token for an origin (`https://host:port`), or `null` where none is needed. It
 * is called before the first request to each origin, and once more after a 401 or 403. The token
 * is sent to that origin only, and kept in memory only. A call that throws, or has not answered
 * within 10 s, counts as `null`.
 */
export type TokenSource = (
  origin: string,
) => string | null | undefined | Promise<string | null | undefined>;

/** The tokens by the origin they were issued for. */
export class Tokens {
  readonly #host: Host;
  readonly #source: TokenSource | undefined;
  readonly #tokens = new Map<string, Promise<string | null>>();

  constructor(host: Host, source: TokenSource | undefined) {
    this.#host = host;
    this.#source = source;
  }

  async of(origin: string, signal: AbortSignal): Promise<string | null> {
    if (!this.#source) return null;
    let token = this.#tokens.get(origin);
    if (!token) {
      token = this.#fetch(origin, signal);
      this.#tokens.set(origin, token);
    }
    return token;
  }

  /** Drops a token that was refused. */
  forget(origin: string): void {
    this.#tokens.delete(origin);
  }

  async #fetch(origin: string, signal: AbortSignal): Promise<string | null> {
    const settled = new AbortController();
    const abort = () => settled.abort();
    signal.addEventListener('abort', abort);
    const late = delay(this.#host, DEFAULTS.timeout, settled.signal);
    try {
      const token = await Promise.race([this.#source?.(origin), late]);
      return typeof token === 'string' ? token : null;
    } catch {
      if (signal.aborted) this.forget(origin);
      return null;
    } finally {
      signal.removeEventListener('abort', abort);
      settled.abort();
      late.catch(() => {});
    }
  }
}

import type { EarshotError } from '../policy/errors.ts';
import type { Wait } from '../policy/state.ts';
import type { GovernorParts } from './api.ts';
import { waitOf } from './gates.ts';

/** One attempt at a connection that lasts, from its turn at the gates to its end. */
export interface Dial {
  /** The server has proved that it serves: the gates are open, their attempts stay. */
  opened(): void;
  /** It has served what was asked of it: the next loss is the first again. */
  proved(): void;
  /**
   * It failed or was lost. That counts for its URL, since a browser does not tell why, and for its
   * origin only where it was to find out whether that is back.
   *
   * @param floor ms to be waited at least.
   * @param spread window of the draw in ms; default: the published spread.
   * @returns false if the policy says to stop.
   */
  lost(error: EarshotError, floor?: number, spread?: number | null): boolean;
}

/** A WebSocket stands at the same gates as a request. */
const httpOf = (url: string): string => url.replace(/^ws/, 'http');

/** Waits until a connection to `url`, ws or wss, may be opened. Rejects as the signal aborts. */
export const dial = async (
  { gates, admit, succeed, fail }: GovernorParts,
  url: string,
  signal: AbortSignal,
): Promise<Dial> => {
  const [origin, path] = gates.of(httpOf(url));
  let probes = await admit([origin, path], signal);
  return {
    opened() {
      for (const entry of probes) succeed(entry, null);
      probes = [];
    },
    proved() {
      if (path.gate.attempt) gates.store(path, { ...path.gate, attempt: 0 });
    },
    lost(error, floor = 0, spread) {
      if (probes.includes(origin)) fail(origin, error, null);
      probes = [];
      return fail(path, error, floor, spread);
    },
  };
};

/** What a connection to `url` would have to wait for at `now`, or `null`. */
export const dialWait = ({ gates }: GovernorParts, url: string, now: number): Wait | null =>
  waitOf(gates.of(httpOf(url)), now);

/** The bearer token for the origin of `url`; another than before if `isRenewed`. */
export const bearer = (
  { tokens, tokenOf }: GovernorParts,
  url: string,
  isRenewed: boolean,
): Promise<string | null> | null => {
  const { origin } = new URL(httpOf(url));
  if (isRenewed) tokens.delete(origin);
  return tokenOf(origin);
};

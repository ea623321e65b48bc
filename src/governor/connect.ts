import type { EarshotError } from '../policy/errors.ts';
import type { Wait } from '../policy/state.ts';
import type { GovernorParts } from './api.ts';
import { waitOf } from './gates.ts';

/** One attempt at a long-lived connection, from its turn at the gates to its end. */
export interface Dial {
  /** The server has proved that it serves: opens the gates, but keeps their attempt counts. */
  opened(): void;
  /** The server has done its job: the next loss counts as the first again. */
  proved(): void;
  /**
   * The connection failed or was lost. This counts for its URL, because a browser does not report the cause; it
   * counts for the origin only if the connection was its probe.
   *
   * @param floor minimum wait in ms.
   * @param spread jitter window in ms. Default: the published spread.
   * @returns false if the policy says to stop.
   */
  lost(error: EarshotError, floor?: number, spread?: number | null): boolean;
}

/** A WebSocket uses the same gates as a request. */
const httpOf = (url: string): string => url.replace(/^ws/, 'http');

/** Waits until a connection to `url`, ws or wss, may open. Rejects when the signal aborts. */
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

/** The wait of a connection to `url` at `now`, or `null`. */
export const dialWait = ({ gates }: GovernorParts, url: string, now: number): Wait | null =>
  waitOf(gates.of(httpOf(url)), now);

/** The bearer token for the origin of `url`; a new one if `isRenewed`. */
export const bearer = (
  { tokens, tokenOf }: GovernorParts,
  url: string,
  isRenewed: boolean,
): Promise<string | null> | null => {
  const { origin } = new URL(httpOf(url));
  if (isRenewed) tokens.delete(origin);
  return tokenOf(origin);
};

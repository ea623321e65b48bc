import type { ConfiguredChannel } from '../config-types.ts';
import { parseUrl } from '../url.ts';
import { SUBPROTOCOL } from './frames.ts';

/** A refused upgrade. A browser shows the status to nobody. */
export interface UpgradeRefusal {
  /** The HTTP status. */
  readonly status: 400 | 403 | 404 | 429 | 503;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What an upgrade is judged by. */
export interface UpgradeRequest {
  readonly path: string;
  readonly headers: Pick<Headers, 'get'>;
  readonly address: string;
}

const RETRY_SECONDS = '30';

/** Judges the request for a channel. `null`: it is accepted. */
export function judgeUpgrade(
  { path, headers, address }: UpgradeRequest,
  config: ConfiguredChannel,
  node: { isReady: boolean; countOf(address: string): number },
): UpgradeRefusal | null {
  const retry = { 'Retry-After': RETRY_SECONDS };
  if (path !== '/channel') return { status: 404, headers: {} };
  const offered = (headers.get('sec-websocket-protocol') ?? '').split(/, */);
  if (!offered.includes(SUBPROTOCOL)) return { status: 400, headers: {} };
  const origin = headers.get('origin');
  const isAllowed =
    config.origins === null ||
    (origin !== null && config.origins.some((one) => sameOrigin(one, origin)));
  if (!isAllowed) return { status: 403, headers: {} };
  if (!node.isReady) return { status: 503, headers: retry };
  if (node.countOf(address) >= config.socketsPerAddress) return { status: 429, headers: retry };
  return null;
}

function sameOrigin(allowed: string, origin: string): boolean {
  return new URL(allowed).origin === parseUrl(origin)?.origin;
}

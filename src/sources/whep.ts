import { core } from './core.ts';
import { withRequestOptions } from './request-options.ts';
import type { RequestOptions, Source } from './source.ts';

/** The options of {@link whep}. */
export interface WhepOptions {
  /** STUN and TURN servers in addition to those in the server's `Link` headers. Default: none. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Headers and credentials for its requests, by URL. Must not throw. Default: none. */
  readonly request?: RequestOptions | undefined;
}

/**
 * WebRTC over WHEP (draft-ietf-wish-whep-03), in browsers with WebRTC. The governor sends all its requests. Earshot
 * judges it by its packets alone. Its code is loaded on demand.
 */
export const whep = ({ iceServers = [], request }: WhepOptions = {}): Source => ({
  kinds: ['whep'],
  supports: (host) => !!host.realtime,
  async open(context) {
    const { openWhep } = await import('./whep-run.ts');
    return openWhep(withRequestOptions(context, request), iceServers, core);
  },
});

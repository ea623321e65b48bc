import { core } from './core.ts';
import { withRequestOptions } from './request-options.ts';
import type { RequestOptions, Source } from './source.ts';

/** What {@link whep} can be told. */
export interface WhepOptions {
  /** STUN and TURN servers besides those that the server names in its `Link` headers. Default: none. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Headers and credentials for its requests, by URL. Must not throw. Default: none. */
  readonly request?: RequestOptions | undefined;
}

/**
 * WebRTC over WHEP (draft-ietf-wish-whep-03), wherever there is WebRTC. All its requests pass the
 * governor; it is judged by its packets alone. Its code is loaded when it is needed.
 */
export const whep = ({ iceServers = [], request }: WhepOptions = {}): Source => ({
  kinds: ['whep'],
  supports: (host) => !!host.realtime,
  async open(context) {
    const { openWhep } = await import('./whep-run.ts');
    return openWhep(withRequestOptions(context, request), iceServers, core);
  },
});

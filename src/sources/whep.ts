import { core } from './core.ts';
import { withRequestOptions } from './request-options.ts';
import type { RequestOptions, Source } from './source.ts';

/** The options of {@link whep}. */
export interface WhepOptions {
  /** STUN and TURN servers in addition to those in the server's `Link` headers. Default: none. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /**
   * How far behind its arrival the sound is played, in ms, 0 to 4,000; 0 switches it off. What arrived last still plays
   * while the next source is prepared, so nobody hears a fall. The `cushion` of a source in the stage document goes
   * first. It is full after some seconds of speech. Only in browsers with `jitterBufferTarget` (webrtc-extensions).
   * Default: 600, and up to 1,500 if the server answers late.
   */
  readonly cushion?: number | undefined;
  /** Headers and credentials for its requests, by URL. Must not throw. Default: none. */
  readonly request?: RequestOptions | undefined;
}

/**
 * WebRTC over WHEP (draft-ietf-wish-whep-03), in browsers with WebRTC. The governor sends all its requests. Earshot
 * judges it by its packets alone. Its code is loaded on demand.
 */
export const whep = (options: WhepOptions = {}): Source => ({
  kinds: ['whep'],
  supports: (host) => !!host.realtime,
  async open(context) {
    const { openWhep } = await import('./whep-run.ts');
    return openWhep(withRequestOptions(context, options.request), options, core);
  },
});

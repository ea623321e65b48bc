import { describeAnswer } from '../governor/exchange.ts';
import { delay, onAbort } from '../host/host.ts';
import { MOST_DELAY } from '../policy/defaults.ts';
import { errorAt } from '../policy/errors.ts';
import { carrying } from './carry.ts';
import type { Carry, Source } from './source.ts';

// The run imports nothing of these itself, so that it is one chunk and this package one file.
const core = { delay, describeAnswer, errorAt, mostDelay: MOST_DELAY, onAbort };

/** What a run needs of the core. */
export type Core = typeof core;

/** What {@link whep} can be told. */
export interface WhepOptions {
  /** STUN and TURN servers besides those that the server names in its `Link` headers. Default: none. */
  readonly iceServers?: readonly RTCIceServer[];
  /** Headers and credentials for its requests, by URL. Must not throw. Default: none. */
  readonly request?: Carry;
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
    return openWhep(carrying(context, request), iceServers, core);
  },
});

import type { GovernedResponse } from '../governor/exchange.ts';
import type { Core } from './core.ts';
import type { SourceContext } from './source.ts';

const SDP = 'application/sdp';
const COUNTER_OFFER = 406;
const GATHERING = 500;

/** The session at the server. */
export interface Resource {
  /** Ms that the server took to answer the offer. */
  readonly took: number;
  /** Ends it at the server. Idempotent. */
  end(): void;
}

const LINK = /<([^<>]+)>((?:\s*;\s*[\w-]+=(?:"[^"]*"|[^",;\s]*))*)/g;

/** The ICE servers of `Link` headers (draft-ietf-wish-whep-03, section 4.6; RFC 8288). */
export const iceServersOf = (link: string): RTCIceServer[] =>
  [...link.matchAll(LINK)].flatMap(([, urls = '', parameters = '']) => {
    const of = (name: string) => {
      const [, quoted, bare] =
        new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^",;\\s]*))`).exec(parameters) ?? [];
      return quoted ?? bare;
    };
    const username = of('username');
    const credential = of('credential');
    if (of('rel') !== 'ice-server' || !/^(stun|turn)s?:/.test(urls)) return [];
    // A browser rejects a TURN server without them, and with it all others (WebRTC, section 4.4.1.6).
    if (urls.startsWith('turn') && !(username && credential)) return [];
    return [{ urls, ...(username && { username }), ...(credential && { credential }) }];
  });

/**
 * The offer must contain relay candidates. Without TURN there is nothing to wait for: the server learns this
 * listener's address from its checks (peer-reflexive candidates, RFC 8445, section 7.3.1.3).
 */
const gathered = async (
  peer: RTCPeerConnection,
  { host, signal }: SourceContext,
  { delay, onAbort }: Core,
) => {
  const isDirect = !peer.getConfiguration().iceServers?.length;
  if (isDirect || peer.iceGatheringState === 'complete') return;
  const controller = new AbortController();
  const stop = () => controller.abort();
  peer.addEventListener('icegatheringstatechange', () => {
    if (peer.iceGatheringState === 'complete') stop();
  });
  const stopAbort = onAbort(signal, stop);
  await delay(host, GATHERING, controller.signal).catch(() => {});
  stopAbort();
  signal.throwIfAborted();
};

/** Requests Opus in stereo: a sender may mix down to mono for a receiver that does not (RFC 7587, section 6.1). */
export const inStereo = (sdp: string): string =>
  sdp
    .replace(/^a=rtpmap:(\d+) opus\/.*$/gim, (line, type) => {
      const has = new RegExp(`^a=fmtp:${type} `, 'm').test(sdp);
      return has ? line : `${line}\r\na=fmtp:${type} stereo=1`;
    })
    .replace(/^a=fmtp:(\d+) (?!.*stereo=1)(.*\S)/gm, (line, type) =>
      new RegExp(`^a=rtpmap:${type} opus/`, 'im').test(sdp) ? `${line};stereo=1` : line,
    );

/** Requests lost packets of Opus again: there is time for it while the sound waits in the cushion (RFC 4585, 6.2.1). */
export const withResends = (sdp: string): string =>
  sdp.replace(/^a=rtpmap:(\d+) opus\/.*$/gim, (line, type) =>
    new RegExp(`^a=rtcp-fb:${type} nack\\s*$`, 'm').test(sdp)
      ? line
      : `${line}\r\na=rtcp-fb:${type} nack`,
  );

const describe = async (
  peer: RTCPeerConnection,
  context: SourceContext,
  core: Core,
): Promise<string> => {
  const isAnswer = peer.signalingState === 'have-remote-offer';
  const { type, sdp = '' } = await (isAnswer ? peer.createAnswer() : peer.createOffer());
  const plain = inStereo(sdp);
  // An answer can only agree to what was offered.
  const wanted = isAnswer ? plain : withResends(plain);
  await peer
    .setLocalDescription({ type, sdp: wanted })
    .catch(() => peer.setLocalDescription({ type, sdp: plain }));
  await gathered(peer, context, core);
  return peer.localDescription?.sdp ?? '';
};

/** The URL of the session; `null` if the response has none. */
const placeOf = ({ headers, url }: GovernedResponse): string | null => {
  try {
    const { protocol, href } = new URL(headers.get('location') ?? '', url);
    return headers.has('location') && /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
};

/**
 * Sends the offer and applies the answer, or answers the counter-offer of a 406.
 *
 * @throws EarshotError `media` if the response is not WHEP.
 */
export const negotiate = async (
  peer: RTCPeerConnection,
  context: SourceContext,
  core: Core,
): Promise<Resource> => {
  const { description, request, sendBeforeLeaving, signal } = context;
  const headers = { 'content-type': SDP };
  const body = await describe(peer, context, core);
  const { url } = description;
  const purpose = 'session';
  const answer = await request({
    url,
    purpose,
    method: 'POST',
    headers,
    body,
    acceptStatus: COUNTER_OFFER,
  });
  const where = placeOf(answer);
  const unusable = (why: string, cause?: unknown) => {
    const { status, body } = answer;
    const what = `${core.describeResponse(answer, body)}. ${why} Is this a WHEP endpoint?`;
    return core.errorAt(url, 'media', what, { status, cause });
  };
  let isOpen = !!where;
  const end = () => {
    if (isOpen && where) sendBeforeLeaving({ url: where, purpose, method: 'DELETE' });
    isOpen = false;
  };
  try {
    signal.throwIfAborted();
    const servers = iceServersOf(answer.headers.get('link') ?? '');
    if (servers.length) {
      const { iceServers = [], ...rest } = peer.getConfiguration();
      peer.setConfiguration({ ...rest, iceServers: [...iceServers, ...servers] });
    }
    const sdp = new TextDecoder().decode(answer.body);
    const isOffer = answer.status === COUNTER_OFFER;
    if (isOffer && !where) throw unusable('A counter-offer needs a Location.');
    await peer.setRemoteDescription({ type: isOffer ? 'offer' : 'answer', sdp });
    if (isOffer && where) {
      const body = await describe(peer, context, core);
      await request({ url: where, purpose, method: 'PATCH', headers, body, tries: 1 });
    }
    return { end, took: answer.firstByteAt - answer.askedAt };
  } catch (cause) {
    end();
    signal.throwIfAborted();
    throw cause instanceof DOMException ? unusable('This is no usable SDP.', cause) : cause;
  }
};

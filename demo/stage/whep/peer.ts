import { RTCPeerConnection, RTCRtpCodecParameters, type RTCRtpTransceiver } from 'werift';
import { CAPTURE_TIME, createSending, type Sending } from './sending.ts';

/** Without a connection for so long, a session has failed. */
const CONNECT_MS = 120_000;
const CANDIDATE = /^a=(?:candidate:.*|end-of-candidates)\r?\n/gm;

/** One listener's connection. */
export interface Peer {
  readonly sending: Sending;
  answer(offer: string): Promise<string>;
  offer(): Promise<string>;
  accept(answer: string): Promise<void>;
  /** Takes the ICE credentials of an SDP fragment, and answers with a fragment. */
  restart(fragment: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param host address of this machine that listeners reach it at.
 * @param onLost called when the connection has failed or the listener has gone.
 */
export function createPeer(host: string, onLost: () => void): Peer {
  const connection = new RTCPeerConnection({
    codecs: { audio: [opus()] },
    headerExtensions: { audio: [{ id: 1, uri: CAPTURE_TIME }] },
    // One address: those of the other interfaces are left out.
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [host],
    iceInterfaceAddresses: { udp4: host },
  });
  const transceiver: RTCRtpTransceiver = connection.addTransceiver('audio', {
    direction: 'sendonly',
  });
  const sending = createSending(transceiver);
  const deadline = setTimeout(onLost, CONNECT_MS);
  let offered = '';
  connection.connectionStateChange.subscribe((state) => {
    if (state === 'connected') clearTimeout(deadline);
    if (state === 'failed' || state === 'closed') onLost();
  });

  async function settle(offer: string): Promise<string> {
    offered = offer;
    // The listener comes to us: its own addresses are neither looked up nor knocked at.
    await connection.setRemoteDescription({ type: 'offer', sdp: offer.replace(CANDIDATE, '') });
    await connection.setLocalDescription(await connection.createAnswer());
    return connection.localDescription?.sdp ?? '';
  }

  return {
    sending,
    answer: settle,
    async offer() {
      await connection.setLocalDescription(await connection.createOffer());
      return connection.localDescription?.sdp ?? '';
    },
    async accept(answer) {
      await connection.setRemoteDescription({ type: 'answer', sdp: answer.replace(CANDIDATE, '') });
    },
    async restart(fragment) {
      const answer = await settle(withCredentials(offered, fragment));
      // werift checks a path anew only where DTLS is not up yet.
      transceiver.sender.dtlsTransport.iceTransport.start().catch(onLost);
      return fragmentOf(answer);
    },
    async close() {
      clearTimeout(deadline);
      await connection.close();
    },
  };
}

function opus(): RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: 'minptime=20;useinbandfec=0',
    rtcpFeedback: [{ type: 'nack' }],
  });
}

function withCredentials(sdp: string, fragment: string): string {
  const line = (name: string) => fragment.match(new RegExp(`^a=${name}:\\S+`, 'm'))?.[0];
  const [user, password] = [line('ice-ufrag'), line('ice-pwd')];
  if (!user || !password) throw new Error('no ICE credentials');
  return sdp.replace(/^a=ice-ufrag:.*$/gm, user).replace(/^a=ice-pwd:.*$/gm, password);
}

function fragmentOf(sdp: string): string {
  const kept = /^(?:m=|a=(?:group|mid|ice-ufrag|ice-pwd|candidate|end-of-candidates)\b)/;
  const lines = sdp.split(/\r?\n/).filter((line) => kept.test(line));
  return `${lines.join('\r\n')}\r\n`;
}

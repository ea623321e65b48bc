// A plain WHEP client with the usual recipe: on `failed` it connects anew, and if that fails too
// it goes over to hls.js.
import { newMedia, playHls, sourcesOf } from './common.ts';

await bench.probe.ready;
const media = newMedia();
const [url = ''] = await sourcesOf('whep');

async function connect(): Promise<void> {
  const peer = new RTCPeerConnection();
  peer.addTransceiver('audio', { direction: 'recvonly' });
  peer.ontrack = ({ streams, track }) => {
    media.srcObject = streams[0] ?? new MediaStream([track]);
    media.play().catch(() => {});
  };
  peer.onconnectionstatechange = () => {
    if (peer.connectionState !== 'failed') return;
    peer.close();
    connect().catch(fall);
  };
  await peer.setLocalDescription();
  await gathered(peer);
  const headers = { 'Content-Type': 'application/sdp' };
  const body = peer.localDescription?.sdp ?? '';
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) {
    peer.close();
    throw new Error(`WHEP: ${response.status}`);
  }
  await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (peer.iceGatheringState === 'complete') done();
    };
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
}

async function fall(): Promise<void> {
  media.srcObject = null;
  await playHls(media, await sourcesOf('hls'));
}

await connect().catch(fall);

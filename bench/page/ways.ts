// The ways to hear a source that are compared: Earshot, and the barest client of the same source.
import type { HlsClass, Session } from '../../src/index.ts';

const query = new URLSearchParams(location.search);
const url = query.get('url') ?? '';

const load = async <Module>(path: string) => (await import(path)) as Module;
const earshot = await load<typeof import('../../src/index.ts')>('/earshot/earshot.js');
const { default: Hls } = await load<{ default: HlsClass }>('/hls.js');

async function bareWhep(): Promise<HTMLMediaElement> {
  const media = document.createElement('audio');
  const peer = new RTCPeerConnection();
  const { receiver } = peer.addTransceiver('audio', { direction: 'recvonly' });
  media.srcObject = new MediaStream([receiver.track]);
  media.play().catch(() => {});
  await peer.setLocalDescription();
  const body = peer.localDescription?.sdp ?? '';
  const headers = { 'content-type': 'application/sdp' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  return media;
}

function bareHls(): HTMLMediaElement {
  const media = document.createElement('audio');
  const hls = new Hls();
  hls.loadSource(url);
  hls.attachMedia(media);
  media.play().catch(() => {});
  return media;
}

const listen = (kind: string) =>
  earshot.listen({
    stage: { version: 1, sources: [{ kind, url }] },
    sources: [earshot.whep(), earshot.hls({ Hls })],
  });

/** Each begins to play, at once. */
export const players: Record<string, () => Session | HTMLMediaElement | Promise<HTMLMediaElement>> =
  {
    'earshot-whep': () => listen('whep'),
    'bare-whep': bareWhep,
    'earshot-hls': () => listen('hls'),
    'bare-hls': bareHls,
  };

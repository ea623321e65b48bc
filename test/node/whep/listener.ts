import type { Page } from 'playwright-core';
import type { Routes } from '../../../demo/stage/main-server.ts';

/** What a bare WHEP client in a page got, by a number. */
export interface Joined {
  status: number;
  retryAfter: string | null;
  pass: string | null;
  location: string;
  etag: string | null;
}

/** What one look at a listener's connection shows. */
export interface Look {
  state: string;
  packets: number;
  lost: number;
  /** Of the loudest sound yet. */
  energy: number;
  reports: number;
  /** As getStats() tells it, ms; null where the browser does not. */
  playout: number | null;
  /** The program time of the sound that was played at `playedAt`, both epoch ms. */
  saidAt: number | null;
  playedAt: number | null;
}

interface Bare {
  join(url: string, headers?: Record<string, string>): Promise<Joined>;
  look(): Promise<Look>;
  restart(): Promise<number>;
  ask(method: string, headers?: Record<string, string>, body?: string): Promise<number>;
  /** What arrives. */
  stream(): MediaStream;
}

declare global {
  interface Window {
    bare: () => Bare;
    listeners: Bare[];
  }
}

/** The script of the page; it is taken as text, so it stands alone. */
function client(): void {
  const CAPTURE = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
  const NTP_EPOCH = 2_208_988_800_000;
  type Extension = { uri: string; direction: string };
  type Negotiable = RTCRtpTransceiver & {
    getHeaderExtensionsToNegotiate(): Extension[];
    setHeaderExtensionsToNegotiate(extensions: Extension[]): void;
  };

  window.listeners = [];
  window.bare = () => {
    const peer = new RTCPeerConnection();
    let location = '';
    let receiver: RTCRtpReceiver | null = null;
    const stream = new MediaStream();
    const audio = new Audio();
    const hear = (event: RTCTrackEvent) => {
      receiver = event.receiver;
      stream.addTrack(event.track);
      audio.srcObject = stream;
      void audio.play();
    };
    peer.addEventListener('track', hear);

    const sdpOf = async () => {
      await peer.setLocalDescription();
      return peer.localDescription?.sdp ?? '';
    };

    async function offer(): Promise<string> {
      const one = peer.addTransceiver('audio', { direction: 'recvonly' }) as Negotiable;
      one.setHeaderExtensionsToNegotiate(
        one.getHeaderExtensionsToNegotiate().map(({ uri, direction }) => ({
          uri,
          direction: uri === CAPTURE ? 'recvonly' : direction,
        })),
      );
      return sdpOf();
    }

    const ask = async (method: string, headers: Record<string, string> = {}, body?: string) =>
      (await fetch(location, { method, headers, ...(body && { body }) })).status;

    async function join(url: string, headers: Record<string, string> = {}): Promise<Joined> {
      const sdp = { 'Content-Type': 'application/sdp' };
      const posted = { method: 'POST', headers: { ...sdp, ...headers }, body: await offer() };
      const response = await fetch(url, posted);
      const { status } = response;
      location = new URL(response.headers.get('location') ?? '', url).href;
      const body = await response.text();
      if (status === 201) await peer.setRemoteDescription({ type: 'answer', sdp: body });
      if (status === 406) {
        await peer.setLocalDescription({ type: 'rollback' });
        await peer.setRemoteDescription({ type: 'offer', sdp: body });
        await ask('PATCH', sdp, await sdpOf());
      }
      const read = (name: string) => response.headers.get(name);
      return {
        status,
        location,
        retryAfter: read('retry-after'),
        pass: read('earshot-pass'),
        etag: read('etag'),
      };
    }

    async function look(): Promise<Look> {
      const stats = [...(await peer.getStats()).values()];
      const inbound = stats.find(({ type }) => type === 'inbound-rtp');
      const remote = stats.find(({ type }) => type === 'remote-outbound-rtp');
      const [source] = (receiver?.getSynchronizationSources() ??
        []) as (RTCRtpSynchronizationSource & { captureTimestamp?: number })[];
      return {
        state: peer.connectionState,
        packets: inbound?.packetsReceived ?? 0,
        lost: inbound?.packetsLost ?? 0,
        energy: inbound?.totalAudioEnergy ?? 0,
        reports: remote?.reportsSent ?? 0,
        playout: inbound?.estimatedPlayoutTimestamp ?? null,
        saidAt: source?.captureTimestamp ? source.captureTimestamp - NTP_EPOCH : null,
        playedAt: source?.timestamp ?? null,
      };
    }

    /** Renews ICE by a fragment, and takes the endpoint's credentials and candidates. */
    async function restart(): Promise<number> {
      peer.restartIce();
      const kept = /^(?:m=|a=(?:group|mid|ice-ufrag|ice-pwd))/;
      const fragment = (await sdpOf()).split('\r\n').filter((line) => kept.test(line));
      const headers = { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' };
      const body = fragment.join('\r\n');
      const response = await fetch(location, { method: 'PATCH', headers, body });
      const answer = await response.text();
      const line = (name: string) => new RegExp(`^a=${name}:.*$`, 'm').exec(answer)?.[0] ?? '';
      const sdp = (peer.remoteDescription?.sdp ?? '')
        .replace(/^a=candidate.*\r\n/gm, '')
        .replace(/^a=ice-ufrag:.*$/m, line('ice-ufrag'))
        .replace(/^a=ice-pwd:.*$/m, `${line('ice-pwd')}\r\n${line('candidate')}`);
      if (response.ok) await peer.setRemoteDescription({ type: 'answer', sdp });
      return response.status;
    }

    const bare = { join, look, restart, ask, stream: () => stream };
    window.listeners.push(bare);
    return bare;
  };
}

/** An empty page with the bare client, for the stage's routes. */
export const ROUTES: Routes = (request, response) => {
  if (request.url !== '/page') return false;
  response.setHeader('Content-Type', 'text/html');
  response.end(`<!doctype html><script>(${client})()</script>`);
  return true;
};

/**
 * Resolves when a look at a listener shows what is wanted; the test's own timeout is the end.
 * @throws Error once its connection has failed, since nothing comes of it any more.
 */
export async function until(
  page: Page,
  index: number,
  wanted: (look: Look) => boolean,
): Promise<Look> {
  for (;;) {
    const look = await page.evaluate((i) => (window.listeners[i] as Bare).look(), index);
    if (wanted(look)) return look;
    if (look.state === 'failed')
      throw new Error(`listener ${index} failed: ${JSON.stringify(look)}`);
    await page.waitForTimeout(50);
  }
}

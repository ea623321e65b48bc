import { expect } from 'chai';
import { browserHost } from '../../src/host/browser.ts';
import type { Host } from '../../src/host/host.ts';
import type { EarshotError } from '../../src/policy/errors.ts';
import { listen } from '../../src/session/listen.ts';
import { until } from '../helpers/condition.ts';

const WHEP = 'https://gateway.example/whep';

/** A gateway in the page itself: it sends a tone, on the left alone, in one codec. Its media are real. */
class Gateway {
  readonly #context = new AudioContext();
  readonly #peers: RTCPeerConnection[] = [];
  readonly #mimeType: string;
  readonly #track: MediaStreamTrack;
  readonly offers: string[] = [];

  constructor(mimeType: string) {
    this.#mimeType = mimeType;
    const tone = this.#context.createOscillator();
    const sides = this.#context.createChannelMerger(2);
    const out = this.#context.createMediaStreamDestination();
    out.channelCount = 2;
    tone.connect(sides, 0, 0);
    sides.connect(out);
    tone.start();
    this.#track = out.stream.getAudioTracks()[0] as MediaStreamTrack;
  }

  /** The browser, except that this gateway answers, and that elements are kept. */
  host(elements: HTMLMediaElement[]): Host {
    return {
      ...browserHost,
      fetch: (_, { method, body }) =>
        method === 'POST' ? this.#answer(String(body)) : Promise.resolve(new Response('')),
      createMedia: () => {
        const media = browserHost.createMedia();
        elements.push(media);
        return media;
      },
    };
  }

  async #answer(sdp: string): Promise<Response> {
    this.offers.push(sdp);
    const peer = new RTCPeerConnection();
    this.#peers.push(peer);
    await peer.setRemoteDescription({ type: 'offer', sdp });
    const [transceiver] = peer.getTransceivers();
    const { codecs = [] } = RTCRtpSender.getCapabilities('audio') ?? {};
    transceiver?.setCodecPreferences(
      codecs.filter(({ mimeType }) => mimeType.toLowerCase() === this.#mimeType),
    );
    if (transceiver) transceiver.direction = 'sendonly';
    await transceiver?.sender.replaceTrack(this.#track);
    await peer.setLocalDescription();
    await until('its candidates are known', () => peer.iceGatheringState === 'complete');
    return new Response(peer.localDescription?.sdp, {
      status: 201,
      headers: { location: '/whep/1' },
    });
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.#context.close();
  }
}

/** Loudness of both sides of what an element plays. */
const sidesOf = (context: AudioContext, media: HTMLMediaElement): (() => [number, number]) => {
  const splitter = context.createChannelSplitter(2);
  context.createMediaStreamSource(media.srcObject as MediaStream).connect(splitter);
  const [left, right] = [0, 1].map((side) => {
    const analyser = context.createAnalyser();
    splitter.connect(analyser, side);
    return () => {
      const samples = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    };
  });
  return () => [left?.() ?? 0, right?.() ?? 0];
};

for (const [mimeType, isStereo] of [
  ['audio/pcmu', false],
  ['audio/pcma', false],
  ['audio/g722', false],
  ['audio/opus', true],
] as const) {
  it(`WHEP in ${mimeType} is heard, ${isStereo ? 'on the side it comes from' : 'in mono'}, without an error`, async () => {
    const gateway = new Gateway(mimeType);
    const elements: HTMLMediaElement[] = [];
    const errors: EarshotError[] = [];
    const context = new AudioContext();
    const session = listen({
      stage: { version: 1, sources: [{ kind: 'whep', url: WHEP }] },
      host: gateway.host(elements),
    });
    session.on('error', (error) => errors.push(error));
    try {
      await until('it hears', () => session.state.hearing || errors.length > 0);
      expect(errors).to.deep.equal([]);
      const playing = elements.find(({ paused, srcObject }) => !paused && srcObject);
      const sides = sidesOf(context, playing as HTMLMediaElement);
      await until('the left side sounds', () => sides()[0] > 0.05);
      // A mono codec sounds on both sides, or on the one that there is.
      const [left, right] = sides();
      if (isStereo) expect(right).to.be.below(left / 20);
      const codec = /a=rtpmap:(\d+) opus/.exec(gateway.offers[0] ?? '')?.[1];
      expect(gateway.offers[0]).to.match(new RegExp(`a=fmtp:${codec} .*stereo=1`));
      // A wrong clock would make less than a second's hearing of a second of packets.
      const from = performance.now();
      await until('it has been heard for 3 s', () => performance.now() - from > 3_000);
      expect(session.state.hearing).to.equal(true);
      expect(errors).to.deep.equal([]);
    } finally {
      session.close();
      await gateway.close();
      await context.close();
    }
  });
}

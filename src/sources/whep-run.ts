import type { Realtime } from '../host/host.ts';
import type { Liveness } from '../policy/liveness.ts';
import type { Core } from './core.ts';
import { DelayLine } from './delay-line.ts';
import { Reception } from './reception.ts';
import { meet } from './seam.ts';
import type { SourceContext, SourceRun } from './source.ts';
import { negotiate, type Resource } from './whep-signalling.ts';

const WORK_EVERY = 50;
// A busy device takes long to start its audio graph, and without it the join skips words.
const AUDIO_WITHIN = 3_000;
// The browser throws above this.
const MOST_CUSHION_MS = 4_000;

/**
 * The default cushion, ms: what a fall takes. Loss is noticed within 300 ms, and the next source needs some requests,
 * one after another.
 */
const cushionFor = (took: number): number => Math.min(1_500, Math.max(600, 400 + 4 * took));

const unknown = () => null;

/**
 * One WHEP session. It is heard a cushion behind its arrival, and further behind, through a delay line, if it joins at
 * another run's word.
 */
class WhepRun implements SourceRun {
  readonly target = unknown;
  readonly latency = unknown;
  readonly frozen = () => false;
  readonly #context: SourceContext;
  readonly #core: Core;
  readonly #peer: RTCPeerConnection;
  readonly #resource: Resource;
  readonly #stream: MediaStream;
  readonly #reception: Reception;
  readonly #receivers: readonly RTCRtpReceiver[];
  readonly #cushion: number;
  #line: DelayLine | null = null;
  #media: HTMLMediaElement;
  #isJoined: boolean;
  #stopWork = () => {};
  readonly #stopPage: () => void;

  constructor(
    context: SourceContext,
    realtime: Realtime,
    peer: RTCPeerConnection,
    resource: Resource,
    core: Core,
    cushion: number,
  ) {
    const { errorAt, mostDelay } = core;
    const { host, media, joins, fail, description } = context;
    const { url } = description;
    const receivers = peer
      .getTransceivers()
      .filter(({ currentDirection }) => currentDirection === 'recvonly')
      .map(({ receiver }) => receiver);
    const [first] = receivers;
    if (!first) throw errorAt(url, 'media', 'the SDP answer sends no audio.');
    this.#context = context;
    this.#core = core;
    this.#peer = peer;
    this.#resource = resource;
    this.#media = media;
    this.#receivers = receivers;
    this.#cushion = Math.min(MOST_CUSHION_MS, Math.max(0, cushion)) || 0;
    this.#isJoined = joins === null;
    this.#stream = new MediaStream(receivers.map(({ track }) => track));
    this.#reception = new Reception(host, realtime, first);
    const audio = joins === 'gapless' ? realtime.createAudio() : null;
    if (audio) this.#line = new DelayLine(host, audio, this.#stream, mostDelay);
    if (this.#isJoined) this.#holdBack();
    this.#play();
    peer.addEventListener('connectionstatechange', () => {
      if (peer.connectionState === 'failed') {
        const why =
          'no media connection (ICE failed). Is UDP blocked, or is a TURN server missing?';
        fail(errorAt(url, 'network', why));
      }
    });
    this.#stopPage = host.onPage((event) => event === 'pagehide' && resource.end());
    if (this.#line) this.#work();
  }

  programTime(): number | null {
    const { host } = this.#context;
    return this.#reception.programTime(host.elapsed() - this.#late);
  }

  ahead(): number {
    const { host, heard } = this.#context;
    const now = host.elapsed();
    const live = this.#reception.programTime(now) ?? 0;
    if (this.#isJoined)
      return this.#reception.inHand + Math.max(0, live - (this.programTime() ?? live));
    if (this.liveness() !== 'steady') return 0;
    const word = heard();
    const behind = this.#line && word !== null ? Math.max(0, live - word) : 0;
    // The sound that it has buffered since the word at which it joins.
    return Math.max(0, now - (this.#reception.since ?? now) - behind);
  }

  liveness(): Liveness | null {
    return this.#reception.liveness();
  }

  soundedMs(): number {
    return this.#reception.sounded;
  }

  get quiet(): (() => boolean) | undefined {
    return this.#line ? undefined : () => this.#reception.isQuiet;
  }

  seek(programTime: number | null): void {
    const live = this.#reception.programTime();
    this.#join();
    this.#line?.set(programTime === null || live === null ? 0 : live - programTime);
  }

  attach(media: HTMLMediaElement, programTime: number | null): void {
    this.#release();
    this.#media = media;
    this.#join();
    if (programTime !== null) this.seek(programTime);
    this.#play();
  }

  handTo(next: SourceRun, signal: AbortSignal): Promise<void> {
    return meet({ ...this.#core, ...this.#context }, this, next, signal);
  }

  close(): void {
    this.#stopWork();
    this.#stopPage();
    this.#resource.end();
    this.#peer.close();
    this.#release();
    this.#line?.close();
    this.#line = null;
  }

  #join(): void {
    this.#isJoined = true;
    this.#holdBack();
  }

  /**
   * The jitter buffer grows to the cushion by playing slower, mostly in pauses of the speech, so the first sound is not
   * late (webrtc-extensions, jitterBufferTarget).
   */
  #holdBack(): void {
    for (const receiver of this.#receivers)
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = this.#cushion;
  }

  /** How late the output of the delay line is, ms. */
  get #late(): number {
    return this.#line?.lateness ?? 0;
  }

  #play(): void {
    this.#media.srcObject = this.#line?.stream ?? this.#stream;
  }

  #release(): void {
    const { srcObject } = this.#media;
    if (srcObject === this.#stream || srcObject === this.#line?.stream)
      this.#media.srcObject = null;
  }

  #work(): void {
    const { host } = this.#context;
    const line = this.#line;
    if (!line) return;
    const { since } = this.#reception;
    // Without a gesture the browser may block the audio graph: then it joins without a delay.
    if (!line.isRunning && since !== null && host.elapsed() - since > AUDIO_WITHIN) {
      line.close();
      this.#line = null;
      this.#play();
      return;
    }
    // It is muted while it is being aligned.
    if (this.#isJoined && !this.#media.muted) line.spend();
    this.#stopWork = host.timer(() => this.#work(), WORK_EVERY);
  }
}

type Extension = { direction: string; readonly uri: string };

/** Browsers that support abs-capture-time do not request it by default (webrtc-extensions). */
const wantCaptureTime = (transceiver: RTCRtpTransceiver) => {
  const { getHeaderExtensionsToNegotiate: get, setHeaderExtensionsToNegotiate: set } =
    transceiver as unknown as Record<
      string,
      ((extensions?: Extension[]) => Extension[]) | undefined
    >;
  const wanted = get
    ?.call(transceiver)
    .map((one) =>
      one.uri.endsWith('/abs-capture-time') ? { ...one, direction: 'recvonly' } : one,
    );
  if (wanted) set?.call(transceiver, wanted);
};

/** Opens a session at a WHEP endpoint, through the governor. */
export const openWhep = async (
  context: SourceContext,
  {
    iceServers = [],
    cushion,
  }: {
    readonly iceServers?: readonly RTCIceServer[] | undefined;
    readonly cushion?: number | undefined;
  },
  core: Core,
): Promise<SourceRun> => {
  const { host, media, description } = context;
  const { url } = description;
  if (!host.realtime) throw core.errorAt(url, 'unsupported', 'this browser has no WebRTC.');
  const peer = host.realtime.createPeer({
    iceServers: [...iceServers],
    bundlePolicy: 'max-bundle',
  });
  let resource: Resource | undefined;
  try {
    wantCaptureTime(peer.addTransceiver('audio', { direction: 'recvonly' }));
    if ('videoWidth' in media) peer.addTransceiver('video', { direction: 'recvonly' });
    resource = await negotiate(peer, context, core);
    const wanted = description.cushion ?? cushion ?? cushionFor(resource.took);
    return new WhepRun(context, host.realtime, peer, resource, core, wanted);
  } catch (error) {
    resource?.end();
    peer.close();
    throw error;
  }
};

import type { Clock } from './clock.ts';

const CONNECTS_IN = 100;
const PACKET_MS = 20;
const NTP = 2_208_988_800_000;
/** The speech pauses for the last of each 4 s. */
const BAR_MS = 4_000;
const PAUSE_FROM_MS = 3_600;

/** One element plays it, so it must be a real track; what it sounds like nobody asks. */
const track = (): MediaStreamTrack =>
  new RTCPeerConnection().addTransceiver('audio', { direction: 'recvonly' }).receiver.track;
const TRACK = track();

/** A peer connection that brings packets under virtual time. */
export class FakePeer extends EventTarget {
  iceGatheringState = 'complete';
  connectionState = 'new';
  signalingState = 'stable';
  localDescription: { type: string; sdp: string } | null = null;
  /** Whether `getParameters()` tells the codec at once; else only statistics do. */
  tellsCodecs = true;
  /** Hz of the RTP clock of the codec that was negotiated. */
  clockRate = 48_000;
  /** Whether it plays as late as `jitterBufferTarget` says, and tells when packets arrive. */
  holds = false;
  readonly #clock: Clock;
  readonly #lastPacket: (since: number, until: number) => number | null;
  #connectedAt = Number.POSITIVE_INFINITY;
  #diedAt = Number.POSITIVE_INFINITY;

  /** @param lastPacket when the last packet between two times came, if any did. */
  constructor(clock: Clock, lastPacket: (since: number, until: number) => number | null) {
    super();
    this.#clock = clock;
    this.#lastPacket = lastPacket;
  }

  /** When the packet that is played now arrived. */
  get #played(): number | null {
    const { jitterBufferTarget: late } = this.receiver;
    const at = this.lastPacket;
    if (at === null || !late) return at;
    const due = this.#clock.elapsed() - late;
    const played = Math.min(at, due - (due % PACKET_MS));
    return played > this.#connectedAt ? played : null;
  }

  get lastPacket(): number | null {
    return this.#lastPacket(this.#connectedAt, this.#diedAt);
  }

  addTransceiver() {
    return this.getTransceivers()[0];
  }

  getTransceivers() {
    const { jitterBufferTarget: _, ...plain } = this.receiver;
    const receiver = this.holds ? this.receiver : plain;
    return [{ currentDirection: 'recvonly', receiver }];
  }

  createOffer = async () => ({ type: 'offer', sdp: 'v=0' });

  createAnswer = async () => ({ type: 'answer', sdp: 'v=0' });

  async setLocalDescription(description: { type: string; sdp: string }): Promise<void> {
    this.localDescription = description;
    if (this.connectionState === 'connecting') this.#connect();
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    if (!sdp.startsWith('v=0')) throw new DOMException('It is no SDP.', 'OperationError');
    this.connectionState = 'connecting';
    this.signalingState = type === 'offer' ? 'have-remote-offer' : 'stable';
    if (type === 'answer') this.#connect();
  }

  getConfiguration() {
    return {};
  }

  setConfiguration(): void {}

  die(): void {
    this.#diedAt = Math.min(this.#diedAt, this.#clock.elapsed());
  }

  close(): void {
    this.connectionState = 'closed';
    this.die();
  }

  /** As `inbound-rtp` tells them. */
  get #arrivals() {
    const count = this.#clock.elapsed();
    const delay = ((this.receiver.jitterBufferTarget ?? 0) / 1_000) * count;
    const at = this.lastPacket;
    return {
      jitterBufferEmittedCount: count,
      jitterBufferDelay: delay,
      ...(at && { lastPacketReceivedTimestamp: this.#clock.now() - this.#clock.elapsed() + at }),
    };
  }

  #connect(): void {
    this.#connectedAt = this.#clock.elapsed() + CONNECTS_IN;
    this.connectionState = 'connected';
  }

  readonly receiver = {
    jitterBufferTarget: null as number | null,
    track: TRACK,
    getParameters: () => ({ codecs: this.tellsCodecs ? [{ clockRate: this.clockRate }] : [] }),
    getSynchronizationSources: () => {
      const at = this.#played;
      if (at === null) return [];
      const origin = this.#clock.now() - this.#clock.elapsed();
      const said = origin + at;
      const timestamp = said + (this.receiver.jitterBufferTarget ?? 0);
      const isPause = said % BAR_MS > PAUSE_FROM_MS;
      return [
        {
          timestamp,
          rtpTimestamp: (at * (this.clockRate / 1_000)) % 2 ** 32,
          audioLevel: isPause ? 0 : 0.3,
          captureTimestamp: said + NTP,
        },
      ];
    },
    getStats: async () =>
      new Map([
        ['codec', { type: 'codec', id: 'codec', clockRate: this.clockRate }],
        [
          'in',
          {
            type: 'inbound-rtp',
            codecId: 'codec',
            timestamp: this.#clock.now(),
            totalSamplesReceived: 0,
            ...(this.holds && this.#arrivals),
          },
        ],
      ]),
  };
}

import type { Realtime } from '../host/host.ts';
import { type Liveness, livenessOf, type PacketTiming, recordPacket } from '../policy/liveness.ts';
import type { SourceHost } from './source.ts';

// Statistics tell when packets arrive; some are kept as samples.
const LOOK_EVERY = 5;
const STATS_EVERY = 45;
const STATS_WITHIN = 500;
const SAMPLE_EVERY = 500;
const SAMPLES = 7;
const PACKET = 20;
const PAUSE_LEVEL = 0.01;
// Statistics may use NTP time, which counts from 1900.
const NTP = 2_208_988_800_000;
const A_DAY = 86_400_000;

interface Sample {
  readonly concealed: number;
  readonly total: number;
  /** Program time minus the time of the page, ms. */
  readonly lead: number | null;
}

/** Reported by browsers that support abs-capture-time (https://webrtc.org, abs-capture-time). */
type Captured = RTCRtpContributingSource & { readonly captureTimestamp?: number };

/** Epoch ms from a time that may be NTP time. */
const sinceEpoch = (ms: number): number => (ms > NTP ? ms - NTP : ms);

// Opus (RFC 7587), which nearly all WebRTC senders use.
const OPUS_RATE = 48_000;

/** What `getStats()` reports about the sound, by name; some browsers omit some fields. */
interface Report {
  readonly type: string;
  readonly id?: string;
  readonly codecId?: string;
  readonly clockRate?: number;
  readonly timestamp: number;
  readonly lastPacketReceivedTimestamp?: number;
  readonly packetsReceived?: number;
  readonly estimatedPlayoutTimestamp?: number;
  readonly remoteTimestamp?: number;
  readonly currentRoundTripTime?: number;
  readonly jitterBufferDelay?: number;
  readonly jitterBufferEmittedCount?: number;
  readonly concealedSamples?: number;
  readonly silentConcealedSamples?: number;
  readonly totalSamplesReceived?: number;
}

const median = (values: readonly number[]): number | null =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;

/** Packets, concealment and program time of one receiver. Polled. */
export class Reception {
  readonly #host: SourceHost;
  readonly #origin: number;
  readonly #receiver: RTCRtpReceiver;
  /** Packets as they are played: after the jitter buffer. */
  #timing: PacketTiming | null = null;
  /** Packets as they arrive; `null` if the browser does not report it. */
  #arrivals: PacketTiming | null = null;
  /** The last arrival, as the browser told it. */
  #arrived = 0;
  #packets = 0;
  /** When the last statistics came. */
  #reportedAt = 0;
  #rtp = 0;
  /** Hz of the RTP clock, which is the codec's: 8 kHz for G.711 and G.722. */
  #rate = 0;
  #sounded = 0;
  #samples: readonly Sample[] = [];
  #jitterBuffer = { delay: 0, count: 0 };
  /** How long sound waits in the jitter buffer, ms. */
  #buffered = 0;
  #lookedAt = -Infinity;
  #askedAt = -Infinity;
  /** When the first statistics were asked for that have not come. */
  #waitsSince = Infinity;
  #sampledAt = -Infinity;
  #level = 1;
  #captured: readonly number[] = [];
  /** When the first packet arrived, on the page's timeline. */
  since: number | null = null;

  constructor(host: SourceHost, { origin }: Realtime, receiver: RTCRtpReceiver) {
    this.#host = host;
    this.#origin = origin;
    this.#receiver = receiver;
  }

  /** Milliseconds of sound received so far. */
  get sounded(): number {
    this.#look();
    return this.#sounded;
  }

  /** Whether the speech pauses now, if the browser reports it. */
  get isQuiet(): boolean {
    this.#look();
    return this.#level < PAUSE_LEVEL;
  }

  /** Judged by arrivals, if the browser reports them: what is in the jitter buffer still plays after the last one. */
  liveness(): Liveness | null {
    this.#look();
    const now = this.#host.elapsed();
    // Packets may have arrived since the last statistics, and while the page itself stood still.
    const isTold = this.#arrivals && now - this.#waitsSince < STATS_WITHIN;
    const known = isTold ? this.#reportedAt : now;
    const timing = this.#arrivals ?? this.#timing;
    const cushion = this.#arrivals ? this.#buffered : 0;
    return this.#timing && timing && livenessOf(timing, known, this.#concealed(), cushion);
  }

  /** Milliseconds of received sound that are not played yet. */
  get inHand(): number {
    const { at = -Infinity } = this.#arrivals ?? {};
    return Math.max(0, at + this.#buffered - this.#host.elapsed());
  }

  /**
   * Epoch ms at which the sound that arrived at `at` (on the page's timeline) was recorded. It stops at the last
   * packet. `null` if unknown.
   */
  programTime(at = this.#host.elapsed()): number | null {
    this.#look();
    const last = this.#timing?.at;
    const lead = median(this.#captured) ?? median(this.#samples.flatMap((one) => one.lead ?? []));
    if (lead === null || last === undefined) return null;
    return this.#origin + Math.min(at, last + PACKET) + lead;
  }

  #look(): void {
    const now = this.#host.elapsed();
    // One observation asks for several values, and each look costs.
    if (now - this.#lookedAt < LOOK_EVERY) return;
    this.#lookedAt = now;
    const [packet] = this.#receiver.getSynchronizationSources();
    if (now - this.#askedAt >= STATS_EVERY) {
      this.#askedAt = now;
      this.#waitsSince = Math.min(this.#waitsSince, now);
      void this.#sample().catch(() => {});
    }
    if (!packet) return;
    const at = packet.timestamp - this.#origin;
    if (at === this.#timing?.at) return;
    this.#rate ||= this.#receiver.getParameters?.().codecs[0]?.clockRate ?? 0;
    const rate = (this.#rate || OPUS_RATE) / 1_000;
    // The RTP clock wraps at 32 bits.
    if (this.#timing) this.#sounded += ((packet.rtpTimestamp - this.#rtp) | 0) / rate;
    this.#rtp = packet.rtpTimestamp;
    this.#level = packet.audioLevel ?? 1;
    const { captureTimestamp: captured } = packet as Captured;
    // The sender's own clock for this packet (abs-capture-time), if it sends it.
    if (captured)
      this.#captured = [
        ...this.#captured.slice(1 - SAMPLES),
        sinceEpoch(captured) - packet.timestamp,
      ];
    this.#timing = recordPacket(this.#timing, at);
    this.since ??= at;
  }

  #concealed(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    const total = (last?.total ?? 0) - (first?.total ?? 0);
    return first && last && total > 0 ? (last.concealed - first.concealed) / total : 0;
  }

  async #sample(): Promise<void> {
    const reports: Report[] = [...(await this.#receiver.getStats()).values()];
    const of = (type: string) => reports.find((one) => one.type === type);
    const inbound = of('inbound-rtp');
    if (!inbound) return;
    const now = this.#host.elapsed();
    this.#recordArrival(inbound, now);
    this.#reportedAt = now;
    this.#waitsSince = Infinity;
    if (now - this.#sampledAt < SAMPLE_EVERY) return;
    this.#sampledAt = now;
    // Of several negotiated codecs, this is the one in use.
    const codec = reports.find(({ id }) => id === inbound.codecId);
    this.#rate = codec?.clockRate ?? this.#rate;
    const { concealedSamples = 0, silentConcealedSamples = 0, totalSamplesReceived = 0 } = inbound;
    this.#samples = [
      ...this.#samples.slice(1 - SAMPLES),
      {
        // Comfort noise in DTX pauses also counts as concealed, but is not.
        concealed: concealedSamples - silentConcealedSamples,
        total: totalSamplesReceived,
        lead: this.#leadOf(inbound, of('remote-outbound-rtp'), of('candidate-pair')),
      },
    ];
  }

  #recordArrival(
    { timestamp, lastPacketReceivedTimestamp: arrived, packetsReceived = 0 }: Report,
    now: number,
  ): void {
    if (!arrived) return;
    // A slow page sees statistics late, and so a packet later than it came: the earliest sight of it is right.
    const at = now - Math.max(0, timestamp - arrived);
    const known = this.#arrivals;
    const packets = packetsReceived - this.#packets;
    this.#packets = packetsReceived;
    const isSeen = known && arrived === this.#arrived;
    this.#arrived = arrived;
    this.#arrivals = isSeen
      ? { ...known, at: Math.min(at, known.at) }
      : recordPacket(known, at, Math.max(1, packets));
  }

  /** From the sender's own clock, if its reports (RTCP SR) contain it; otherwise from the measured latency. */
  #leadOf(inbound: Report, sender?: Report, path?: Report): number {
    const { timestamp, estimatedPlayoutTimestamp: playout = 0 } = inbound;
    const { jitterBufferDelay = 0, jitterBufferEmittedCount = 0 } = inbound;
    const emitted = jitterBufferEmittedCount - this.#jitterBuffer.count;
    const spent = jitterBufferDelay - this.#jitterBuffer.delay;
    this.#jitterBuffer = { delay: jitterBufferDelay, count: jitterBufferEmittedCount };
    if (emitted > 0) this.#buffered = (1_000 * spent) / emitted;
    const buffered = this.#buffered;
    const told = [
      sinceEpoch(playout) - timestamp,
      (sender?.remoteTimestamp ?? 0) - (sender?.timestamp ?? 0) - buffered,
    ];
    const lead = told.find((one) => one && Math.abs(one) < A_DAY && one !== -buffered);
    return lead ?? -buffered - 500 * (path?.currentRoundTripTime ?? 0);
  }
}

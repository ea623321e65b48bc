import type { Realtime } from '../../src/host/host.ts';
import type { Clock } from './clock.ts';
import { type Asked, type Reply, reply } from './fake-fetch.ts';
import { FakePeer } from './fake-peer.ts';

export const PACKET_MS = 20;

/** A WHEP endpoint and its media, under virtual time. */
export class FakeWhep {
  /** Every peer connection that the page has made. */
  readonly peers: FakePeer[] = [];
  /** Given instead of an answer; `undefined` lets the request through. */
  fault: (asked: Asked) => Reply | undefined = () => undefined;
  /** Offers of its own are answered by PATCH. */
  counters = false;
  /** Given to each peer connection that is made from now on. */
  codec: Partial<Pick<FakePeer, 'clockRate' | 'tellsCodecs' | 'holds'>> = {};
  readonly #clock: Clock;
  #sending = true;
  #stoppedAt = 0;
  #sessions = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the origin of the endpoint answers. */
  readonly serve = (asked: Asked): Reply => {
    const fault = this.fault(asked);
    if (fault) return fault;
    if (asked.method === 'DELETE') return reply(200);
    if (asked.method === 'PATCH') return reply(204);
    const headers = { location: `${asked.path}/${++this.#sessions}`, etag: '"1"' };
    return reply(this.counters ? 406 : 201, 'v=0', headers);
  };

  get realtime(): Realtime {
    const clock = this.#clock;
    return {
      createPeer: () => {
        const peer = new FakePeer(clock, (since, until) => this.#lastPacket(since, until));
        this.peers.push(Object.assign(peer, this.codec));
        return peer as unknown as RTCPeerConnection;
      },
      createAudio: () => null,
      get origin() {
        return clock.now() - clock.elapsed();
      },
    };
  }

  /** Peer connections that are not closed. */
  get open(): FakePeer[] {
    return this.peers.filter(({ connectionState }) => connectionState !== 'closed');
  }

  /** Sound comes to a listener now. */
  get isSounding(): boolean {
    return this.open.some((peer) => {
      const late = peer.holds ? (peer.receiver.jitterBufferTarget ?? 0) : 0;
      return this.#clock.elapsed() - (peer.lastPacket ?? 0) < 100 + late;
    });
  }

  /** What the last peer connection is told to hold back, ms. */
  get cushion(): number | null | undefined {
    return this.peers.at(-1)?.receiver.jitterBufferTarget;
  }

  /** Packets stop; everything else goes on. */
  stop(): void {
    if (this.#sending) this.#stoppedAt = this.#clock.elapsed();
    this.#sending = false;
  }

  /** Packets come again, to those who are in. */
  start(): void {
    this.#sending = true;
  }

  /** The process is gone, with all who were in. */
  kill(): void {
    for (const peer of this.peers) peer.die();
    this.fault = () => reply(503);
  }

  /** Another process takes its place. */
  revive(): void {
    this.fault = () => undefined;
  }

  #lastPacket(since: number, until: number): number | null {
    const to = Math.min(until, this.#sending ? this.#clock.elapsed() : this.#stoppedAt);
    const last = to - (to % PACKET_MS);
    return last > since ? last : null;
  }
}

import { type ChannelOptions, channel } from '../../src/channel/channel.ts';
import type { SendResult } from '../../src/channel/outbox.ts';
import { FakeHost } from './fake-host.ts';
import { FakeOrigins } from './fake-origins.ts';
import type { FakeSocket } from './fake-socket.ts';
import { Listening, type ListeningOptions, STAGE, TWO_CDNS } from './listening.ts';

export const CHANNEL = 'wss://stage.example/talk/channel';
export const STAGE_JSON = `${STAGE}/stage.json`;

export const WITH_CHANNEL = { ...TWO_CDNS, refresh: 10, channel: CHANNEL };

export interface TalkingOptions extends Omit<ListeningOptions, 'channel' | 'host'> {
  readonly document?: Record<string, unknown>;
  /** What each new socket meets. Default: a server that says welcome, answers pings and messages. */
  readonly server?: (socket: FakeSocket, host: FakeHost) => void;
  readonly channel?: ChannelOptions;
  /** Default: a page of its own. */
  readonly host?: FakeHost;
}

/** Says welcome, and yes to everything. */
export const kind = (socket: FakeSocket): void => {
  socket.onSent = ({ op, from, seq }) => {
    if (op === 'ping') socket.say({ op: 'pong' });
    if (op === 'send') socket.say({ op: 'ack', from, seq });
  };
  socket.welcome();
};

/** Opens, and never says a word. */
export const mute = (socket: FakeSocket): void => socket.accept();

/** A session with a channel. */
export class Talking {
  readonly listening: Listening;
  readonly origins: FakeOrigins;
  readonly host: FakeHost;
  readonly sent: SendResult[] = [];

  constructor({ document = WITH_CHANNEL, server = kind, host, ...options }: TalkingOptions = {}) {
    this.origins = options.origins ?? new FakeOrigins();
    this.origins.document = document;
    this.host =
      host ??
      new FakeHost({
        script: this.origins.script,
        latency: () => 50,
        ...options.page,
        server: (socket) => server(socket, this.host),
      });
    this.listening = new Listening({
      stage: STAGE_JSON,
      ...options,
      origins: this.origins,
      host: this.host,
      channel: channel({ tabs: false, ...options.channel }),
    });
  }

  get session() {
    return this.listening.session;
  }

  get state() {
    return this.session.state.channel;
  }

  get sockets() {
    return this.host.sockets;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket;
  }

  /** When the sockets were opened, ms after the first. */
  get dials(): number[] {
    const [first] = this.sockets;
    return this.sockets.map(({ at }) => at - (first?.at ?? 0));
  }

  /** Requests for the stage document so far. */
  get looks(): number {
    return this.host.requests.filter(({ url }) => url === STAGE_JSON).length;
  }

  advance(ms: number): Promise<void> {
    return this.host.advance(ms);
  }

  async reaches(status: Talking['state']['status'], most = 60_000): Promise<void> {
    if (await this.host.clock.until(() => this.state.status === status, most)) return;
    throw new Error(`The channel is ${this.state.status}, not ${status}, after ${most} ms.`);
  }

  /** The next socket after this one. */
  async dialsAgain(most = 600_000): Promise<number> {
    const before = this.sockets.length;
    if (!(await this.host.clock.until(() => this.sockets.length > before, most)))
      throw new Error(`No new socket within ${most} ms.`);
    return this.host.now();
  }

  send(...message: Parameters<Listening['session']['send']>): void {
    void this.session.send(...message).then((sent) => this.sent.push(sent));
  }
}

import { expect } from 'chai';
import {
  type AcceptedMessage,
  type ChannelParts,
  createChannelServer,
} from '../../../src/stage-server/channel/channel.ts';
import { createClock } from '../../../src/stage-server/clock.ts';
import { memoryStore } from '../../../src/stage-server/index.ts';
import type { Published } from '../../../src/stage-server/store/store.ts';
import { Clock, settle } from '../../helpers/clock.ts';
import { FakeServerSocket } from '../../helpers/fake-server-socket.ts';
import { timersOf } from '../../helpers/stage-timers.ts';

const CONFIG = {
  ...{ ping: 25, pace: 5, terminal: [4403], accepts: [], origins: null, socketsPerAddress: 10 },
};
const FROM = 'a'.repeat(22);

/** A channel on virtual time, and what is published on it. */
class Room {
  readonly clock = new Clock();
  listeners = 7;
  document: string | null = '{"version":1}';
  readonly accepted: AcceptedMessage[] = [];
  readonly frames: Published[] = [];
  epoch = 'e';
  readonly server;

  constructor(parts: Partial<ChannelParts> = {}) {
    const timers = timersOf(this.clock);
    this.server = createChannelServer({
      config: CONFIG,
      types: { ask: () => true },
      store: memoryStore({ now: timers.now }),
      clock: createClock(timers),
      document: () => this.document,
      listeners: () => this.listeners,
      operatorState: () => ({ secret: true }),
      authorize: () => 'listener',
      onMessage: (message) => this.accepted.push(message),
      ...parts,
    });
    this.server.deliver({ head: { epoch: this.epoch, offset: 0 }, frames: [] });
  }

  connect(): FakeServerSocket {
    const socket = new FakeServerSocket();
    socket.connection = this.server.connect(socket, '192.0.2.1');
    return socket;
  }

  async hello(position: object = {}): Promise<FakeServerSocket> {
    const socket = this.connect();
    socket.receive({ op: 'hello', ...position });
    await settle();
    return socket;
  }

  /** So many messages are published, and this node pulls them. */
  say(count: number): void {
    const from = this.frames.length;
    for (let offset = from + 1; offset <= from + count; offset++) {
      this.frames.push({
        offset,
        at: this.clock.now(),
        text: `{"op":"message","type":"t","payload":${offset}}`,
      });
    }
    this.server.deliver({
      head: { epoch: this.epoch, offset: this.frames.length },
      frames: this.frames.slice(from),
    });
  }

  async tick(): Promise<void> {
    await this.clock.advance(1_000);
    this.server.tick();
  }
}

const payloads = (socket: FakeServerSocket) => socket.of('message').map(({ payload }) => payload);
const upTo = (last: number, from = 1) =>
  Array.from({ length: last - from + 1 }, (_, at) => from + at);

describe('a hello', () => {
  it('is welcomed with the limits, the position, the document and the listeners', async () => {
    const room = new Room();
    room.say(3);
    await room.tick();
    const socket = await room.hello();
    expect(socket.sent).to.deep.equal([
      { op: 'welcome', ping: 25, pace: 5, terminal: [4403], epoch: 'e', offset: 3 },
      { op: 'document', document: { version: 1 } },
      { op: 'listeners', count: 7 },
    ]);
    expect([room.server.open, room.server.size]).to.deep.equal([1, 1]);
  });

  it('that is none, or does not come within 10 s, ends with 1002', async () => {
    const room = new Room();
    for (const first of ['x', '{"op":"ping"}', '[]']) {
      const socket = room.connect();
      socket.receive(first);
      expect(socket.code).to.equal(1002);
    }
    const silent = room.connect();
    for (let seconds = 0; seconds < 10; seconds++) await room.tick();
    expect(silent.code).to.equal(null);
    await room.tick();
    expect(silent.code).to.equal(1002);
    expect(room.server.size).to.equal(0);
    expect(room.server.countOf('192.0.2.1')).to.equal(0);
  });

  it('whose token is refused ends with 1008, and one that cannot be checked with 1013', async () => {
    const refusing = new Room({ authorize: async () => null });
    expect((await refusing.hello()).code).to.equal(1008);
    const failing = new Room({ authorize: async () => Promise.reject(new Error('Down.')) });
    expect((await failing.hello()).code).to.equal(1013);
  });

  it('of a client that left while its token was checked is not welcomed', async () => {
    let decide: (verdict: 'listener') => void = () => {};
    const room = new Room({
      authorize: () =>
        new Promise((resolve) => {
          decide = resolve;
        }),
    });
    const socket = await room.hello();
    socket.close(1001);
    decide('listener');
    await settle();
    expect(socket.sent).to.deep.equal([]);
    expect(room.server.open).to.equal(0);
  });

  it('of an operator gets the state, and of nobody else', async () => {
    const room = new Room({ authorize: (token) => (token === 'op' ? 'operator' : 'listener') });
    const [operator, listener] = [await room.hello({ token: 'op' }), await room.hello()];
    room.server.pushState();
    expect(operator.of('operator')).to.have.length(2);
    expect(listener.of('operator')).to.have.length(0);
  });
});

describe('what goes down the channel', () => {
  it('reaches who was away, paced below what a client takes for a flood', async () => {
    const room = new Room();
    room.say(900);
    const socket = await room.hello({ epoch: 'e', offset: 0 });
    const received = [payloads(socket).length];
    for (let second = 0; second < 20 && received.at(-1) !== 900; second++) {
      await room.tick();
      received.push(payloads(socket).length);
    }
    // At once 500 at most, with the welcome and cues; then 100 a second at most.
    expect(received[0]).to.be.at.most(300);
    received.slice(1).forEach((count, at) => {
      expect(count - (received[at] ?? 0)).to.be.at.most(90);
    });
    expect(payloads(socket)).to.deep.equal(upTo(900));
  });

  it('reaches each of a thousand who come back together, in turns', async () => {
    const room = new Room();
    room.say(400);
    const sockets = await Promise.all(
      Array.from({ length: 1_000 }, () => room.hello({ epoch: 'e', offset: 0 })),
    );
    for (let second = 0; second < 30; second++) {
      const before = sockets.map((socket) => payloads(socket).length);
      await room.tick();
      const sent = sockets.map((socket, at) => payloads(socket).length - (before[at] ?? 0));
      expect(sent.reduce((sum, one) => sum + one, 0)).to.be.at.most(20_000);
    }
    for (const socket of sockets) expect(payloads(socket)).to.deep.equal(upTo(400));
  });

  it('comes once and in order to who catches up while more is published', async () => {
    const room = new Room();
    room.say(500);
    const socket = await room.hello({ epoch: 'e', offset: 0 });
    const current = await room.hello();
    for (let second = 0; second < 20; second++) {
      room.say(7);
      await room.tick();
    }
    expect(payloads(socket)).to.deep.equal(upTo(640));
    expect(payloads(current)).to.deep.equal(upTo(640, 501));
    expect(socket.of('message').map(({ offset }) => offset)).to.deep.equal(upTo(640));
  });

  it('that is gone from the window is told as unrecoverable, with the position to go on from', async () => {
    const room = new Room();
    room.say(1_500);
    for (const position of [
      { epoch: 'e', offset: 100 },
      { epoch: 'another', offset: 1_500 },
      { epoch: 'e', offset: 9_999 },
    ]) {
      const socket = await room.hello(position);
      const head = room.frames.length;
      expect(socket.of('welcome')[0]).to.include({ unrecoverable: true, offset: head });
      expect(payloads(socket)).to.deep.equal([]);
      room.say(1);
      expect(payloads(socket)).to.deep.equal([head + 1]);
    }
  });

  it('that leaves the window while a client catches up is told as unrecoverable', async () => {
    const room = new Room();
    room.say(900);
    const socket = await room.hello({ epoch: 'e', offset: 0 });
    room.say(900);
    await room.tick();
    expect(socket.of('welcome').at(-1)).to.include({ unrecoverable: true, offset: 1_800 });
    room.say(1);
    expect(payloads(socket).at(-1)).to.equal(1_801);
  });

  it('starts over for everybody when the store has lost it', async () => {
    const room = new Room();
    room.say(5);
    const sockets = [await room.hello(), await room.hello({ epoch: 'e', offset: 2 })];
    room.epoch = 'f';
    room.frames.length = 0;
    room.say(2);
    for (const socket of sockets) {
      expect(socket.of('welcome').at(-1)).to.include({
        epoch: 'f',
        offset: 2,
        unrecoverable: true,
      });
    }
    room.say(1);
    for (const socket of sockets) expect(socket.of('message').at(-1)?.offset).to.equal(3);
  });

  it('cuts off who does not read', async () => {
    const room = new Room();
    const [slow, good] = [await room.hello(), await room.hello()];
    slow.bufferedAmount = 2 * 1024 * 1024;
    room.say(1);
    expect(slow.isTerminated).to.equal(true);
    expect(payloads(good)).to.deep.equal([1]);
    expect(room.server.size).to.equal(1);
  });

  it('finds dead connections by pings, every 20 s', async () => {
    const room = new Room();
    const [dead, alive] = [await room.hello(), await room.hello()];
    for (let second = 0; second < 45; second++) {
      await room.tick();
      if (alive.pings > 0) alive.connection?.pong();
    }
    expect(dead.isTerminated).to.equal(true);
    expect(alive.isTerminated).to.equal(false);
    expect(alive.pings).to.equal(2);
  });

  it('tells the number of listeners once a second at most, and only when it has changed', async () => {
    const room = new Room();
    const socket = await room.hello();
    for (const count of [7, 7, 8, 8, 8, 9]) {
      room.listeners = count;
      room.listeners = count;
      await room.tick();
    }
    expect(socket.of('listeners').map(({ count }) => count)).to.deep.equal([7, 8, 9]);
  });
});

describe('a message of a listener', () => {
  const send = (seq: number, payload: unknown = 1, type = 'ask') => ({
    ...{ op: 'send', from: FROM, seq, type, payload },
  });

  it('is accepted once, however often it is sent, and answered each time', async () => {
    const room = new Room();
    const socket = await room.hello();
    for (let times = 0; times < 3; times++) socket.receive(send(1));
    await settle();
    expect(socket.of('ack')).to.have.length(3);
    expect(room.accepted).to.have.length(1);
  });

  it('is refused if its type is unknown, and too fast above twice the pace', async () => {
    const room = new Room();
    const socket = await room.hello();
    socket.receive(send(1, 1, 'other'));
    for (let seq = 2; seq <= 15; seq++) socket.receive(send(seq));
    await settle();
    expect(socket.of('refused').map(({ seq, reason }) => [seq, reason])).to.deep.equal([
      [1, 'unknown type'],
      ...upTo(15, 11).map((seq) => [seq, 'too fast']),
    ]);
    expect(socket.of('ack')).to.have.length(9);
  });

  it('that makes the check of the app throw is refused, and hurts nobody', async () => {
    const room = new Room({
      types: { ask: (payload) => (payload as { text: string }).text.length > 0 },
    });
    const socket = await room.hello();
    socket.receive(send(1, null));
    socket.receive(send(2, { text: 'Hello' }));
    await settle();
    expect(socket.of('refused')[0]).to.include({ seq: 1, reason: 'not such a payload' });
    expect(socket.of('ack')[0]).to.include({ seq: 2 });
  });

  it('is not lost when the app fails to take another one', async () => {
    let times = 0;
    const room = new Room({
      onMessage() {
        if (times++ === 0) throw new Error('The app failed.');
      },
    });
    const socket = await room.hello();
    socket.receive(send(1));
    socket.receive(send(2));
    await settle();
    expect(socket.of('ack').map(({ seq }) => seq)).to.include(2);
    expect(times).to.equal(2);
  });

  it('that waits when the channel stops is waited for, but not for ever', async () => {
    const store = { decide: () => new Promise<never>(() => {}) };
    const room = new Room({ store });
    const socket = await room.hello();
    socket.receive(send(1));
    await settle();
    expect(room.server.waiting).to.equal(1);
    let isSettled = false;
    void room.server.settle(2_000).then(() => {
      isSettled = true;
    });
    await room.clock.advance(1_999);
    expect(isSettled).to.equal(false);
    await room.clock.advance(1);
    expect(isSettled).to.equal(true);
  });
});

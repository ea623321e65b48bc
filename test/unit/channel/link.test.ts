import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Position,
  positionOf,
  readFrame,
  type ServerFrame,
} from '../../../src/channel/frames.ts';
import { type ChannelSocket, type Closed, openSocket } from '../../../src/channel/socket.ts';
import { runs } from '../../helpers/effort.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import type { FakeSocket } from '../../helpers/fake-socket.ts';

class Wire {
  readonly host = new FakeHost();
  readonly controller = new AbortController();
  readonly frames: ServerFrame[] = [];
  readonly link: ChannelSocket;
  closed: Closed | null = null;
  position: Position | null = null;

  constructor(token: Promise<string | null> | null = null) {
    this.link = openSocket({
      host: this.host,
      url: 'wss://stage.example/channel',
      token,
      signal: this.controller.signal,
      position: () => this.position,
      onFrame: (frame) => this.frames.push(frame),
    });
    void this.link.closed.then((closed) => {
      this.closed = closed;
    });
  }

  get socket(): FakeSocket {
    return this.host.sockets[0] as FakeSocket;
  }

  get pings(): number {
    return this.socket.sent.filter(({ op }) => op === 'ping').length;
  }

  async welcome(more: Record<string, unknown> = {}): Promise<void> {
    this.socket.welcome(more);
    await this.host.advance(0);
  }
}

const send = (seq: number) =>
  ({ op: 'send', from: 'a'.repeat(22), seq, type: 'hand', payload: null }) as const;

describe('a connection', () => {
  it('that nobody answers is given up after ten seconds', async () => {
    for (const accept of [false, true]) {
      const wire = new Wire();
      if (accept) wire.socket.accept();
      await wire.host.advance(9_999);
      expect(wire.closed).to.equal(null);
      await wire.host.advance(1);
      expect(wire.closed?.error.code).to.equal('timeout');
      expect(wire.host.held.sockets).to.equal(0);
    }
  });

  it('whose token never comes is given up too', async () => {
    const wire = new Wire(new Promise(() => {}));
    wire.socket.accept();
    await wire.host.advance(10_000);
    expect(wire.socket.sent).to.deep.equal([]);
    expect(wire.closed?.error.code).to.equal('timeout');
  });

  it('that is half open is found within two intervals', async () => {
    const wire = new Wire();
    await wire.welcome({ ping: 20 });
    await wire.host.advance(19_999);
    expect(wire.pings).to.equal(0);
    await wire.host.advance(1);
    expect(wire.pings).to.equal(1);
    expect(wire.closed).to.equal(null);
    await wire.host.advance(20_000);
    expect(wire.closed).to.include({ code: 1006 });
  });

  it('lives as long as anything comes, and asks only where nothing does', async () => {
    const wire = new Wire();
    await wire.welcome({ ping: 20 });
    for (let count = 0; count < 10; count++) {
      await wire.host.advance(15_000);
      wire.socket.say({ op: 'listeners', count });
    }
    expect(wire.pings).to.equal(0);
    expect(wire.closed).to.equal(null);
  });

  it('that is dead is given up in a hidden page too, whose timers are late each time', async () => {
    const wire = new Wire();
    wire.socket.accept();
    await wire.welcome();
    wire.host.hide();
    for (let times = 0; times < 50; times++) {
      await wire.host.advance(12_000);
      wire.socket.say({ op: 'pong' });
    }
    expect(wire.closed).to.equal(null);
    await wire.host.advance(5 * 60_000);
    expect(wire.closed?.error.code).to.equal('timeout');
  });

  it('of a machine that slept is asked before it is given up', async () => {
    const wire = new Wire();
    await wire.welcome({ ping: 20 });
    await wire.host.advance(20_000);
    await wire.host.clock.sleep(8 * 3_600_000);
    await wire.host.advance(0);
    expect(wire.closed).to.equal(null);
    expect(wire.pings).to.equal(2);
    wire.socket.say({ op: 'pong' });
    await wire.host.advance(20_000);
    expect(wire.closed).to.equal(null);
  });

  it('carries messages at the pace of the server', async () => {
    const wire = new Wire();
    await wire.welcome({ pace: 2 });
    for (let seq = 1; seq <= 5; seq++) wire.link.post(send(seq));
    const carried = () => wire.socket.sent.filter(({ op }) => op === 'send').length;
    expect(carried()).to.equal(1);
    await wire.host.advance(1_000);
    expect(carried()).to.equal(3);
    await wire.host.advance(1_000);
    expect(carried()).to.equal(5);
  });

  it('is given up at a frame that is too large, at garbage and at a flood', async () => {
    const large = new Wire();
    await large.welcome();
    large.socket.say(`{"op":"message","type":"x","payload":"${'x'.repeat(10_485_760)}"}`);
    const garbage = new Wire();
    await garbage.welcome();
    for (let count = 0; count < 11; count++) garbage.socket.say('<html>');
    const flood = new Wire();
    await flood.welcome();
    for (let count = 0; count < 600; count++) flood.socket.say({ op: 'listeners', count });
    for (const wire of [large, garbage, flood]) {
      await wire.host.advance(0);
      expect(wire.closed?.error.code).to.equal('bad-message');
      expect(wire.host.held).to.include({ sockets: 0, timers: 0 });
    }
    expect(flood.frames.length).to.be.below(510);
  });

  it('that cannot be opened here says so', async () => {
    const host = new FakeHost();
    host.connect = () => {
      throw new DOMException('Mixed content', 'SecurityError');
    };
    const { signal } = new AbortController();
    const { closed } = openSocket({
      host,
      url: 'ws://a.example/',
      token: null,
      signal,
      position: () => null,
      onFrame() {},
    });
    expect((await closed).error.code).to.equal('unsupported');
    expect(host.held.timers).to.equal(0);
  });
});

const NO_POSITION = { position: null, isUnrecoverable: false };

describe('a frame', () => {
  it('is clamped', () => {
    const read = (frame: object) => readFrame(JSON.stringify(frame));
    expect(
      read({ op: 'welcome', ping: 0, pace: 1e9, terminal: [1, 4_000, '4001', 5_000] }),
    ).to.deep.equal({ op: 'welcome', ping: 5_000, pace: 50, terminal: [4_000], ...NO_POSITION });
    expect(read({ op: 'welcome' })).to.deep.equal({
      op: 'welcome',
      ping: 25_000,
      pace: 5,
      terminal: [],
      ...NO_POSITION,
    });
    expect(read({ op: 'window', seconds: -5 })).to.deep.equal({ op: 'window', window: 1_000 });
    expect(read({ op: 'window', seconds: 1e9 })).to.deep.equal({ op: 'window', window: 3_600_000 });
    expect(read({ op: 'listeners', count: -1 })).to.equal(null);
    expect(read({ op: 'ack', from: 'short', seq: 1 })).to.equal(null);
    expect(read({ op: 'later', x: 1 })).to.equal(undefined);
    expect(read({ op: '__proto__' })).to.equal(undefined);
    expect(read({ op: 'toString' })).to.equal(undefined);
  });

  it('has a position only where epoch and offset are what they should be', () => {
    const good = { epoch: 'a-Z_9', offset: Number.MAX_SAFE_INTEGER };
    expect(positionOf(good)).to.deep.equal(good);
    expect(readFrame(JSON.stringify({ op: 'welcome', ...good, unrecoverable: true }))).to.include({
      isUnrecoverable: true,
    });
    for (const offset of [-1, 0.5, 2 ** 53, '7', null, [], {}, Number.NaN, 1n]) {
      expect(positionOf({ epoch: 'a', offset }), `${offset}`).to.equal(null);
    }
    for (const epoch of ['', 'a b', 'ä', 'x'.repeat(65), 7, null, ['a'], {}, '__proto__\n']) {
      expect(positionOf({ epoch, offset: 1 }), `${epoch}`).to.equal(null);
    }
    for (const value of [null, 7, 'a', [], { epoch: 'a' }, { offset: 1 }])
      expect(positionOf(value)).to.equal(null);
    const text = '{"op":"message","type":"x","payload":1,"offset":OFFSET}';
    for (const offset of ['-1', '1e999', '9007199254740993', '"3"', '{}', '1.5', 'null']) {
      const frame = readFrame(text.replace('OFFSET', offset));
      expect(frame, offset).to.deep.equal({ op: 'message', type: 'x', payload: 1, offset: null });
    }
    for (const unrecoverable of ['true', 1, {}, null]) {
      const frame = readFrame(JSON.stringify({ op: 'welcome', ...good, unrecoverable }));
      expect(frame).to.include({ isUnrecoverable: false });
    }
  });

  it('is read or refused, never thrown, whatever it holds', () =>
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.json(), frames), (data) => {
        const frame = readFrame(data);
        expect(frame === null || frame === undefined || typeof frame.op === 'string').to.equal(
          true,
        );
      }),
      { numRuns: runs(2_000) },
    ));

  const ops = [
    'welcome',
    'pong',
    'ack',
    'refused',
    'document',
    'window',
    'listeners',
    'message',
    'cue',
  ];
  const fields = [
    'ping',
    'pace',
    'terminal',
    'from',
    'seq',
    'reason',
    'document',
    'seconds',
    'count',
    'type',
    'payload',
    'epoch',
    'offset',
    'unrecoverable',
  ];
  const frames = fc
    .tuple(fc.constantFrom(...ops), fc.dictionary(fc.constantFrom(...fields), fc.jsonValue()))
    .map(([op, more]) => JSON.stringify({ ...more, op }));
});

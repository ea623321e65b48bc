import { expect } from 'chai';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import type { FakeSocket } from '../../helpers/fake-socket.ts';
import { crowd } from '../../helpers/lines.ts';
import { STAGE } from '../../helpers/listening.ts';
import {
  CHANNEL,
  kind,
  mute,
  Talking,
  type TalkingOptions,
  WITH_CHANNEL,
} from '../../helpers/talking.ts';

const open = async (options: TalkingOptions = {}) => {
  const talking = new Talking(options);
  await talking.reaches('open');
  return talking;
};

const HOUR = 3_600_000;

describe('a channel', () => {
  it('opens where the document names one, says hello, and is open after the welcome', async () => {
    const talking = new Talking({ server: mute });
    await talking.advance(1_000);
    expect(talking.socket.url).to.equal(CHANNEL);
    expect(talking.socket.protocol).to.equal('earshot.v1');
    expect(talking.socket.sent).to.deep.equal([{ op: 'hello' }]);
    expect(talking.state.status).to.equal('connecting');
    talking.socket.say({ op: 'welcome' });
    expect(talking.state).to.deep.equal({
      status: 'open',
      wait: null,
      isLeader: true,
      listeners: null,
    });
  });

  it('is none where the document names none, and without the option', async () => {
    const { channel: _, ...without } = WITH_CHANNEL;
    const talking = new Talking({ document: without });
    await talking.listening.reaches('hearing');
    expect(talking.state.status).to.equal('none');
    expect(talking.sockets).to.deep.equal([]);
  });

  it('gives the token of its own origin in the hello, and nowhere else', async () => {
    const asked: string[] = [];
    const token = (origin: string) => {
      asked.push(origin);
      return origin === 'https://stage.example' ? 'secret' : null;
    };
    const talking = await open({ token });
    expect(talking.socket.sent[0]).to.deep.equal({ op: 'hello', token: 'secret' });
    expect(talking.socket.url).not.to.contain('secret');
  });

  it('tells how many listen, and what the stage tells everybody', async () => {
    const talking = await open();
    const messages: unknown[] = [];
    talking.session.on('message', (message) => messages.push(message));
    talking.socket.say({ op: 'listeners', count: 8_000_000 });
    talking.socket.say({ op: 'message', type: 'slide', payload: { page: 3 } });
    expect(talking.state.listeners).to.equal(8_000_000);
    expect(messages).to.deep.equal([{ type: 'slide', payload: { page: 3 } }]);
    talking.socket.drop();
    await talking.advance(0);
    expect(talking.state.listeners).to.equal(null);
  });

  it('brings a new stage document at once, and never an older one', async () => {
    const talking = await open();
    const document = { ...WITH_CHANNEL, sequence: 5, state: 'held' };
    talking.socket.say({ op: 'document', document });
    expect(talking.session.state.stage.state).to.equal('held');
    talking.socket.say({ op: 'document', document: { ...document, sequence: 4, state: 'live' } });
    expect(talking.session.state.stage.state).to.equal('held');
    talking.socket.say({ op: 'document', document: { version: 7 } });
    expect(talking.listening.errors.map(({ code }) => code)).to.deep.equal(['bad-document']);
    expect(talking.session.state.stage.state).to.equal('held');
  });

  it('spares the looks at the document while it is open', async () => {
    const fourLooks = async (server: (socket: FakeSocket) => void) => {
      const talking = new Talking({ server, document: { ...WITH_CHANNEL, refresh: 20 } });
      await talking.host.clock.until(() => talking.looks === 4, HOUR);
      return talking.host.clock.elapsed();
    };
    expect(await fourLooks(kind)).to.be.above(480_000);
    expect(await fourLooks((socket) => socket.drop())).to.be.below(140_000);
  });

  it('leaves nothing behind', async () => {
    const talking = await open();
    talking.send('hand', {});
    talking.socket.drop(1012);
    talking.send('hand', {});
    await talking.advance(100);
    talking.session.close();
    await talking.advance(0);
    expect(talking.host.held).to.deep.equal(NOTHING_HELD);
  });
});

it('a channel that was open when its session closed is open at once in the next one', async () => {
  const talking = await open();
  const host = talking.host.openTab();
  talking.session.close();
  await host.advance(0);
  const { origins } = talking;
  const again = new Talking({ host, origins });
  await host.advance(1_000);
  expect(host.sockets).to.have.length(1);
  expect(again.session.state.channel.wait).to.equal(null);
});

describe('a close code', () => {
  /** When it comes back after each close, in ms. */
  const waits = async (code: number, count: number, options: TalkingOptions = {}) => {
    const talking = await open(options);
    const found: number[] = [];
    for (let round = 0; round < count; round++) {
      const at = talking.host.now();
      talking.socket.drop(code);
      found.push((await talking.dialsAgain()) - at);
      await talking.reaches('open');
      // Served: the next loss is the first again.
      talking.socket.say({ op: 'pong' });
    }
    return found;
  };
  const document = { ...WITH_CHANNEL, spread: 60 };

  it('1012: one step, drawn over the published spread', async () => {
    const found = await waits(1012, 5, { document });
    for (const ms of found) expect(ms).to.be.within(250, 60_250);
    expect(Math.max(...found)).to.be.above(15_000);
  });

  it('1013: not before half a minute, and then drawn', async () => {
    for (const ms of await waits(1013, 4, { document })) expect(ms).to.be.within(30_250, 90_250);
  });

  it('1006 while this device was off the network: within seconds', async () => {
    const talking = await open({ document });
    talking.host.emit('offline');
    const at = talking.host.now();
    talking.socket.drop(1006);
    talking.host.emit('online');
    expect((await talking.dialsAgain()) - at).to.be.within(250, 5_250);
  });

  it('1006 out of the blue: as a loss that met everybody', async () => {
    const found = await waits(1006, 5, { document });
    expect(Math.max(...found)).to.be.above(15_000);
  });

  it('1006 long after the device was off the network is not put down to that', async () => {
    const found: number[] = [];
    for (let seed = 1; seed < 6; seed++) {
      const talking = await open({ document, page: { seed } });
      talking.host.emit('offline');
      talking.host.emit('online');
      await talking.advance(20_000);
      const at = talking.host.now();
      talking.socket.drop(1006);
      found.push((await talking.dialsAgain()) - at);
    }
    expect(Math.max(...found)).to.be.above(15_000);
  });

  for (const [code, name] of [
    [1008, 'by the RFC'],
    [4403, 'by the welcome'],
  ] as const) {
    it(`${code}, terminal ${name}, is the end until the document names another`, async () => {
      const talking = await open({ server: (socket) => socket.welcome({ terminal: [4403] }) });
      talking.socket.drop(code);
      await talking.advance(HOUR);
      expect(talking.sockets).to.have.length(1);
      expect(talking.state.status).to.equal('excluded');
      expect(talking.session.state.status).to.equal('hearing');
      talking.origins.document = { ...WITH_CHANNEL, sequence: 9, channel: '/other' };
      await talking.reaches('open', HOUR);
      expect(talking.socket.url).to.equal('wss://stage.example/other');
    });
  }

  it('4000 that nobody declared terminal is a loss as any', async () => {
    const talking = await open();
    talking.socket.drop(4000);
    await talking.dialsAgain();
  });

  it('1008 asks for another token once, where there are tokens', async () => {
    let count = 0;
    const talking = await open({
      token: (origin) => (origin === STAGE ? `token-${++count}` : null),
      server: (socket) => {
        socket.onSent = ({ token }) => {
          if (token === 'token-2') socket.say({ op: 'welcome' });
          else socket.drop(1008);
        };
        socket.accept();
      },
    });
    expect(talking.sockets).to.have.length(2);
  });
});

describe('the way back', () => {
  it('takes the window that the server has set for the next time, and for that alone', async () => {
    const document = { ...WITH_CHANNEL, spread: 1 };
    const first: number[] = [];
    const second: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const talking = await open({ document, page: { seed } });
      talking.socket.say({ op: 'window', seconds: 300 });
      for (const found of [first, second]) {
        const at = talking.host.now();
        talking.socket.drop(1012);
        found.push((await talking.dialsAgain()) - at);
        await talking.reaches('open');
        talking.socket.say({ op: 'pong' });
      }
    }
    expect(Math.max(...first)).to.be.above(150_000);
    expect(Math.max(...second)).to.be.below(5_000);
  });

  it('grows longer where the server says welcome and no more: uptime is no proof', async () => {
    const talking = await open({
      server(socket, { clock }) {
        socket.welcome();
        clock.schedule(() => socket.drop(1011), 20_000);
      },
    });
    await talking.advance(HOUR);
    expect(talking.sockets.length).to.be.below(26);
    const gaps = talking.dials.slice(1).map((at, index) => at - (talking.dials[index] as number));
    expect(Math.max(...gaps)).to.be.above(200_000);
  });

  it('is no herd: 400 that were closed with 1012 in one instant come one by one', async () => {
    const { callers, dialAgain } = await crowd(400, { ...WITH_CHANNEL, spread: 60 });
    for (const { socket } of callers) socket.drop(1012);
    const seconds = new Array(61).fill(0);
    for (const ms of await dialAgain(120_000)) seconds[Math.floor((ms - 250) / 1_000)]++;
    // 400/60 in a second on the average: by chance 22 or more in one of sixty, once in 10,000 times.
    expect(Math.max(...seconds)).to.be.below(22);
    expect(seconds.filter(Boolean).length).to.be.above(50);
  });

  it('to another channel is drawn, as everybody reads of it at once', async () => {
    const { callers, dialAgain } = await crowd(100, { ...WITH_CHANNEL, spread: 60 });
    const document = { ...WITH_CHANNEL, spread: 60, channel: '/other' };
    for (const { socket } of callers) socket.say({ op: 'document', document });
    const times = await dialAgain(120_000);
    expect(Math.max(...times)).to.be.above(50_000);
    expect(times.filter((ms) => ms < 6_000).length).to.be.below(25);
  });
});

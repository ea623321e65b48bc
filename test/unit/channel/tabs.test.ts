import { expect } from 'chai';
import { FakeHost, NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import type { FakeSocket } from '../../helpers/fake-socket.ts';
import { type FakeTab, FakeTabs } from '../../helpers/fake-tabs.ts';
import {
  kind,
  STAGE_JSON,
  Talking,
  type TalkingOptions,
  WITH_CHANNEL,
} from '../../helpers/talking.ts';

const NAME = `earshot:${STAGE_JSON}`;

/** One browser with tabs on one stage. */
class Browser {
  readonly origins = new FakeOrigins();
  readonly browser = new FakeTabs();
  readonly tabs: { talking: Talking; tab: FakeTab }[] = [];
  readonly #options: TalkingOptions;
  readonly #first: FakeHost;

  constructor(options: TalkingOptions = {}) {
    this.#options = options;
    const { server = kind } = options;
    this.#first = new FakeHost({
      script: this.origins.script,
      latency: () => 50,
      server: (socket: FakeSocket) => server(socket, this.#first),
    });
  }

  get host(): FakeHost {
    return this.#first;
  }

  async open(count = 1): Promise<void> {
    for (let one = 0; one < count; one++) {
      const host = this.tabs.length ? this.#first.openTab() : this.#first;
      const tab = this.browser.open();
      const { document = WITH_CHANNEL } = this.#options;
      const talking = new Talking({
        ...this.#options,
        origins: this.origins,
        document,
        host,
        channel: { tabs: tab },
      });
      this.tabs.push({ talking, tab });
      await host.advance(500);
    }
  }

  at(index: number): Talking {
    return (this.tabs[index] as { talking: Talking }).talking;
  }

  /** Sockets of all tabs that are open. */
  get connections(): FakeSocket[] {
    return this.tabs.flatMap(({ talking }) => talking.sockets).filter(({ isAlive }) => isAlive);
  }

  get looks(): number {
    return this.tabs.reduce((sum, { talking }) => sum + talking.looks, 0);
  }

  get speaker(): number {
    const holder = this.browser.holder(NAME);
    return this.tabs.findIndex(({ tab }) => tab === holder);
  }

  /** The process of a tab is gone, without a word. */
  kill(index: number): void {
    const { talking, tab } = this.tabs[index] as { talking: Talking; tab: FakeTab };
    talking.host.crash();
    tab.kill();
  }
}

const five = async (options: TalkingOptions = {}) => {
  const browser = new Browser(options);
  await browser.open(5);
  return browser;
};

describe('five tabs of one browser', () => {
  it('have one channel and one feed', async () => {
    const browser = await five();
    await browser.host.advance(60_000);
    expect(browser.connections).to.have.length(1);
    const states = browser.tabs.map(({ talking }) => talking.state);
    expect(states.map(({ status }) => status)).to.deep.equal(Array(5).fill('open'));
    expect(states.map(({ speaks }) => speaks)).to.deep.equal([true, false, false, false, false]);
    expect(browser.looks).to.equal(1);
  });

  it('look at the document as often as one where there is no channel', async () => {
    const { channel: _, ...document } = WITH_CHANNEL;
    const browser = await five({ document });
    await browser.host.advance(600_000);
    expect(browser.looks).to.be.within(4, 9);
    browser.origins.document = { ...document, sequence: 2, state: 'held' };
    await browser.host.advance(200_000);
    for (const { talking } of browser.tabs)
      expect(talking.session.state.stage.state).to.equal('held');
  });

  it('all learn what comes over the one channel', async () => {
    const browser = await five();
    const heard: unknown[] = [];
    for (const { talking } of browser.tabs) {
      talking.session.on('message', ({ payload }) => heard.push(payload));
    }
    const [socket] = browser.connections;
    socket?.say({ op: 'listeners', count: 12 });
    socket?.say({ op: 'message', type: 'slide', payload: 3 });
    socket?.say({ op: 'document', document: { ...WITH_CHANNEL, sequence: 9, state: 'held' } });
    await browser.host.advance(0);
    expect(heard).to.deep.equal([3, 3, 3, 3, 3]);
    for (const { talking } of browser.tabs) {
      expect(talking.state.listeners).to.equal(12);
      expect(talking.session.state.stage.state).to.equal('held');
    }
  });

  it('send by it, and each hears of its own', async () => {
    const browser = await five();
    for (const { talking } of browser.tabs) talking.send('hand', {});
    await browser.host.advance(5_000);
    for (const { talking } of browser.tabs) {
      expect(talking.sent).to.deep.equal([{ outcome: 'acknowledged' }]);
    }
    const [socket] = browser.connections;
    const senders = socket?.sent.filter(({ op }) => op === 'send').map(({ from }) => from);
    expect(new Set(senders).size).to.equal(5);
  });

  it('lose the one that speaks, and another does within two seconds', async () => {
    const browser = await five();
    browser.at(1).send('hand', {});
    browser.kill(0);
    await browser.host.advance(2_000);
    expect(browser.speaker).to.equal(1);
    expect(browser.connections).to.have.length(1);
    for (const { talking } of browser.tabs.slice(1)) expect(talking.state.status).to.equal('open');
    await browser.host.advance(2_000);
    expect(browser.at(1).sent).to.deep.equal([{ outcome: 'acknowledged' }]);
  });

  it('send again what the one that is gone had not carried', async () => {
    const browser = await five({ server: (socket) => socket.welcome() });
    const messages = [3, 4];
    for (const index of messages) browser.at(index).send('hand', { index });
    await browser.host.advance(1_000);
    const [first] = browser.connections;
    const carried = first?.sent.filter(({ op }) => op === 'send');
    expect(carried).to.have.length(2);
    browser.kill(0);
    await browser.host.advance(6_000);
    const [second] = browser.connections;
    expect(second).not.to.equal(first);
    expect(second?.sent.filter(({ op }) => op === 'send')).to.have.deep.members(carried ?? []);
  });

  it('replace one that is frozen while it holds the word', async () => {
    const browser = await five();
    const { tab, talking } = browser.tabs[0] as { tab: FakeTab; talking: Talking };
    tab.isFrozen = true;
    talking.host.freeze();
    await browser.host.advance(90_000);
    expect(browser.speaker).to.be.above(0);
    expect(browser.connections).to.have.length(1);
    tab.isFrozen = false;
    talking.host.thaw();
    await browser.host.advance(60_000);
    expect(browser.connections).to.have.length(1);
    expect(browser.tabs.filter(({ talking }) => talking.state.speaks)).to.have.length(1);
    expect(browser.at(0).state).to.include({ status: 'open', speaks: false });
  });

  it('hand on when the page of the one that speaks is left, and take it back in turn', async () => {
    const browser = await five();
    browser.at(0).host.emit('pagehide');
    await browser.host.advance(1_000);
    expect(browser.speaker).to.equal(1);
    expect(browser.connections).to.have.length(1);
    browser.at(0).host.emit('pageshow');
    await browser.host.advance(1_000);
    expect(browser.speaker).to.equal(1);
    expect(browser.at(0).state).to.include({ status: 'open', speaks: false });
  });

  it('leave nothing when all are closed', async () => {
    const browser = await five();
    for (const { talking } of browser.tabs) talking.session.close();
    await browser.host.advance(0);
    expect(browser.connections).to.deep.equal([]);
    expect(browser.browser.queue).to.deep.equal([]);
    expect(browser.browser.lines.size).to.equal(0);
    for (const { talking } of browser.tabs) expect(talking.host.held).to.deep.equal(NOTHING_HELD);
  });

  it('do not dial in turns where the channel is over for good', async () => {
    const browser = await five({ server: (socket) => socket.accept() });
    browser.connections[0]?.drop(1008);
    await browser.host.advance(600_000);
    expect(browser.tabs.flatMap(({ talking }) => talking.sockets)).to.have.length(1);
    for (const { talking } of browser.tabs) expect(talking.state.status).to.equal('left');
  });

  it('without locks speak each for itself', async () => {
    const talkings = [new Talking(), new Talking()];
    for (const talking of talkings) await talking.reaches('open');
    for (const { state } of talkings) expect(state.speaks).to.equal(true);
  });

  it('make nothing of what strangers say on their line', async () => {
    const browser = await five();
    const stranger = browser.browser.open().join(NAME, () => {});
    const lies = [
      null,
      1,
      'x',
      {},
      { op: 'state' },
      { op: 'state', status: 'x' },
      { op: 'document' },
    ];
    lies.push({ op: 'document', document: { version: 1 }, ahead: 0 } as never);
    lies.push({ op: 'frame', text: '{' } as never, { op: 'send', frame: null } as never);
    for (const lie of lies) stranger.post(lie as object);
    await browser.host.advance(1_000);
    for (const { talking } of browser.tabs) {
      expect(talking.state.status).to.equal('open');
      expect(talking.session.state.stage.state).to.equal('live');
    }
  });
});

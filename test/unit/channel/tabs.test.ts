import { expect } from 'chai';
import fc from 'fast-check';
import { published } from '../../../src/channel/frames.ts';
import { cues } from '../../../src/cues/cues.ts';
import { isEarshotError } from '../../../src/policy/errors.ts';
import { parseDocument } from '../../../src/stage/parse.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import type { FakeSocket } from '../../helpers/fake-socket.ts';
import type { FakeTab } from '../../helpers/fake-tabs.ts';
import { STAGE_JSON, Talking, type TalkingOptions, WITH_CHANNEL } from '../../helpers/talking.ts';
import { Browser, NAME } from '../../helpers/talking-tabs.ts';

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
    expect(states.map(({ isLeader }) => isLeader)).to.deep.equal([
      true,
      false,
      false,
      false,
      false,
    ]);
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
    expect(browser.tabs.filter(({ talking }) => talking.state.isLeader)).to.have.length(1);
    expect(browser.at(0).state).to.include({ status: 'open', isLeader: false });
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
    expect(browser.at(0).state).to.include({ status: 'open', isLeader: false });
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
    for (const { talking } of browser.tabs) expect(talking.state.status).to.equal('excluded');
  });

  it('without locks speak each for itself', async () => {
    const talkings = [new Talking(), new Talking()];
    for (const talking of talkings) await talking.reaches('open');
    for (const { state } of talkings) expect(state.isLeader).to.equal(true);
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

/** What no server would send, as one field of a document. */
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** The text of the document, with one unknown field more. */
const withField = (document: object, text: string): string =>
  JSON.stringify({ ...document, unknown: 'X' }).replace('"X"', text);

describe('hostile bytes and two tabs', () => {
  it('a field that is nested 10,000 deep ends nothing, neither at first nor in a later edition', async () => {
    const text = (more: object) =>
      withField({ ...WITH_CHANNEL, refresh: 5, ...more }, nested(10_000));
    const browser = new Browser();
    let body = text({ sequence: 1 });
    browser.origins.faults.set(STAGE_JSON, () => reply(200, body));
    await browser.open(2);
    await browser.host.advance(10_000);
    for (const { talking } of browser.tabs) expect(talking.session.state.hearing).to.equal(true);
    browser.connections[0]?.drop(1006);
    body = text({ sequence: 2, state: 'held' });
    await browser.host.advance(200_000);
    for (const { talking } of browser.tabs) {
      expect(talking.session.state.stage.state).to.equal('held');
      expect(talking.listening.errors.every(isEarshotError)).to.equal(true);
    }
    expect(browser.host.clock.uncaught).to.deep.equal([]);
  });

  const cycle: Record<string, unknown> = {};
  cycle.itself = cycle;
  const from = 'f'.repeat(22);
  const good = { op: 'send', from, seq: 1, type: 'hand', payload: null };
  const frames: Record<string, unknown> = {
    'a cycle': { ...good, payload: cycle },
    'a BigInt': { ...good, payload: 1n },
    'a payload of 100 KB': { ...good, payload: 'x'.repeat(100_000) },
    'no number': { ...good, seq: 'x' },
    'a name that is none': { ...good, type: 'a b' },
    'a key that is none': { ...good, key: {} },
    'no frame': 7,
  };
  for (const [name, frame] of Object.entries(frames)) {
    it(`${name}, posted by another script of the origin, does not end send()`, async () => {
      const browser = new Browser();
      await browser.open(1);
      const line = browser.browser.open().join(NAME, () => {});
      line.post({ op: 'send', frame });
      await browser.host.advance(1_000);
      const outcomes: string[] = [];
      for (let n = 0; n < 3; n++) {
        void browser
          .at(0)
          .session.send('hand', n)
          .then(({ outcome }) => outcomes.push(outcome));
      }
      await browser.host.advance(5_000);
      expect(outcomes).to.deep.equal(Array(3).fill('acknowledged'));
      expect(browser.connections[0]?.sent.filter(({ op }) => op === 'send')).to.have.length(3);
    });
  }

  it("2,000 messages of another script do not push out one's own", async () => {
    const browser = new Browser();
    await browser.open(1);
    const line = browser.browser.open().join(NAME, () => {});
    for (let seq = 0; seq < 2_000; seq++) line.post({ op: 'send', frame: { ...good, seq } });
    await browser.host.advance(100);
    let outcome = '';
    void browser
      .at(0)
      .session.send('hand', 'own')
      .then((sent) => {
        outcome = sent.outcome;
      });
    await browser.host.advance(5_000);
    expect(outcome).to.equal('acknowledged');
  });

  it('what other tabs are told of a document reads as the document does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.double(), (any, sequence, number) => {
        const value = {
          ...{ ...WITH_CHANNEL, sequence, startsAt: '2026-11-27T20:00:00.5Z', any },
          ...{ serverTime: '2026-11-27T20:00:00Z', spread: number, refresh: number },
          sources: [{ kind: 'whep', url: 'https://x.example/whep', door: 'floor' }],
          doors: { floor: { epoch: sequence, open: number, opensPerSecond: number } },
        };
        const document = parseDocument(value, STAGE_JSON);
        expect(parseDocument(published(document), 'https://other.example/')).to.deep.equal(
          document,
        );
      }),
    );
  });

  it('that come later are told the last cues, which the server has sent before', async () => {
    const browser = new Browser({ cues: cues() });
    await browser.open();
    const [socket] = browser.connections as [FakeSocket];
    for (let n = 0; n < 120; n++) {
      const at = new Date(browser.host.now() + 60_000).toISOString();
      socket.say({ op: 'cue', id: `${n}`, at, type: `t${n}` });
      await browser.host.advance(20);
    }
    await browser.open();
    const fired: string[] = [];
    browser.at(1).session.on('cue', ({ id }) => fired.push(id));
    await browser.host.advance(90_000);
    expect(fired).to.have.length(100);
    expect(fired[0]).to.equal('20');
  });
});

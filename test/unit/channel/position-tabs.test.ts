import { expect } from 'chai';
import fc from 'fast-check';
import { cues } from '../../../src/cues/cues.ts';
import { runs } from '../../helpers/effort.ts';
import { NumberingStage } from '../../helpers/numbering-stage.ts';
import { kind } from '../../helpers/talking.ts';
import { Browser, NAME } from '../../helpers/talking-tabs.ts';

/** A tab, and what it was told. */
interface Told {
  readonly heard: number[];
  readonly lost: (number | null)[];
}

class Tabs {
  readonly stage = new NumberingStage();
  readonly browser = new Browser({ server: this.stage.server });
  readonly told: Told[] = [];
  /** Those whose process is gone. */
  readonly dead = new Set<number>();
  /** The first message after each was opened. */
  readonly firsts: number[] = [];
  sent = 0;

  async open(count = 1): Promise<void> {
    for (let one = 0; one < count; one++) {
      await this.browser.open();
      const told: Told = { heard: [], lost: [] };
      const { session } = this.browser.at(this.told.length);
      session.on('message', ({ payload }) => told.heard.push(payload as number));
      session.on('unrecoverable', ({ missed }) => told.lost.push(missed));
      this.told.push(told);
      // Before its first welcome, a tab has no position, and so no loss.
      const { talking } = this.browser.tabs.at(-1) as Browser['tabs'][0];
      await this.browser.host.clock.until(() => talking.state.status === 'open', 400_000);
      this.firsts.push(this.sent + 1);
    }
  }

  async tell(count = 1): Promise<void> {
    for (let one = 0; one < count; one++) this.stage.tell(++this.sent);
    await this.advance(10);
  }

  async advance(ms: number): Promise<void> {
    await this.browser.host.advance(ms);
  }

  kill(index = this.browser.speaker): void {
    if (!this.alive.includes(index) || this.alive.length === 1) return;
    this.browser.kill(index);
    this.dead.add(index);
  }

  get alive(): number[] {
    return [...this.told.keys()].filter((index) => !this.dead.has(index));
  }

  freeze(index: number): void {
    if (!this.alive.includes(index)) return;
    const { tab, talking } = this.browser.tabs[index] as Browser['tabs'][0];
    tab.isFrozen = true;
    talking.host.freeze();
  }

  thaw(): void {
    for (const index of this.alive) {
      const { tab, talking } = this.browser.tabs[index] as Browser['tabs'][0];
      tab.isFrozen = false;
      talking.host.thaw();
    }
  }

  async leave(index: number): Promise<void> {
    if (!this.alive.includes(index)) return;
    const { host } = this.browser.at(index);
    host.emit('pagehide');
    await this.advance(100);
    host.emit('pageshow');
  }
}

const three = async () => {
  const tabs = new Tabs();
  await tabs.open(3);
  return tabs;
};

const ALL = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('messages in the tabs of one browser', () => {
  it('come once to each when the leading tab is gone and another goes on', async () => {
    const tabs = await three();
    await tabs.tell(2);
    tabs.kill(0);
    await tabs.tell(2);
    await tabs.advance(5_000);
    await tabs.tell(1);
    expect(tabs.stage.hellos.at(-1)).to.deep.equal({ op: 'hello', epoch: 'e1', offset: 2 });
    for (const { heard, lost } of tabs.told.slice(1)) {
      expect(heard).to.deep.equal([1, 2, 3, 4, 5]);
      expect(lost).to.deep.equal([]);
    }
  });

  it('come once to each where the tab that goes on had less than the others', async () => {
    const tabs = await three();
    await tabs.tell(2);
    tabs.freeze(1);
    await tabs.tell(3);
    tabs.kill(0);
    tabs.thaw();
    await tabs.advance(5_000);
    await tabs.tell(1);
    expect(tabs.browser.speaker).to.equal(1);
    for (const { heard, lost } of tabs.told.slice(1)) {
      expect(heard).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(lost).to.deep.equal([]);
    }
  });

  it('that are lost are told in each tab once', async () => {
    const tabs = await three();
    await tabs.tell(5);
    tabs.stage.restart('e2');
    await tabs.advance(120_000);
    await tabs.tell(1);
    tabs.stage.most = 0;
    tabs.stage.cut();
    await tabs.tell(3);
    await tabs.advance(300_000);
    for (const { heard, lost } of tabs.told) {
      expect(heard).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(lost).to.deep.equal([null, 3]);
    }
  });

  it('of before are no loss for a tab that opens later', async () => {
    const tabs = await three();
    await tabs.tell(5);
    await tabs.open();
    tabs.stage.cut();
    await tabs.tell(1);
    await tabs.advance(60_000);
    expect(tabs.told[3]).to.deep.equal({ heard: [6], lost: [] });
    expect(tabs.told[0]).to.deep.equal({ heard: ALL(6), lost: [] });
  });

  it('do not keep the cues of before from a tab that opens later', async () => {
    const browser = new Browser({
      cues: cues(),
      server: (socket) => socket.welcome({ epoch: 'a', offset: 0 }),
    });
    await browser.open();
    const at = new Date(browser.host.now() + 60_000).toISOString();
    const cue = (offset: number, more = '') =>
      `{"op":"cue","id":"${offset}","at":"${at}","type":"t","offset":${offset}${more}}`;
    const [socket] = browser.connections;
    socket?.say(cue(1));
    socket?.say(cue(2, `,"payload":${'['.repeat(50_000)}${']'.repeat(50_000)}`));
    socket?.say(cue(3));
    await browser.open();
    const fired: string[] = [];
    browser.at(1).session.on('cue', ({ id }) => fired.push(id));
    await browser.host.advance(90_000);
    expect(fired).to.deep.equal(['1', '3']);
    expect(browser.host.clock.uncaught).to.deep.equal([]);
  });

  it('are known to a tab that opens later, if the leading one goes next', async () => {
    const tabs = await three();
    await tabs.tell(5);
    await tabs.open();
    for (const index of [0, 1, 2]) tabs.kill(index);
    await tabs.tell(2);
    await tabs.advance(5_000);
    expect(tabs.told[3]).to.deep.equal({ heard: [6, 7], lost: [] });
  });

  it('that a frozen tab did not hear are told to it as lost, and to no other', async () => {
    for (const later of [0, 1]) {
      const tabs = await three();
      await tabs.tell(1);
      tabs.freeze(2);
      await tabs.tell(4);
      tabs.thaw();
      await tabs.tell(later);
      await tabs.advance(60_000);
      const heard = [1, ...ALL(5 + later, 6)];
      expect(tabs.told[2]).to.deep.equal({ heard, lost: [4] });
      expect(tabs.told[1]).to.deep.equal({ heard: ALL(5 + later), lost: [] });
    }
  });

  it('reach a page that comes back from the back/forward cache and leads again', async () => {
    const tabs = new Tabs();
    await tabs.open();
    await tabs.tell(1);
    tabs.browser.at(0).host.emit('pagehide');
    await tabs.tell(2);
    tabs.browser.at(0).host.emit('pageshow');
    await tabs.advance(60_000);
    expect(tabs.told[0]).to.deep.equal({ heard: [1, 2, 3], lost: [] });
  });

  it('reach the other tabs if a listener in the leading one closes its session', async () => {
    const tabs = await three();
    const { session } = tabs.browser.at(0);
    session.on('message', () => session.close());
    await tabs.tell(2);
    await tabs.advance(5_000);
    for (const { heard, lost } of tabs.told.slice(1)) {
      expect(heard).to.deep.equal([1, 2]);
      expect(lost).to.deep.equal([]);
    }
  });

  it('have no loss where no server ever named a position', async () => {
    const browser = new Browser({ server: kind });
    await browser.open(2);
    const lost: unknown[] = [];
    for (const { talking } of browser.tabs)
      talking.session.on('unrecoverable', (one) => lost.push(one));
    for (let times = 0; times < 3; times++) {
      browser.connections[0]?.drop();
      await browser.host.advance(120_000);
    }
    expect(lost).to.deep.equal([]);
  });

  it('are not lost by positions of strangers that are none', async () => {
    const tabs = await three();
    const stranger = tabs.browser.browser.open().join(NAME, () => {});
    for (const at of [
      null,
      7,
      {},
      { epoch: 'e1' },
      { epoch: '', offset: 9 },
      { epoch: 'e1', offset: -1 },
    ])
      stranger.post({ op: 'frame', at, text: 7 });
    await tabs.tell(1);
    for (const told of tabs.told) expect(told).to.deep.equal({ heard: [1], lost: [] });
  });
});

const happen = {
  tell: (tabs: Tabs, count: number) => tabs.tell(1 + (count % 4)),
  wait: async (tabs: Tabs, seconds: number) => {
    await tabs.advance(seconds * 1_000);
    tabs.thaw();
  },
  cut: ({ stage }: Tabs) => stage.cut(),
  repeat: ({ stage }: Tabs) => stage.repeat(),
  keep: ({ stage }: Tabs, count: number) => {
    stage.most = [0, 3, 1_000][count % 3] as number;
  },
  open: (tabs: Tabs) => tabs.open(),
  kill: (tabs: Tabs) => tabs.kill(),
  freeze: (tabs: Tabs, index: number) => tabs.freeze(index % 4),
  leave: (tabs: Tabs, index: number) => tabs.leave(index % 4),
};
const NAMES = Object.keys(happen) as (keyof typeof happen)[];

describe('whatever happens to tabs and connections', () => {
  it('each tab hears each message once and in order, or is told how many it missed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('tell' as const, ...NAMES), fc.nat(40)), {
          maxLength: 40,
        }),
        async (steps) => {
          const tabs = await three();
          for (const [what, number] of steps) await happen[what](tabs, number);
          tabs.thaw();
          await tabs.advance(400_000);
          await tabs.tell();
          await tabs.advance(60_000);
          const sockets = tabs.alive.flatMap((index) => tabs.browser.at(index).sockets);
          expect(sockets.filter(({ isAlive }) => isAlive)).to.have.length(1);
          for (const index of tabs.alive) {
            const { heard, lost } = tabs.told[index] as Told;
            expect(heard).to.deep.equal([...new Set(heard)].sort((a, b) => a - b));
            const first = tabs.firsts[index] as number;
            const missed = lost.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0);
            expect(
              heard.filter((one) => one >= first).length + missed,
              `tab ${index} from ${first}: ${heard}, lost ${lost}`,
            ).to.be.at.least(tabs.sent - first + 1);
          }
          expect(tabs.browser.host.clock.uncaught).to.deep.equal([]);
          for (const { talking } of tabs.browser.tabs) talking.session.close();
          await tabs.advance(0);
        },
      ),
      { numRuns: runs(25) },
    ));
});

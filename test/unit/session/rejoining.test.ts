// A chunk that is still on its way would take real time, while virtual time passes.
import '../../../src/session/pause-after-fall.ts';
import { expect } from 'chai';
import { Clock } from '../../helpers/clock.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeMedia } from '../../helpers/fake-media.ts';
import { A, B, hearing, type Listening, type ListeningOptions } from '../../helpers/listening.ts';

const C = 'https://c.example';
/** How much closer to live than the others A plays. */
const CLOSER = 14_500;

/** A plays closer to live than B and C, as LL-HLS does beside plain HLS. */
const closer = (ms = CLOSER) => ({
  tells: (time: number, url: string) => (url.startsWith(A) ? time + ms : time),
});

const lowLatency = (options: ListeningOptions = {}): Promise<Listening> =>
  hearing({ source: closer(), ...options });

/** What was heard while time passed, in steps of 50 ms. */
interface Passed {
  readonly silent: number;
  readonly statuses: readonly string[];
  /** Program time heard last before the first silence, and first after the last one. */
  readonly last: number;
  readonly first: number;
}

const pass = async (listening: Listening, ms: number): Promise<Passed> => {
  let silent = 0;
  let last = 0;
  let first = 0;
  let deaf = 0;
  const statuses = new Set<string>();
  for (let passed = 0; passed < ms; passed += 50) {
    await listening.advance(50);
    statuses.add(listening.state.status);
    const { isAudible, state } = listening;
    // What is claimed is a second old at the most.
    deaf = state.hearing && !isAudible ? deaf + 50 : 0;
    expect(deaf, 'it claims to hear').to.be.at.most(1_250);
    if (!isAudible) silent += 50;
    else if (!silent) last = state.programTime ?? 0;
    else first ||= state.programTime ?? 0;
  }
  return { silent, statuses: [...statuses], last, first };
};

/** A is gone, and B, further behind live, has taken over. */
const fallen = async (listening: Listening): Promise<void> => {
  listening.origins.faults.set(A, () => noAnswer());
  await listening.host.clock.until(() => listening.switches.length > 0, 60_000);
};

describe('a fall to a source further behind live', () => {
  it('by default repeats what was heard, and adds no silence', async () => {
    const listening = await lowLatency();
    listening.origins.faults.set(A, () => noAnswer());
    const { silent, statuses } = await pass(listening, 60_000);
    expect(silent).to.equal(0);
    expect(statuses).to.deep.equal(['hearing']);
    expect(listening.switches[0]?.repeatedMs).to.be.above(8_000);
  });

  it('with `wait` is silent for a stated time, until no more than 5 s is heard twice', async () => {
    const listening = await lowLatency({ fall: 'wait' });
    await fallen(listening);
    await listening.reaches('rejoining', 500);
    const { state, host } = listening;
    if (state.status !== 'rejoining') throw new Error(state.status);
    const pause = state.until - host.now();
    expect(pause, 'the stated pause').to.be.within(1_000, CLOSER);
    const word = state.programTime ?? 0;
    await host.clock.until(() => listening.state.status !== 'rejoining', 60_000);
    expect(host.now() - state.until, 'later than stated').to.be.within(-4_500, 500);
    expect(listening.state.status).to.equal('hearing');
    expect(listening.isAudible).to.equal(true);
    expect(word - (listening.state.programTime ?? 0)).to.be.within(4_500, 5_300);
    expect(listening.switches).to.have.length(1);
    expect(listening.switches[0]).to.include({ skippedMs: 0, repeatedMs: 5_000 });
  });

  it('asks for nothing more than without it, and fails at nothing', async () => {
    const [repeats, waits] = [await lowLatency(), await lowLatency({ fall: 'wait' })];
    for (const listening of [repeats, waits]) {
      listening.origins.faults.set(A, () => noAnswer());
      await listening.advance(50_000);
    }
    expect(waits.asked(B)).to.be.at.most(repeats.asked(B) + 1);
    expect(waits.asked(A)).to.equal(repeats.asked(A));
    expect(waits.errors.length).to.equal(repeats.errors.length);
  });

  it('may be told how much is heard twice', async () => {
    for (const fall of [0, 2_000]) {
      const listening = await lowLatency({ fall });
      listening.origins.faults.set(A, () => noAnswer());
      const { last, first } = await pass(listening, 40_000);
      expect(last - first, `at most ${fall} ms`).to.be.within(fall - 200, fall + 550);
    }
  });

  it('is silent no longer than the source needs to hold the word', async () => {
    const listening = await lowLatency({ fall: 'wait' });
    listening.origins.faults.set(A, () => noAnswer());
    const { silent } = await pass(listening, 60_000);
    const [repeated] = [CLOSER - 5_000];
    expect(silent).to.be.within(1_000, repeated + 4_000);
  });

  for (const [name, tells] of [
    ['the next source', (time: number, url: string) => (url.startsWith(A) ? time + CLOSER : null)],
    ['the source before', (time: number, url: string) => (url.startsWith(A) ? null : time)],
  ] as const) {
    it(`never waits where ${name} tells no program time`, async () => {
      const listening = await hearing({ fall: 'wait', source: { tells } });
      listening.origins.faults.set(A, () => noAnswer());
      const { silent } = await pass(listening, 60_000);
      expect(silent).to.equal(0);
    });
  }

  it('plays at once where the pause would be longer than 30 s', async () => {
    const listening = await lowLatency({ fall: 'wait', source: closer(60_000) });
    listening.origins.faults.set(A, () => noAnswer());
    const { silent } = await pass(listening, 60_000);
    expect(silent).to.equal(0);
  });

  it('adds no silence where the next source holds the word', async () => {
    const listening = await hearing({ fall: 0 });
    listening.origins.faults.set(A, () => noAnswer());
    const { silent, statuses } = await pass(listening, 60_000);
    expect(silent).to.equal(0);
    expect(statuses).to.deep.equal(['hearing']);
  });

  it('waits too where what failed left nothing to hand over', async () => {
    const listening = await lowLatency({ fall: 'wait', source: { ...closer(), opensIn: 15_000 } });
    listening.origins.faults.set(A, () => noAnswer());
    const { last, first, statuses } = await pass(listening, 90_000);
    expect(listening.state.source?.url).to.contain(B);
    expect(last - first).to.be.within(-500, 5_500);
    expect(statuses).to.include('hearing');
  });
});

describe('the pause of a fall', () => {
  const waiting = async (options: ListeningOptions = {}): Promise<Listening> => {
    const listening = await lowLatency({ fall: 0, ...options });
    await fallen(listening);
    await listening.reaches('rejoining', 500);
    return listening;
  };

  it('ends at once when a source takes over that holds the word', async () => {
    const stage = {
      version: 1,
      sources: [A, B, C].map((origin) => ({ kind: 'hls', url: `${origin}/talk.m3u8` })),
    };
    const tells = (time: number, url: string) => (url.startsWith(B) ? time : time + CLOSER);
    const listening = await waiting({ stage, source: { tells } });
    listening.origins.faults.set(B, ({ path }) =>
      path.endsWith('.seg') ? reply(200, 'noise') : undefined,
    );
    await listening.host.clock.until(
      () => listening.state.source?.url.startsWith(C) === true && listening.state.hearing,
      15_000,
    );
    expect(listening.state.status).to.equal('hearing');
    expect(listening.isAudible).to.equal(true);
  });

  it('ends at once when such a source takes over from one that still plays', async () => {
    const stage = {
      version: 1,
      sources: [A, B, C].map((origin) => ({ kind: 'hls', url: `${origin}/talk.m3u8` })),
    };
    const tells = (time: number, url: string) => (url.startsWith(B) ? time : time + CLOSER);
    const listening = await waiting({ stage, source: { tells } });
    const word = listening.state.programTime ?? 0;
    listening.origins.faults.set(B, () => noAnswer());
    await listening.host.clock.until(() => listening.switches.length > 1, 15_000);
    await listening.advance(500);
    expect(listening.state.source?.url).to.contain(C);
    expect(listening.state.status).to.equal('hearing');
    expect(listening.isAudible).to.equal(true);
    expect((listening.state.programTime ?? 0) - word, 'goes on from the word').to.be.within(
      0,
      2_000,
    );
    expect(listening.switches[1]).to.include({ skippedMs: null, repeatedMs: null });
  });

  it('holds over pause() and resume(), and shrinks by what was published meanwhile', async () => {
    const listening = await waiting();
    const word = listening.state.programTime ?? 0;
    listening.session.pause();
    await listening.advance(30_000);
    expect(listening.state.status).to.equal('paused');
    expect(listening.isAudible).to.equal(false);
    listening.session.resume();
    await listening.reaches('hearing', 2_000);
    expect(word - (listening.state.programTime ?? 0)).to.be.within(-500, 500);
  });

  it('keeps the choice of mute and volume', async () => {
    const listening = await waiting();
    expect(listening.session.muted).to.equal(false);
    listening.session.volume = 0.5;
    expect(listening.isAudible).to.equal(false);
    listening.session.muted = true;
    await listening.advance(500);
    expect(listening.state.status).to.equal('muted');
    listening.session.muted = false;
    await listening.advance(500);
    expect(listening.state.status).to.equal('rejoining');
    expect(listening.isAudible).to.equal(false);
    await listening.reaches('hearing', 30_000);
    expect(listening.session).to.include({ muted: false, volume: 0.5 });
  });

  it('ends with goLive()', async () => {
    const listening = await waiting();
    listening.session.goLive();
    await listening.reaches('hearing', 1_500);
    expect(listening.isAudible).to.equal(true);
  });

  it('leaves nothing behind at close()', async () => {
    const clock = new Clock();
    const media = new FakeMedia(clock);
    const listening = await waiting({ media: media.element, page: { clock } });
    expect(media.muted).to.equal(true);
    listening.session.close();
    expect(media.muted).to.equal(false);
    await listening.advance(0);
    expect(listening.host.held).to.include({ timers: 0, fetches: 0, playing: 0 });
  });

  it('is the same in an element of the developer, whose own controls end it', async () => {
    const clock = new Clock();
    const media = new FakeMedia(clock);
    const listening = await waiting({ media: media.element, page: { clock } });
    media.volume = 0.3;
    await listening.advance(500);
    expect(listening.session).to.include({ muted: false, volume: 0.3 });
    expect(listening.state.status).to.equal('rejoining');
    media.muted = false;
    await listening.advance(500);
    expect(listening.state.status).to.equal('hearing');
    expect(media).to.include({ muted: false, isPlaying: true });
  });
});

import '../../../src/session/rewind.ts';
import { expect } from 'chai';
import { reply } from '../../helpers/fake-fetch.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { fakeRealtime } from '../../helpers/fake-realtime.ts';
import { fakeSource } from '../../helpers/fake-source.ts';
import { A, B, hearing, type Listening, type ListeningOptions } from '../../helpers/listening.ts';
import { watch } from '../../helpers/outcome.ts';

const MINUTE = 60_000;

const WITH_WHEP = {
  version: 1,
  sources: [
    { kind: 'whep', url: `${B}/whep` },
    { kind: 'hls', url: `${A}/talk.m3u8` },
  ],
};

const LONE_WHEP = { version: 1, sources: WITH_WHEP.sources.slice(0, 1) };

const onWhep = (options: ListeningOptions = {}): Promise<Listening> => {
  const origins = new FakeOrigins();
  origins.faults.set(B, () => reply(200, 'answer'));
  const sources = [fakeRealtime(), fakeSource()];
  return hearing({ stage: WITH_WHEP, origins, sources, ...options });
};

const wordOf = ({ state }: Listening): number => state.programTime ?? Number.NaN;

/** Calls it, and passes time until its promise is settled. */
const done = async (one: Listening, call: Promise<boolean>): Promise<boolean | undefined> => {
  const outcome = watch(call);
  await one.host.clock.until(() => outcome.settled, MINUTE);
  return outcome.value;
};

describe('winding back on HLS', () => {
  it('plays the word at once, and calls it neither a stall nor a switch', async () => {
    const one = await hearing();
    const statuses = new Set<string>();
    one.session.subscribe(({ status }) => statuses.add(status));
    const word = wordOf(one);
    expect(await done(one, one.session.back(15))).to.equal(true);
    expect(wordOf(one)).to.be.closeTo(word - 15_000, 300);
    await one.advance(5_000);
    expect(wordOf(one)).to.be.closeTo(word - 10_000, 600);
    expect([...statuses]).to.deep.equal(['hearing']);
    expect(one.switches).to.deep.equal([]);
    expect(one.errors).to.deep.equal([]);
  });

  it('starts half a frame before the word, since the browser plays from the next whole frame on', async () => {
    const one = await hearing();
    // What the listener would hear without the step stands still.
    const position = () =>
      1_000 * Math.max(...one.host.media.map(({ currentTime }) => currentTime)) -
      one.host.elapsed();
    const before = position();
    await done(one, one.session.back(15));
    expect(position() - before).to.be.closeTo(-15_010, 1);
  });

  it('does not hurry until it has been heard again, and then catches up', async () => {
    const one = await hearing();
    const behind = one.state.behindLive ?? 0;
    await done(one, one.session.back(60));
    const rates = new Set<number>();
    for (let passed = 0; passed < 55; passed++) {
      await one.advance(1_000);
      rates.add(Math.max(...one.host.media.map(({ playbackRate }) => playbackRate)));
    }
    expect([...rates]).to.deep.equal([1]);
    await one.advance(10 * MINUTE);
    await one.advance(5 * MINUTE);
    expect(one.state.behindLive).to.be.below(behind + 5_000);
  });

  it('clamps a time outside of the window, and goes to live for one in the future', async () => {
    const one = await hearing();
    const { seekable } = one.state;
    expect(await done(one, one.session.seek(0))).to.equal(true);
    expect(wordOf(one)).to.be.closeTo(seekable?.from ?? 0, 5_000);
    expect(await done(one, one.session.seek(one.host.now() + MINUTE))).to.equal(true);
    await one.advance(2_000);
    expect(one.state.behindLive).to.be.below(20_000);
  });

  it('refuses what is no time, and a session that is over', async () => {
    const one = await hearing();
    for (const time of [Number.NaN, Infinity, undefined as unknown as number])
      expect(await done(one, one.session.seek(time))).to.equal(false);
    one.session.close();
    expect(await done(one, one.session.back(15))).to.equal(false);
  });

  it('goLive() ends it: the session may hurry again', async () => {
    const one = await hearing();
    await done(one, one.session.back(60));
    one.session.goLive();
    await one.advance(3_000);
    expect(one.state.behindLive).to.be.below(20_000);
    expect(one.state.climbsAt).to.equal(null);
  });

  it('has the whole recording as its window', async () => {
    const one = await hearing({ stage: `${A}/talk-vod.m3u8` });
    const { from, to } = one.state.seekable ?? {};
    expect((to ?? 0) - (from ?? 0)).to.be.above(MINUTE);
    expect(await done(one, one.session.seek((from ?? 0) + MINUTE))).to.equal(true);
    expect(wordOf(one)).to.be.closeTo((from ?? 0) + MINUTE, 500);
    expect(await done(one, one.session.seek(from ?? 0))).to.equal(true);
    expect(wordOf(one)).to.be.closeTo(from ?? 0, 500);
  });
});

describe('winding back on WebRTC', () => {
  it('is heard meanwhile, plays the word by HLS, and returns without a lost word', async () => {
    const one = await onWhep();
    expect(one.state.source?.kind).to.equal('whep');
    expect(one.state.seekable?.from).to.equal(null);
    const word = wordOf(one);
    expect(await done(one, one.session.back(15))).to.equal(true);
    expect(one.state.source?.kind).to.equal('hls');
    expect(wordOf(one)).to.be.closeTo(word - 15_000, 300);
    expect(one.errors).to.deep.equal([]);
    expect(one.switches[0]?.skippedMs).to.equal(0);
    expect(one.switches[0]?.repeatedMs).to.be.closeTo(15_000, 300);
    expect(one.state.ladder[0]?.status).to.equal('ready');
    await one.advance(5_000);
    await one.reaches('hearing');
    await one.host.clock.until(() => one.state.source?.kind === 'whep', 10 * MINUTE);
    expect(one.state.source?.kind).to.equal('whep');
  });

  it('opens HLS before the word by what the change of sources hides', async () => {
    const opened: (number | null)[] = [];
    const hls = fakeSource({ onOpen: ({ from }) => opened.push(from) });
    const one = await onWhep({ sources: [fakeRealtime(), hls] });
    const word = one.session.state.programTime ?? 0;
    await done(one, one.session.back(15));
    expect(opened[0]).to.be.closeTo(word - 15_060, 0.5);
  });

  it('twice goes back twice as far', async () => {
    const one = await onWhep();
    const word = wordOf(one);
    const [first, second] = [watch(one.session.back(15)), watch(one.session.back(15))];
    await one.host.clock.until(() => first.settled && second.settled, MINUTE);
    expect(second.value).to.equal(true);
    expect(wordOf(one)).to.be.closeTo(word - 30_000, 500);
  });

  it('stays where it is if no source has the word', async () => {
    const one = await onWhep();
    one.origins.faults.set(A, () => reply(503));
    expect(await done(one, one.session.back(15))).to.equal(false);
    expect(one.state).to.include({ status: 'hearing', hearing: true });
    expect(one.state.source?.kind).to.equal('whep');
    const lone = await onWhep({ stage: LONE_WHEP });
    expect(lone.state.seekable).to.equal(null);
    expect(await done(lone, lone.session.back(15))).to.equal(false);
  });
});

const pauseFor = async (one: Listening, ms: number): Promise<number> => {
  const word = wordOf(one);
  one.session.pause();
  await one.advance(ms);
  one.session.resume();
  return word;
};

describe('after a pause', () => {
  it('of 40 s HLS continues at the next word', async () => {
    const one = await hearing();
    const word = await pauseFor(one, 40_000);
    await one.advance(1_000);
    expect(wordOf(one)).to.be.closeTo(word + 1_000, 500);
    expect(one.switches).to.deep.equal([]);
  });

  it('longer than the window HLS continues at the nearest word, and tells what was skipped', async () => {
    const one = await hearing();
    const word = await pauseFor(one, 10 * MINUTE);
    await one.advance(1_000);
    const skipped = one.switches[0]?.skippedMs ?? 0;
    expect(skipped).to.be.within(6 * MINUTE, 10 * MINUTE);
    expect(one.switches[0]?.from).to.deep.equal(one.switches[0]?.to);
    expect(wordOf(one)).to.be.closeTo(word + skipped, 1_500);
  });

  it('of 40 s WebRTC continues at the next word, by HLS, and live is not heard before it', async () => {
    const one = await onWhep();
    const word = await pauseFor(one, 40_000);
    expect(wordOf(one)).to.be.closeTo(word, 300);
    const whep = one.host.media.find(({ srcObject }) => srcObject);
    expect(whep?.paused).to.equal(true);
    await one.reaches('hearing');
    expect(one.state.source?.kind).to.equal('hls');
    expect(wordOf(one)).to.be.within(word - 500, word + 1_500);
    expect(one.switches[0]?.repeatedMs).to.be.within(0, 300);
    expect(one.errors).to.deep.equal([]);
  });

  for (const [kind, open] of [
    ['HLS', hearing],
    ['WebRTC', onWhep],
  ] as const) {
    it(`in which the listener went to live, ${kind} plays live`, async () => {
      const one = await open();
      const word = wordOf(one);
      const source = one.state.source;
      one.session.pause();
      await one.advance(40_000);
      one.session.goLive();
      one.session.resume();
      await one.reaches('hearing');
      await one.advance(1_000);
      expect(one.state.source).to.deep.equal(source);
      expect(wordOf(one)).to.be.closeTo(word + 41_000, 4_500);
    });
  }

  it('of half a second WebRTC plays on', async () => {
    const one = await onWhep();
    await pauseFor(one, 500);
    await one.reaches('hearing');
    expect(one.state.source?.kind).to.equal('whep');
    expect(one.state.ladder[1]?.status).to.equal('ready');
  });

  it('WebRTC without a source below goes on at live, and tells what was skipped', async () => {
    const one = await onWhep({ stage: LONE_WHEP });
    await pauseFor(one, 40_000);
    await one.reaches('hearing');
    await one.advance(1_000);
    expect(one.switches[0]?.skippedMs).to.be.closeTo(40_000, 500);
  });

  it('`resume: live` goes to live', async () => {
    const one = await hearing({ resume: 'live' });
    const word = await pauseFor(one, 40_000);
    await one.advance(2_000);
    expect(wordOf(one)).to.be.above(word + 30_000);
  });
});

describe('catching up', () => {
  it('`skip` jumps to live after a pause', async () => {
    const one = await hearing({ catchUp: 'skip' });
    await pauseFor(one, 40_000);
    await one.advance(3_000);
    expect(one.state.behindLive).to.be.below(20_000);
  });

  it('`maxBehind` jumps to live beyond it, but not while the listener hears something again', async () => {
    const one = await hearing({ maxBehind: 30_000 });
    await pauseFor(one, 10_000);
    await one.advance(2_000);
    expect(one.state.behindLive).to.be.above(20_000);
    await pauseFor(one, 20_000);
    await one.advance(3_000);
    expect(one.state.behindLive).to.be.below(20_000);
    await done(one, one.session.back(60));
    await one.advance(10_000);
    expect(one.state.behindLive).to.be.above(60_000);
  });

  it('after an outage the same source tells what was lost', async () => {
    const one = await hearing({ stage: `${A}/talk.m3u8` });
    // The source cannot go on: it opens anew.
    one.origins.faults.set(A, ({ path }) =>
      path.endsWith('.seg') ? reply(200, 'noise') : undefined,
    );
    await one.host.clock.until(() => !one.state.hearing, MINUTE);
    await one.advance(4 * MINUTE);
    one.origins.faults.clear();
    await one.reaches('hearing', 10 * MINUTE);
    await one.advance(1_000);
    expect(one.switches).to.have.length(1);
    expect(one.switches[0]?.from).to.deep.equal(one.switches[0]?.to);
    expect(one.switches[0]?.skippedMs).to.be.above(60_000);
  });
});

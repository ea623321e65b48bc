import { expect } from 'chai';
import { derive, type View } from '../../../src/policy/derive.ts';
import type { Effect } from '../../../src/policy/model.ts';
import { Driven, GOOD, heardAt, START, waitOf } from '../../helpers/driven.ts';

const MINUTE = 60_000;
const WORD = START - 15_000;
const REALTIME = { ...GOOD, target: null, ahead: 0, liveness: 'steady' } as const;

const opened = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'open' ? [effect.run] : []));

/** Hears WebRTC, with HLS below. */
const onWhep = (sources: object[] = []): Driven => {
  const driven = new Driven();
  driven.document({
    sources: [
      { kind: 'whep', url: 'https://a.example/whep' },
      ...sources,
      { kind: 'hls', url: 'https://a.example/talk.m3u8' },
      { kind: 'hls', url: 'https://b.example/talk.m3u8' },
    ],
  });
  for (let ticks = 0; ticks < 8; ticks++) driven.tick({ active: driven.model.active && REALTIME });
  expect(driven.model.active?.rung).to.equal(0);
  return driven;
};

const seek = (driven: Driven, from: number | null, isReplaying = true) =>
  driven.send({ type: 'seek', now: driven.now, from, isReplaying });

const viewOf = (fields: Partial<View>): View => ({
  ...{ programTime: START, latency: null, now: START, pause: null, muted: false, volume: 1 },
  documentWait: null,
  channel: { status: 'none', wait: null, listeners: null, isLeader: false },
  outbox: [],
  cues: [],
  ...fields,
});

describe('a step back from a source that keeps nothing', () => {
  it('opens the best source below that has the word, from that word, and penalizes none', () => {
    const driven = onWhep([{ kind: 'stream', url: 'https://a.example/stream' }]);
    const [run] = opened(seek(driven, WORD));
    expect(run).to.include({ rung: 2, from: WORD, isClimbing: false });
    expect(driven.model.active?.rung, 'heard meanwhile').to.equal(0);
    const effects = [...driven.tick({ active: REALTIME })];
    expect(effects.map(({ type }) => type)).to.deep.equal(['swap']);
    driven.effects.length = 0;
    driven.swap();
    expect(driven.model.active?.rung).to.equal(2);
    expect(driven.effects.map(({ type }) => type)).to.deep.equal(['drop']);
    expect(driven.model.climbCooldownMs).to.equal(MINUTE);
  });

  it('skips a source that has to wait', () => {
    const driven = onWhep();
    driven.tick({ active: REALTIME, waits: [null, waitOf(driven.now + MINUTE), null] });
    expect(opened(seek(driven, WORD))[0]?.rung).to.equal(2);
  });

  it('without such a source changes nothing', () => {
    const driven = new Driven();
    driven.document({ sources: [{ kind: 'whep', url: 'https://a.example/whep' }] });
    for (let ticks = 0; ticks < 8; ticks++) driven.tick({ active: REALTIME });
    expect(seek(driven, WORD)).to.deep.equal([]);
    expect(driven.model.isReplaying).to.equal(false);
  });

  it('that does not sound in 10 s is given up, and the first source is still heard', () => {
    const driven = onWhep();
    seek(driven, WORD);
    const from = driven.now;
    while (driven.model.standby && driven.now - from < MINUTE)
      driven.tick({ active: REALTIME, standby: { ...GOOD, isAdvancing: null, ahead: 0 } });
    expect(driven.now - from).to.be.within(10_000, 11_000);
    expect(driven.model.isReplaying).to.equal(false);
    expect(driven.hears).to.equal(true);
  });

  it('replaces a probe of a better source, which has prepared another word', () => {
    const driven = heardAt(1);
    while (!driven.model.standby) driven.tick();
    const { generation } = driven.model.standby;
    const effects = seek(driven, null);
    expect(effects).to.deep.equal([{ type: 'drop', generation }]);
    expect(driven.model.climbCooldownMs, 'no failed climb').to.equal(MINUTE);
  });

  it('leaves a handover alone', () => {
    const driven = onWhep();
    seek(driven, WORD);
    driven.tick({ active: REALTIME });
    expect(driven.model.standby?.isSwapping).to.equal(true);
    expect(seek(driven, WORD - 15_000)).to.deep.equal([]);
  });
});

describe('what is heard again', () => {
  it('holds a climb back until it is over', () => {
    const driven = heardAt(1);
    seek(driven, null);
    driven.prosper(5 * MINUTE);
    expect(driven.model.active?.rung).to.equal(1);
    expect(driven.model.climbsAt).to.equal(null);
    driven.send({ type: 'replayed' });
    driven.prosper(3 * MINUTE);
    expect(driven.model.active?.rung).to.equal(0);
  });

  it('further behind live than a realtime source can join is no time for a climb', () => {
    const driven = heardAt(1);
    const far = { ...GOOD, behind: 31_000 };
    for (let ms = 0; ms < 5 * MINUTE; ms += 250) driven.tick({ active: far });
    expect(driven.model.standby).to.equal(null);
    expect(driven.model.climbsAt).to.equal(null);
  });
});

describe('a seek within a source', () => {
  it('is no stall: for 5 s an empty buffer moves nobody', () => {
    const driven = heardAt(0);
    seek(driven, null);
    const empty = { ...GOOD, isAdvancing: false, ahead: 0 };
    const from = driven.now;
    let runs = opened(driven.tick({ active: empty }));
    while (!runs.length && driven.now - from < MINUTE)
      runs = opened(driven.tick({ active: empty }));
    expect(driven.now - from).to.equal(5_000);
    expect(runs[0]?.rung).to.equal(1);
  });

  it('does not hide a fault: a frozen playlist still prepares the next source', () => {
    const driven = heardAt(0);
    seek(driven, null);
    const effects = driven.tick({ active: { ...GOOD, isFrozen: true } });
    expect(opened(effects).map(({ rung }) => rung)).to.deep.equal([1]);
  });
});

describe('state.seekable', () => {
  it('is the window of the source that plays', () => {
    const { model } = heardAt(0);
    const state = derive(model, viewOf({ window: [START - MINUTE, START] }));
    expect(state.seekable).to.deep.equal({ from: START - MINUTE, to: START });
  });

  it('has no start where another source must open first', () => {
    const state = derive(onWhep().model, viewOf({}));
    expect(state.seekable).to.deep.equal({ from: null, to: START });
  });

  it('is null without a program time, and where no source can go back', () => {
    expect(derive(onWhep().model, viewOf({ programTime: null })).seekable).to.equal(null);
    const driven = new Driven();
    driven.document({ sources: [{ kind: 'whep', url: 'https://a.example/whep' }] });
    expect(derive(driven.model, viewOf({})).seekable).to.equal(null);
  });
});

import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import type { Effect } from '../../../src/policy/model.ts';
import { Driven, GOOD, heardAt, START, stageOf, waitOf } from '../../helpers/driven.ts';

const MINUTE = 60_000;

const opened = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'open' ? [effect.run.rung] : []));

/** Ms of steady sound until a better source is tried. */
const untilClimb = (driven: Driven): number => {
  const from = driven.now;
  for (;;) {
    if (opened(driven.tick()).length) return driven.now - from;
    if (driven.now - from > 10 * DEFAULTS.climbAtMost) throw new Error('It never climbs.');
  }
};

describe('falling', () => {
  it('a source that is dry is left at once', () => {
    const driven = heardAt(0);
    const dry = { ...GOOD, isAdvancing: false, ahead: 0 };
    expect(opened(driven.tick({ active: dry }))).to.deep.equal([1]);
  });

  it('a source that is dry and waits is dropped for the next one at once', () => {
    const driven = heardAt(0);
    const wait = waitOf(driven.now + MINUTE);
    const effects = driven.tick({ active: { ...GOOD, isAdvancing: false, ahead: 0, wait } });
    expect(effects.map(({ type }) => type)).to.deep.equal(['drop', 'open']);
    expect(driven.model.active?.rung).to.equal(1);
  });

  it('little in hand moves nobody who hears so close to live that there is never more', () => {
    const driven = heardAt(0);
    const close = { ...GOOD, target: 1_000, ahead: 200 };
    for (let ticks = 0; ticks < 10; ticks++) {
      expect(driven.tick({ active: close })).to.deep.equal([]);
    }
    expect(opened(driven.tick({ active: { ...GOOD, ahead: 200 } }))).to.deep.equal([1]);
  });

  it('one failed request with plenty of buffer moves nobody', () => {
    const driven = heardAt(0);
    const wait = waitOf(driven.now + 3_000);
    for (let ticks = 0; ticks < 10; ticks++) {
      const effects = driven.tick({ active: { ...GOOD, ahead: 12_000 - 250 * ticks, wait } });
      expect(effects).to.deep.equal([]);
    }
  });

  it('a retry that would come too late is reason to prepare the next one', () => {
    const driven = heardAt(0);
    const wait = waitOf(driven.now + 20_000);
    expect(opened(driven.tick({ active: { ...GOOD, wait } }))).to.deep.equal([1]);
    expect(driven.model.active?.rung, 'while the first is still heard').to.equal(0);
  });

  it('a frozen playlist is penalized, and the next one prepared', () => {
    const driven = heardAt(0);
    const effects = driven.tick({ active: { ...GOOD, isFrozen: true } });
    expect(effects.map(({ type }) => type)).to.include.members(['penalize', 'open']);
  });

  it('a source that waits is no place to fall to; the best that does not is', () => {
    const driven = heardAt(0);
    const waits = [null, waitOf(driven.now + MINUTE), null, null];
    const dry = { ...GOOD, isAdvancing: false, ahead: 0 };
    expect(opened(driven.tick({ active: dry, waits }))).to.deep.equal([2]);
  });

  it('where every other source waits, the listener stays', () => {
    const driven = heardAt(0);
    const waits = [0, 1, 2, 3].map(() => waitOf(driven.now + MINUTE));
    const dry = { ...GOOD, isAdvancing: false, ahead: 0 };
    expect(driven.tick({ active: dry, waits })).to.deep.equal([]);
  });

  describe('after a silence in which every source failed', () => {
    const LADDER = [
      { kind: 'whep', url: 'https://stage.example/whep' },
      { kind: 'hls', url: 'https://a.example/talk.m3u8' },
      { kind: 'hls', url: 'https://b.example/talk.m3u8' },
    ];
    const LOST = { ...GOOD, isAdvancing: false, ahead: 0, target: null, liveness: 'lost' } as const;

    /** Who heard WebRTC until it was silent for so long, with sources that wait until so many ms from now. */
    const silentFor = (ms: number, ...waits: number[]): readonly Effect[] => {
      const driven = new Driven();
      driven.document({ sources: LADDER });
      driven.tick();
      driven.tick({ active: { ...GOOD, target: null, liveness: 'steady' } });
      const all = (from: readonly number[]) => from.map((one) => waitOf(driven.now + one));
      const until = driven.now + ms;
      while (driven.now < until)
        driven.tick({ active: driven.model.active && LOST, waits: all([MINUTE, MINUTE, MINUTE]) });
      return driven.tick({ active: driven.model.active && LOST, waits: all(waits) });
    };

    it('one that has kept the words comes before WebRTC, which would skip them', () => {
      expect(opened(silentFor(25_000, 0, 0, MINUTE))).to.deep.equal([1]);
      expect(opened(silentFor(25_000, 0, MINUTE, 0))).to.deep.equal([2]);
    });

    it('WebRTC waits for one that may be tried within 3 s, and for none later', () => {
      expect(opened(silentFor(25_000, 0, 2_500, MINUTE))).to.deep.equal([]);
      expect(opened(silentFor(25_000, 0, 4_000, MINUTE))).to.deep.equal([0]);
    });

    it('of more than a minute, the words are out of reach', () => {
      expect(opened(silentFor(61_000, 0, 0, MINUTE))).to.deep.equal([0]);
    });
  });

  it('a pause is no reason to fall', () => {
    const driven = heardAt(0);
    driven.send({ type: 'wanted', wanted: false });
    for (let ticks = 0; ticks < 100; ticks++) {
      const still = { ...GOOD, isAdvancing: null, ahead: 0 };
      expect(driven.tick({ active: still })).to.deep.equal([]);
    }
  });

  it('nobody falls to a recording while the stage is live', () => {
    const driven = heardAt(2);
    const waits = [waitOf(driven.now + MINUTE), waitOf(driven.now + MINUTE), null, null];
    const dry = { ...GOOD, isAdvancing: false, ahead: 0 };
    expect(driven.tick({ active: dry, waits })).to.deep.equal([]);
  });
});

describe('climbing', () => {
  it('needs a minute of steady sound', () => {
    expect(untilClimb(heardAt(1))).to.be.within(MINUTE - 2_500, MINUTE);
  });

  it('and a draw, since all who fell together have been steady equally long', () => {
    const [early, late] = [untilClimb(heardAt(1, 0)), untilClimb(heardAt(1, 0.999))];
    expect(late - early).to.be.within(0.9 * MINUTE, 1.1 * MINUTE);
  });

  it('starts afresh after a stall', () => {
    const driven = heardAt(1);
    driven.prosper(50_000);
    driven.tick({ active: { ...GOOD, isAdvancing: false } });
    if (driven.model.standby) driven.fail(driven.model.standby.generation);
    const rung = driven.model.active?.rung;
    expect(rung).to.equal(1);
    expect(untilClimb(driven)).to.be.at.least(MINUTE - 500);
  });

  it('that fails is tried again twice as late each time, up to a quarter of an hour', () => {
    const driven = heardAt(1);
    const gaps: number[] = [];
    for (let tries = 0; tries < 7; tries++) {
      gaps.push(Math.round(untilClimb(driven) / MINUTE));
      driven.fail(driven.model.standby?.generation ?? 0);
    }
    expect(gaps).to.deep.equal([1, 2, 4, 8, 15, 15, 15]);
  });

  it('that finds out whether a gate is open again is let do so', () => {
    const driven = heardAt(1);
    untilClimb(driven);
    const climbing = driven.model.standby?.generation;
    const finding = { ...GOOD, ahead: 0, wait: waitOf(driven.now - 1_000) };
    for (let ms = 0; ms < 5_000; ms += 250) driven.tick({ standby: finding });
    expect(driven.model.standby?.generation).to.equal(climbing);
    driven.tick({ standby: { ...finding, wait: waitOf(driven.now + MINUTE) } });
    expect(driven.model.standby).to.equal(null);
  });

  it('never begins while the source is suspect', () => {
    const driven = heardAt(1);
    driven.prosper(30_000);
    const wait = (until: number) => waitOf(until);
    const others = [null, null, wait(START * 2), wait(START * 2)];
    for (let ms = 0; ms < 10 * MINUTE; ms += 250) {
      const late = { ...GOOD, wait: wait(driven.now + 20_000) };
      const waits = [wait(START * 2), ...others.slice(1)];
      expect(opened(driven.tick({ active: late, waits }))).to.deep.equal([]);
    }
  });

  it('is broken off where the source becomes suspect', () => {
    const driven = heardAt(1);
    untilClimb(driven);
    const climbing = driven.model.standby?.generation;
    const suspect = { ...GOOD, isAdvancing: false };
    const effects = driven.tick({ active: suspect, standby: { ...GOOD, ahead: 500 } });
    expect(effects).to.deep.include({ type: 'drop', generation: climbing });
  });

  it('swaps only with 3 s of proof', () => {
    const driven = heardAt(1);
    untilClimb(driven);
    expect(driven.tick({ standby: { ...GOOD, ahead: 2_900 } })).to.deep.equal([]);
    expect(
      driven.tick({ standby: { ...GOOD, ahead: 3_000 } }).map(({ type }) => type),
    ).to.deep.equal(['swap']);
  });

  it('does not begin from the best source', () => {
    const driven = heardAt(0);
    driven.prosper(30 * MINUTE);
    expect(driven.model.generation).to.equal(1);
    expect(driven.model.climbsAt).to.equal(null);
  });

  it('that is followed by a fall soon after has failed', () => {
    const driven = heardAt(1);
    untilClimb(driven);
    driven.prosper(5_000);
    expect(driven.model.active?.rung).to.equal(0);
    const dead = waitOf(START * 2);
    driven.tick({ active: { ...GOOD, wait: dead }, waits: [dead, null, null, null] });
    driven.tick({ active: { ...GOOD, wait: dead }, waits: [dead, null, null, null] });
    driven.swap();
    expect(driven.model.active?.rung).to.equal(1);
    expect(untilClimb(driven)).to.be.at.least(2 * MINUTE - 500);
  });
});

it('a climb that is followed by an error soon after has failed too', () => {
  const driven = heardAt(1);
  untilClimb(driven);
  driven.prosper(5_000);
  expect(driven.model.active?.rung).to.equal(0);
  driven.fail(driven.model.active?.generation ?? 0);
  const dead = waitOf(START * 2);
  while (driven.model.active?.rung !== 1) driven.tick({ waits: [dead, null, null, null] });
  driven.prosper(1_000);
  expect(untilClimb(driven)).to.be.at.least(2 * MINUTE - 2_500);
});

describe('a clock that is set back by a day', () => {
  const DAY = 86_400_000;

  it('does not put a climb off for a day', () => {
    const driven = heardAt(1);
    driven.prosper(30_000);
    driven.now -= DAY;
    expect(untilClimb(driven)).to.be.at.most(5 * MINUTE);
  });

  it('does not make a source that never sounds look fresh for a day', () => {
    const driven = new Driven();
    driven.document();
    driven.tick();
    driven.now -= DAY;
    const silent = { ...GOOD, isAdvancing: null, ahead: 0, target: null };
    for (let ticks = 0; ticks < 100 && driven.model.generation === 1; ticks++) {
      driven.tick({ active: silent });
    }
    expect(driven.model.generation).to.be.above(1);
  });
});

describe('the end', () => {
  it('of refusals on every source comes after their patience, where no document can name another', () => {
    const driven = heardAt(0);
    driven.document({}, true);
    const refused = () => waitOf(driven.now + 1_000, 'gone', START);
    const waits = [0, 1, 2, 3].map(refused);
    const silent = { ...GOOD, isAdvancing: false, ahead: 0, wait: refused() };
    for (let ms = 0; ms < DEFAULTS.patience + MINUTE && !driven.isOver; ms += 250) {
      driven.tick({ active: driven.model.active && silent, waits });
    }
    expect(driven.isOver).to.equal(true);
    expect(driven.model.error?.code).to.equal('gone');
    expect(driven.now - START).to.be.at.least(DEFAULTS.patience);
  });

  it('does not come while one of them is overload', () => {
    const driven = heardAt(0);
    for (let ms = 0; ms < 2 * DEFAULTS.patience; ms += 250) {
      const refused = waitOf(driven.now + 1_000, 'gone', START);
      const overload = waitOf(driven.now + 1_000, 'overload', START);
      const silent = { ...GOOD, isAdvancing: false, ahead: 0, wait: refused };
      const waits = [refused, overload, refused, refused];
      driven.tick({ active: driven.model.active && silent, waits });
    }
    expect(driven.isOver).to.equal(false);
  });

  it('of a stage without a recording is the end of a session that has nothing to play', () => {
    const driven = new Driven();
    const sources = stageOf().sources.slice(0, 1);
    driven.document({ state: 'ended', sources });
    driven.tick();
    expect(driven.model.phase).to.equal('ended');
  });
});

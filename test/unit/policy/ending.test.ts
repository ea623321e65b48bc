import { expect } from 'chai';
import type { StageState } from '../../../src/policy/document.ts';
import {
  type Authority,
  type Playable,
  type Verdict,
  verdictOf,
} from '../../../src/policy/ending.ts';
import { Driven, GOOD, START, stageOf, waitOf } from '../../helpers/driven.ts';

const LONG_AGO = START - 3_600_000;

/** One sentence a row: what the document says, what can be played, what becomes of the session. */
const TABLE: Record<Authority, Record<Playable, Verdict>> = {
  unknown: { sound: 'on', more: 'on', finished: 'on', refused: 'closed', nothing: 'on' },
  scheduled: { sound: 'on', more: 'on', finished: 'on', refused: 'on', nothing: 'on' },
  live: { sound: 'on', more: 'on', finished: 'on', refused: 'on', nothing: 'closed' },
  held: { sound: 'on', more: 'on', finished: 'on', refused: 'on', nothing: 'closed' },
  ended: { sound: 'on', more: 'on', finished: 'ended', refused: 'ended', nothing: 'ended' },
  none: { sound: 'on', more: 'on', finished: 'ended', refused: 'closed', nothing: 'closed' },
};

const HLS = stageOf().sources.filter(({ kind }) => kind === 'hls');
const RECORDING = stageOf().sources.filter(({ kind }) => kind === 'recording');
const DRY = { ...GOOD, isAdvancing: false, ahead: 0 };

/** A session that hears the first source of a live stage. */
const heard = (sources: readonly object[], isFixed = false): Driven => {
  const driven = new Driven();
  driven.document({ sources }, isFixed);
  driven.prosper(2_000);
  return driven;
};

const turns = (driven: Driven, state: StageState, sources: readonly object[]): void => {
  driven.document({ state, sources, sequence: 2 });
};

/** Its source has refused for an hour, and there is no sound left. */
const refuse = (driven: Driven): void => {
  const wait = waitOf(driven.now + 60_000, 'gone', LONG_AGO);
  const { active, rungs } = driven.model;
  driven.tick({ active: active && { ...DRY, wait }, waits: rungs.map(() => wait) });
};

describe('the end', () => {
  it('is decided by one table', () => {
    for (const [authority, row] of Object.entries(TABLE)) {
      for (const [playable, verdict] of Object.entries(row)) {
        const given = verdictOf(authority as Authority, playable as Playable);
        expect(given, `${authority}, ${playable}`).to.equal(verdict);
      }
    }
  });

  for (const state of ['live', 'held', 'scheduled', 'ended'] as const) {
    const rows = TABLE[state];
    const phaseOf = (verdict: Verdict) => (verdict === 'on' ? 'running' : verdict);

    it(`${state}: sound is heard to its end`, () => {
      const driven = heard(HLS);
      turns(driven, state, HLS);
      driven.tick();
      expect(driven.model.phase).to.equal(phaseOf(rows.sound));
      expect(driven.model.active, 'it plays on').not.to.equal(null);
    });

    it(`${state}: the playlist ends`, () => {
      const driven = heard(HLS.slice(0, 1));
      turns(driven, state, HLS.slice(0, 1));
      const { now, model } = driven;
      driven.send({ type: 'finished', now, generation: model.active?.generation ?? 0 });
      driven.tick();
      expect(driven.model.phase).to.equal(phaseOf(rows.finished));
    });

    it(`${state}: every source refuses for longer than its patience`, () => {
      const driven = heard(HLS);
      turns(driven, state, HLS);
      refuse(driven);
      expect(driven.model.phase).to.equal(phaseOf(rows.refused));
    });

    it(`${state}: nothing here plays any of it`, () => {
      const driven = new Driven();
      driven.document({ state, sources: [HLS[0]] });
      for (const rung of state === 'scheduled' ? [] : [0])
        driven.send({ type: 'stopped', rung, error: waitOf(0, 'unsupported').error });
      driven.tick();
      expect(driven.model.phase).to.equal(phaseOf(rows.nothing));
    });
  }

  it('comes at once when the document says so and the origin is switched off', () => {
    const driven = heard(HLS);
    turns(driven, 'ended', HLS);
    driven.tick({ active: { ...GOOD, ahead: 3_000, wait: waitOf(driven.now + 9_000) } });
    expect(driven.model.phase, 'there is sound left').to.equal('running');
    driven.tick({ active: { ...DRY, wait: waitOf(driven.now + 9_000) } });
    expect(driven.model.phase).to.equal('ended');
  });

  it('comes when the document says so and the playlist stands still', () => {
    const driven = heard(HLS);
    turns(driven, 'ended', HLS);
    driven.tick({ active: { ...DRY, isFrozen: true } });
    expect(driven.model.phase).to.equal('ended');
  });

  it('waits for the recording, whose origin may be down for a while', () => {
    const driven = heard([...HLS, ...RECORDING]);
    turns(driven, 'ended', RECORDING);
    for (let ms = 0; ms < 3_600_000; ms += 250) {
      driven.tick({ waits: [waitOf(driven.now + 9_000, 'overload', LONG_AGO)] });
    }
    expect(driven.model.phase).to.equal('running');
    driven.prosper(1_000);
    const { now, model } = driven;
    expect(model.active).not.to.equal(null);
    driven.send({ type: 'finished', now, generation: model.active?.generation ?? 0 });
    expect(driven.model.phase).to.equal('ended');
  });

  it('is not what one playlist says while the document says live: the next source takes over', () => {
    const driven = heard(HLS);
    const done = { ...GOOD, isComplete: true, ahead: 3_000 };
    driven.tick({ active: done });
    expect(driven.model.standby?.rung, 'it is prepared while there is sound left').to.equal(1);
    driven.tick({ active: done });
    driven.swap();
    expect(driven.model.active?.rung).to.equal(1);
    expect(driven.model.phase).to.equal('running');
  });

  it('of one of two playlists is not the end where there is no document; of both it is', () => {
    const driven = heard(HLS.slice(0, 2), true);
    const finish = () => {
      const { now, model } = driven;
      driven.send({ type: 'finished', now, generation: model.active?.generation ?? 0 });
    };
    finish();
    driven.prosper(1_000);
    expect(driven.model.active?.rung).to.equal(1);
    finish();
    expect(driven.model.phase).to.equal('ended');
  });

  it('gives a source beside a recording the same patience as one alone', () => {
    for (const sources of [HLS.slice(0, 1), [...HLS.slice(0, 1), ...RECORDING]]) {
      const driven = heard(sources, true);
      const since = driven.now;
      while (!driven.isOver && driven.now - since < 900_000) {
        const wait = waitOf(driven.now + 1_000, 'refused', since);
        const { active, rungs } = driven.model;
        driven.tick({
          active: active && { ...DRY, wait },
          waits: rungs.map(({ description }) => (description.kind === 'hls' ? wait : null)),
        });
      }
      expect(driven.model.phase).to.equal('closed');
      expect(driven.now - since).to.be.within(300_000, 301_000);
    }
  });
});

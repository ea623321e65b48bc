import { expect } from 'chai';
import fc from 'fast-check';
import type { ErrorCode } from '../../../src/policy/errors.ts';
import { Driven, stageOf, waitOf } from '../../helpers/driven.ts';
import { runs } from '../../helpers/effort.ts';

const CODES: ErrorCode[] = [
  'network',
  'timeout',
  'overload',
  'refused',
  'gone',
  'http',
  'media',
  'frozen',
  'unsupported',
  'stopped',
];

/** A step of somebody who may do anything to a session. */
type Step = (driven: Driven) => void;

const code = fc.constantFrom(...CODES);
const offset = fc.constantFrom(-86_400_000, -1_000, 0, 250, 5_000, 60_000, 600_000);
const wait = fc.option(fc.record({ until: offset, since: offset, code }));
const facts = fc.record({
  isAdvancing: fc.constantFrom(true, true, false, null),
  ahead: fc.constantFrom(0, 200, 1_000, 3_000, 12_000, 60_000),
  target: fc.constantFrom(null, 3_000, 12_000),
  isFrozen: fc.boolean(),
  isComplete: fc.boolean(),
  liveness: fc.constantFrom(null, null, 'steady' as const, 'suspect' as const, 'lost' as const),
  wait,
});

const waitAt = (now: number, value: typeof wait extends fc.Arbitrary<infer W> ? W : never) =>
  value && waitOf(now + value.until, value.code, now + value.since);

const tick: fc.Arbitrary<Step> = fc
  .record({
    after: fc.constantFrom(0, 250, 250, 250, 5_000, 61_000, 28_800_000, -86_400_000),
    active: facts,
    standby: facts,
    waits: fc.array(wait, { maxLength: 5 }),
    documentWait: wait,
    draw: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  .map(({ after, active, standby, waits, documentWait, draw }) => (driven) => {
    driven.now += after;
    const now = driven.now + 250;
    const seen = (value: typeof active) => ({ ...value, wait: waitAt(now, value.wait) });
    driven.tick({
      active: driven.model.active && seen(active),
      standby: driven.model.standby && seen(standby),
      waits: waits.map((value) => waitAt(now, value)),
      documentWait: waitAt(now, documentWait),
      draw,
    });
  });

/** Of the active run, the standby, an old one, or one that never was. */
const generation = (driven: Driven, which: number): number =>
  [driven.model.active?.generation, driven.model.standby?.generation, 1, 999][which] ?? 0;

const which = fc.nat({ max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: tick },
  {
    weight: 2,
    arbitrary: fc.record({ which, code }).map(
      ({ which, code }): Step =>
        (driven) =>
          driven.fail(generation(driven, which), code),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Step>((driven) => driven.swap()) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 3 }).map(
      (which): Step =>
        (driven) => {
          const { now } = driven;
          driven.send({ type: 'swapped', now, generation: generation(driven, which) });
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (wanted): Step =>
        (driven) =>
          driven.send({ type: 'wanted', wanted }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (blocked): Step =>
        (driven) =>
          driven.send({ type: 'blocked', blocked }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        sequence: fc.nat({ max: 5 }),
        state: fc.constantFrom('scheduled', 'live', 'live', 'held', 'ended'),
        sources: fc.subarray([...stageOf().sources], { minLength: 1 }),
      })
      .map(
        (fields): Step =>
          (driven) =>
            driven.document(fields),
      ),
  },
);

const steps = fc.array(step, { maxLength: 60 });

/** What must be true at all times. */
const expectSound = (driven: Driven, before: Driven['model']) => {
  const { active, standby, generation, rungs } = driven.model;
  const runs = [active, standby].filter((run) => run !== null).map((run) => run.generation);
  expect(new Set(runs).size, 'two roles, two runs').to.equal(runs.length);
  expect([...driven.alive].sort(), 'opened and not dropped').to.deep.equal(runs.sort());
  expect(generation).to.be.at.least(before.generation);
  for (const run of [active, standby]) if (run) expect(rungs[run.rung]).not.to.equal(undefined);
  if (driven.isOver) expect(runs).to.deep.equal([]);
};

const holds = (property: (driven: Driven) => void, each: (driven: Driven) => void = () => {}) =>
  fc.assert(
    fc.property(steps, (sequence) => {
      const driven = new Driven();
      for (const act of sequence) {
        each(driven);
        act(driven);
      }
      property(driven);
    }),
    { numRuns: runs(2_000) },
  );

describe('whatever happens to a session', () => {
  it('it has at most one active and one standby run, and none that nobody drops', () => {
    let before = new Driven().model;
    holds(
      (driven) => {
        expectSound(driven, new Driven().model);
        before = new Driven().model;
      },
      (driven) => {
        expectSound(driven, driven.model.generation < before.generation ? driven.model : before);
        before = driven.model;
      },
    );
  });

  it('generations strictly grow', () =>
    holds(({ effects }) => {
      const opened = effects.flatMap((effect) =>
        effect.type === 'open' ? [effect.run.generation] : [],
      );
      expect(opened).to.deep.equal([...new Set(opened)].sort((a, b) => a - b));
    }));

  it('what comes late from an old generation changes nothing', () =>
    holds(({ model, now }) => {
      const { active, standby } = model;
      for (let old = 0; old <= model.generation + 1; old++) {
        if (old === active?.generation || old === standby?.generation) continue;
        const late = new Driven();
        late.model = model;
        late.now = now;
        late.fail(old);
        late.send({ type: 'swapped', now, generation: old });
        late.send({ type: 'finished', now, generation: old });
        expect(late.model).to.deep.equal(model);
        expect(late.effects).to.deep.equal([]);
      }
    }));

  it('there is a way out: where all goes well again, it is heard', () =>
    holds((driven) => {
      if (driven.isOver) return;
      driven.send({ type: 'wanted', wanted: true });
      driven.send({ type: 'blocked', blocked: false });
      driven.document({ sequence: 100 });
      driven.prosper(30_000);
      expect(driven.isOver).to.equal(false);
      expect(driven.hears).to.equal(true);
    }));

  it('an end is an end', () =>
    holds((driven) => {
      driven.send({ type: 'close', error: null });
      const { model } = driven;
      expect(driven.isOver).to.equal(true);
      expect(driven.effects.filter(({ type }) => type === 'over')).to.have.length(1);
      driven.document({ sequence: 100 });
      driven.prosper(1_000);
      expect(driven.model).to.equal(model);
    }));
});

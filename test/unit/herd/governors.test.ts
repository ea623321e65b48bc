import { expect } from 'chai';
import fc from 'fast-check';
import { type BackoffOptions, backoff, type RetryPolicy } from '../../../src/policy/backoff.ts';
import { Clock } from '../../helpers/clock.ts';
import { runs } from '../../helpers/effort.ts';
import { noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { Governed } from '../../helpers/governed.ts';
import { expectNoHerd, type Round } from '../../helpers/herd.ts';
import { Recorded, windowOf } from '../../helpers/windows.ts';

const ROUNDS = 5;

interface Cohort {
  readonly members: number;
  readonly options: BackoffOptions;
  readonly spread?: number | null;
  readonly hearing?: boolean;
  readonly policy?: RetryPolicy;
  readonly answer?: () => Reply;
  readonly seed?: number;
}

/** The retries of governors whose origin fails in one instant, round by round. */
const retriesOf = async (cohort: Cohort): Promise<Round[]> => {
  const { members, options, spread = null, hearing = false, answer = noAnswer } = cohort;
  const { policy = backoff(options), seed = 0 } = cohort;
  const clock = new Clock();
  const recorded = new Recorded(policy, options);
  const pages = Array.from({ length: members }, (_, index) => {
    const host = new FakeHost({ clock, seed: seed * members + index, script: answer });
    const page = new Governed({ host, policy: recorded.policy });
    Object.assign(page.governor, { spread, hearing });
    page.ask('/x');
    return page;
  });
  const done = () => pages.every(({ requests }) => requests.length > ROUNDS);
  while (!done()) await clock.advance(60_000);
  for (const page of pages) page.abort();
  await clock.advance(0);
  return Array.from({ length: ROUNDS }, (_, index) => ({
    number: index + 1,
    arrivals: pages.map(({ arrivals }) => arrivals[index + 1] as number),
    window: recorded.windows.get(index + 1) as number,
  }));
};

const MEMBERS = 300;

const options = fc.record({
  first: fc.integer({ min: 1_500, max: 60_000 }),
  factor: fc.double({ min: 1, max: 4, noNaN: true }),
  cap: fc.integer({ min: 1_500, max: 600_000 }),
  capWhileSilent: fc.integer({ min: 1_500, max: 600_000 }),
});

const cohorts = fc.record({
  options,
  members: fc.constant(MEMBERS),
  seed: fc.integer({ min: 0, max: 1e6 }),
  spread: fc.option(fc.integer({ min: 1_500, max: 120_000 })),
  hearing: fc.boolean(),
});

describe('invariant 1, at the gate: no herd', () => {
  const ways: Record<string, () => Reply> = {
    'do not answer': noAnswer,
    'answer 503': () => reply(503),
    'answer 503 and ask for 30 s': () => reply(503, '', { 'retry-after': '30' }),
    'answer 429': () => reply(429),
  };
  for (const [name, answer] of Object.entries(ways)) {
    it(`at any options of backoff(), when all origins ${name}`, () =>
      fc.assert(
        fc.asyncProperty(cohorts, async (cohort) => {
          expectNoHerd(await retriesOf({ ...cohort, answer }), MEMBERS);
        }),
        { numRuns: runs(8) },
      ));
  }

  it('the windows are those that the design promises', async () => {
    const rounds = await retriesOf({ members: 5, options: {} });
    expect(rounds.map(({ window }) => window)).to.deep.equal([
      5_000, 10_000, 20_000, 40_000, 80_000,
    ]);
  });
});

describe('what is a herd is found out', () => {
  const own: BackoffOptions = { first: 5_000, factor: 2, cap: 30_000, capWhileSilent: 30_000 };
  const herds: Record<string, RetryPolicy> = {
    'equal delays': (context) => windowOf(context, own) / 2,
    'jitter before the cap': ({ attempt, random }) =>
      Math.min(5_000, random() * 5_000 * 4 ** attempt),
    'jitter of a tenth': (context) => windowOf(context, own) * (0.95 + 0.1 * context.random()),
    'the larger of draw and floor': (context) =>
      Math.max(30_000, context.random() * windowOf(context, own)),
  };
  for (const [name, policy] of Object.entries(herds)) {
    it(name, async () => {
      const rounds = await retriesOf({ members: MEMBERS, options: own, policy });
      expect(() => expectNoHerd(rounds, MEMBERS)).to.throw(/came in a second/);
    });
  }
});

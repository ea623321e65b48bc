import { expect } from 'chai';
import { type BackoffOptions, backoff, type RetryPolicy } from '../../../src/policy/backoff.ts';
import { listen } from '../../../src/session/listen.ts';
import { Clock } from '../../helpers/clock.ts';
import { runs } from '../../helpers/effort.ts';
import { type Asked, noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { FakeOrigins, type Fault, SEGMENT_MS } from '../../helpers/fake-origins.ts';
import { fakeSource } from '../../helpers/fake-source.ts';
import { expectNoHerd, type Round } from '../../helpers/herd.ts';
import { A } from '../../helpers/listening.ts';
import { seeded } from '../../helpers/random.ts';
import { Recorded } from '../../helpers/windows.ts';

// Enough to tell a draw from a herd: the last test below shows it. `npm run verify` takes more.
const MEMBERS = runs(250);
const LATENCY = 50;
const ROUNDS = 4;

interface Cohort {
  readonly options: BackoffOptions;
  /** Seconds. */
  readonly spread?: number;
  readonly fault: Fault;
  readonly outage: number;
  readonly policy?: RetryPolicy;
}

/** The retries of one session: what it asked for at once when its origin was lost is none. */
const retriesOf = (requests: readonly Asked[], lost: number): number[] => {
  const times = requests.map(({ at }) => at).filter((at) => at >= lost);
  const first = times[0] ?? 0;
  return times.filter((at) => at > first + LATENCY);
};

/** What a cohort of sessions does that hear and lose their origin in one instant. */
const lose = async (cohort: Cohort): Promise<Round[]> => {
  const { options, spread, fault, outage, policy = backoff(options) } = cohort;
  const clock = new Clock();
  const origins = new FakeOrigins();
  const random = seeded(1);
  const sources = [{ kind: 'hls', url: `${A}/talk.m3u8` }];
  const stage = { version: 1, sources, ...(spread && { spread }) };
  const recorded = new Recorded(policy, options);
  const hosts = Array.from(
    { length: MEMBERS },
    (_, seed) => new FakeHost({ clock, seed, script: origins.script, latency: () => LATENCY }),
  );
  const sessions = hosts.map((host) => {
    const start = () => listen({ stage, host, sources: [fakeSource()], retry: recorded.policy });
    return new Promise<ReturnType<typeof listen>>((resolve) => {
      clock.schedule(() => resolve(start()), random() * SEGMENT_MS);
    });
  });
  await clock.advance(2 * SEGMENT_MS);
  const hearing = (await Promise.all(sessions)).filter(({ state }) => state.hearing);
  expect(hearing.length, 'all hear before').to.equal(MEMBERS);
  origins.faults.set(A, fault);
  const lost = clock.now();
  await clock.advance(outage);
  for (const session of hearing) session.close();
  const retries = hosts.map(({ requests }) => retriesOf(requests, lost));
  return Array.from({ length: ROUNDS }, (_, index) => ({
    number: index + 1,
    arrivals: retries.flatMap((times) => times.slice(index, index + 1)),
    window: recorded.windows.get(index + 1) as number,
  }));
};

const cohorts: Record<string, Cohort> = {
  'the defaults, no answer': { options: {}, fault: () => noAnswer(), outage: 50_000 },
  'small windows, 503 with Retry-After': {
    options: { first: 2_000, factor: 1.5, cap: 4_000 },
    fault: () => reply(503, '', { 'retry-after': '5' }),
    outage: 40_000,
  },
  'a published spread, hanging requests': {
    options: { factor: 1, cap: 1 },
    spread: 15,
    fault: () => 'never',
    outage: 70_000,
  },
};

describe('invariant 1: sessions that lose their origin in one instant are no herd', () => {
  for (const [name, cohort] of Object.entries(cohorts)) {
    it(name, async () => {
      const rounds = await lose(cohort);
      expect(rounds[0]?.arrivals.length).to.equal(MEMBERS);
      expect(rounds[1]?.arrivals.length).to.be.above(MEMBERS / 2);
      expectNoHerd(
        rounds.filter(({ arrivals }) => arrivals.length),
        MEMBERS,
      );
    });
  }

  it('and equal delays are found out to be one', async () => {
    const rounds = await lose({
      options: { factor: 1 },
      spread: 30,
      fault: () => noAnswer(),
      outage: 40_000,
      policy: () => 15_000,
    });
    expect(() => expectNoHerd(rounds.slice(0, 1), MEMBERS)).to.throw(/came in a second/);
  });
});

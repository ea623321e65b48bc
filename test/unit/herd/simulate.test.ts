import { expect } from 'chai';
import {
  INCIDENTS,
  type IncidentName,
  type Outcome,
  type PeerModel,
  type Scenario,
  simulate,
  simulateSync,
} from '../../../src/herd/index.ts';

const names = Object.keys(INCIDENTS) as IncidentName[];

const fixed = (ms: number): PeerModel => ({
  name: `fixed ${ms} ms`,
  of: 'a test',
  delay: () => ms,
  requestsPerDial: 1,
});

const peer = (model: PeerModel) => ({ kind: 'peer', peer: model }) as const;
const earshot = { kind: 'earshot' } as const;

const run = (scenario: Partial<Scenario>): Outcome =>
  simulateSync({
    incident: 'doors-open',
    policy: earshot,
    listeners: 5_000,
    capacity: 50,
    ...scenario,
  });

const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0);

describe('a simulation', () => {
  for (const incident of names) {
    it(`${incident}: the same seed gives the same run, another one does not`, () => {
      expect(run({ incident, seed: 7 })).to.deep.equal(run({ incident, seed: 7 }));
      expect(run({ incident, seed: 7 })).not.to.deep.equal(run({ incident, seed: 8 }));
    });
  }

  for (const incident of names) {
    for (const policy of [earshot, peer(fixed(3_000))]) {
      it(`${incident}, ${policy.kind}: nobody is lost, and nobody counts twice`, () => {
        const out = run({ incident, policy, horizon: 100 });
        const admitted = out.series.admitted.at(-1) as number;
        expect(admitted + out.waiting + out.givenUp).to.equal(5_000);
        expect(out.series.hearing.at(-1)).to.be.at.most(5_000);
        expect(sum(out.series.arrivals) / 5_000).to.be.closeTo(out.requests, 0.01);
        const answered = out.requests - out.refused - out.timedOut;
        expect(answered * 5_000).to.be.closeTo(admitted, 1e-6);
      });
    }
  }

  it('is not faster than the origin', () => {
    for (const incident of names) {
      const { series } = run({ incident });
      const borne = (second: number) => sum(series.capacity.subarray(0, second + 1)) + 50;
      series.admitted.forEach((admitted, second) => {
        expect(admitted, `${incident}, ${second} s`).to.be.at.most(borne(second));
      });
    }
  });

  it('is what it is at any scale', () => {
    for (const policy of [earshot, peer(fixed(200_000))]) {
      const [small, large] = [20_000, 200_000].map((listeners) =>
        run({ policy, listeners, capacity: listeners / 100 }),
      ) as [Outcome, Outcome];
      const near = (a: number | null, b: number | null) =>
        expect(a).to.be.closeTo(b as number, 0.03 * (b as number));
      near(small.admitted.p50, large.admitted.p50);
      near(small.admitted.p99, large.admitted.p99);
      near(small.requests, large.requests);
      near(small.documents, large.documents);
    }
  });

  it('refuses numbers that are none, and names them', () => {
    for (const [name, value] of [
      ['listeners', 0],
      ['listeners', 1.5],
      ['listeners', 2e7],
      ['capacity', 0],
      ['refusalCost', 1],
      ['horizon', Number.NaN],
    ] as const) {
      expect(() => run({ [name]: value })).to.throw(RangeError, name);
    }
  });
});

describe('an overloaded origin', () => {
  it('admits nobody once the retries alone are more than it can refuse', () => {
    // N/T = 5000 a second, C/r = 500.
    const out = run({ policy: peer(fixed(1_000)), horizon: 1_800 });
    expect(out.recovers).to.equal(false);
    // Only the first seconds of the arrivals are borne.
    expect(out.series.admitted.at(-1)).to.be.at.most(0.1 * 5_000);
    expect(out.requests).to.be.above(100);
  });

  it('recovers where the same crowd asks seldom enough', () => {
    const out = run({ policy: peer(fixed(200_000)) });
    expect(out.recovers).to.equal(true);
  });

  it('costs whatever the peer asks for each dial', () => {
    const [once, twice] = [1, 2].map((requestsPerDial) =>
      run({ policy: peer({ ...fixed(30_000), requestsPerDial }), capacity: 1_000 }),
    ) as [Outcome, Outcome];
    expect(twice.requests).to.be.closeTo(2 * once.requests, 0.2 * once.requests);
  });

  it('counts those who give up', () => {
    const never: PeerModel = { ...fixed(1), delay: () => null };
    const out = run({ incident: 'no-hint', policy: peer(never) });
    expect([out.givenUp, out.waiting, out.requests]).to.deep.equal([5_000, 0, 0]);
  });
});

describe('simulate()', () => {
  const scenario: Scenario = {
    incident: 'doors-open',
    policy: earshot,
    listeners: 100_000,
    capacity: 500,
  };

  it('gives what simulateSync() gives, and tells how far it is', async () => {
    const told: number[] = [];
    const out = await simulate(scenario, { onProgress: (done) => told.push(done) });
    expect(out).to.deep.equal(simulateSync(scenario));
    expect(told.length).to.be.above(2);
    expect(told).to.deep.equal(told.toSorted((a, b) => a - b));
    expect(Math.max(...told)).to.be.at.most(1);
  });

  it('ends at once when it is aborted, with the reason', async () => {
    const aborting = new AbortController();
    let breaths = 0;
    const onProgress = () => {
      if (++breaths === 2) aborting.abort('enough');
    };
    const reason = await simulate(scenario, { onProgress, signal: aborting.signal }).catch(
      (why: unknown) => why,
    );
    expect([reason, breaths]).to.deep.equal(['enough', 2]);
  });

  it('does not begin when it is aborted already', async () => {
    const signal = AbortSignal.abort('never');
    const onProgress = () => expect.fail('it began');
    expect(await simulate(scenario, { signal, onProgress }).catch((why: unknown) => why)).to.equal(
      'never',
    );
  });
});

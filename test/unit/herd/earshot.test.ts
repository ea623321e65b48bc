import { expect } from 'chai';
import { type Outcome, type Scenario, simulateSync } from '../../../src/herd/index.ts';
import type { RetryPolicy } from '../../../src/policy/backoff.ts';

const run = (scenario: Partial<Scenario>, retry?: RetryPolicy): Outcome =>
  simulateSync({
    incident: 'doors-open',
    policy: { kind: 'earshot', retry },
    listeners: 80_000,
    capacity: 800,
    ...scenario,
  });

const within = ({ admitted, limit }: Outcome) => (admitted.p999 as number) / limit;

describe('a crowd of Earshot', () => {
  it('comes in by its turns: once each, never much faster than the origin bears', () => {
    for (const incident of ['doors-open', 'restart', 'reload-storm'] as const) {
      const out = run({ incident, listeners: 200_000, capacity: 1_000 });
      expect(out.requests, incident).to.be.at.most(1.02);
      expect(out.peak, incident).to.be.at.most(1.25);
      expect(out.lostTurns, incident).to.equal(0);
      // 40 s are for the crowd to see the door before it opens.
      expect(within(out) - 40 / out.limit, incident).to.be.at.most(1.1);
    }
  });

  it('hears HLS meanwhile', () => {
    for (const incident of ['doors-open', 'restart', 'no-hint', 'return'] as const) {
      expect(run({ incident }).hearing.p99, incident).to.be.at.most(60);
    }
  });

  it('hears late where the CDN is too small, and only the CDN is to blame', () => {
    const out = run({ cdnCapacity: 80_000 / 200 });
    expect(out.hearing.p95).to.be.above(60);
    expect(out.peak).to.be.at.most(1.25);
  });

  it('is asked in again when the guess was wrong, either way', () => {
    for (const incident of ['guess-too-fast', 'guess-too-slow'] as const) {
      expect(within(run({ incident, listeners: 400_000 })), incident).to.be.at.most(1.35);
    }
  });

  it('waits out an attack without adding to it', () => {
    const out = run({ incident: 'forty-five-minutes', listeners: 400_000 });
    expect(out.refusedPerAdmitted).to.be.at.most(1);
    expect(within(out)).to.be.at.most(1.3);
  });

  it('asks nobody twice after a return, and takes no turn away', () => {
    const out = run({ incident: 'return', listeners: 400_000 });
    expect(out.requestsWhileDown).to.be.above(1);
    expect(out.requests - out.requestsWhileDown).to.be.at.most(1.02);
    expect(out.peak).to.be.at.most(1.25);
  });
});

describe('a policy of the developer', () => {
  it('that returns 1 ms is held by the floor and by the budget of the governor', () => {
    const horizon = 3_580;
    const out = run({ incident: 'no-hint', listeners: 2_000, capacity: 0.01, horizon }, () => 1);
    // The climb, five tokens, and one more every 30 s.
    expect(out.requests).to.be.at.most(1 + 5 + (horizon + 20) / 30);
    expect(out.requests).to.be.above(20);
  });

  it('that returns null stops the listener for good', () => {
    const out = run({ incident: 'no-hint', listeners: 2_000, capacity: 0.01 }, () => null);
    expect(out.givenUp).to.equal(2_000 - (out.series.admitted.at(-1) as number));
    expect(out.requests).to.be.at.most(1);
  });

  it('decides: a wider first window asks less', () => {
    const asked = (retry: RetryPolicy) =>
      run({ incident: 'no-hint', listeners: 20_000, capacity: 40 }, retry).requests;
    const wide = asked(({ random, attempt }) => random() * 120_000 * 2 ** attempt);
    expect(wide).to.be.below(asked(({ random }) => random() * 60_000));
  });

  it('that throws is replaced by backoff(), like in a session', () => {
    const scenario = { incident: 'no-hint', listeners: 2_000, capacity: 40 } as const;
    const thrown = run(scenario, () => {
      throw new Error('no');
    });
    expect(thrown.requests).to.be.closeTo(run(scenario).requests, 0.2);
  });
});

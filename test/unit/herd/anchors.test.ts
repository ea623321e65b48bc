import { expect } from 'chai';
import { type IncidentName, type PeerModel, simulateSync } from '../../../src/herd/index.ts';

// A million listeners and 2,000 joins a second, in small: N/C is 500 s.
const LISTENERS = 40_000;
const CAPACITY = LISTENERS / 500;

const fullJitter = (base: number, cap: number): PeerModel => ({
  name: 'full jitter',
  of: `U(0, min(${cap}, ${base} * 2^n))`,
  delay: (attempt, _previous, _memory, _timedOut, random) =>
    random() * Math.min(cap, base * 2 ** (attempt - 1)),
  requestsPerDial: 1,
});

const live = (incident: IncidentName, peer: PeerModel) =>
  simulateSync({
    incident,
    policy: { kind: 'peer', peer },
    listeners: LISTENERS,
    capacity: CAPACITY,
  });

const near = (actual: number | null, published: number) =>
  expect(actual).to.be.closeTo(published, 0.1 * published);

describe('the herds that another simulator has measured', () => {
  it('arrivals over 30 s, full jitter capped at 120 s', () => {
    const out = live('doors-open', fullJitter(1_000, 120_000));
    near(out.admitted.p95, 1_126);
    near(out.requests, 19);
  });

  it('an outage of 20 s, full jitter from 5 s capped at 600 s', () => {
    const out = live('no-hint', fullJitter(5_000, 600_000));
    near(out.admitted.p99, 955);
    near(out.admitted.p999, 1_035);
    near(out.requests, 7.3);
  });

  it('full jitter capped at 30 s never recovers', () => {
    const out = live('doors-open', fullJitter(1_000, 30_000));
    expect(out.series.admitted.at(-1)).to.be.at.most(0.01 * LISTENERS);
    expect(out.requests).to.be.within(150, 350);
  });
});

import { expect } from 'chai';
import {
  INCIDENTS,
  type IncidentName,
  type Outcome,
  type PeerModel,
  type Scenario,
  simulateSync,
} from '../../../src/herd/index.ts';
import { Origin } from '../../../src/herd/origin.ts';
import { Places } from '../../../src/herd/places.ts';
import { Random } from '../../../src/herd/random.ts';

const names = Object.keys(INCIDENTS) as IncidentName[];
const impatient: PeerModel = {
  ...{ name: 'every 20 s', of: 'a test', requestsPerDial: 1 },
  delay: () => 20_000,
};
const peer = { kind: 'peer', peer: impatient } as const;
const earshot = { kind: 'earshot' } as const;

const run = (scenario: Partial<Scenario>): Outcome =>
  simulateSync({
    ...{ incident: 'doors-open', policy: earshot, listeners: 100_000, capacity: 500 },
    ...scenario,
  });

const mean = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('the places of an origin', () => {
  it('are left after the mean stay, on average', () => {
    const places = new Places(null, 100, new Random(1));
    places.inside = 100_000;
    for (let tick = 0; tick < 1_000; tick++) places.tick();
    expect(places.inside).to.be.closeTo(100_000 / Math.E, 1_000);
    expect(places.left).to.equal(100_000 - places.inside);
  });

  it('are kept where nobody leaves', () => {
    const places = new Places(10, Infinity, new Random(1));
    places.inside = 10;
    for (let tick = 0; tick < 1_000; tick++) expect(places.tick()).to.equal(0);
    expect(places.free).to.equal(0);
  });

  // 1,000 joins a second: 100 in a tick, with nothing saved up.
  const decided = (most: number, asking: number, hopeless = 0) => {
    const origin = new Origin(0.1, new Random(1), new Places(most, Infinity, new Random(1)));
    const { admitted, refused, timedOut, full } = origin.decide(1_000, asking, hopeless);
    return [admitted, refused, timedOut, full];
  };

  it('are not given away twice: the rest is refused, at the cost of any refusal', () => {
    expect(decided(30, 100)).to.deep.equal([30, 70, 0, 70]);
    expect(decided(30, 550)).to.deep.equal([30, 520, 0, 20]);
    expect(decided(60, 550)).to.deep.equal([50, 500, 0, 0]);
    expect(decided(0, 5_000)).to.deep.equal([0, 1_000, 4_000, 0]);
    expect(decided(0, 900, 50)).to.deep.equal([0, 950, 0, 5]);
  });
});

describe('a limit of people inside', () => {
  it('that nobody meets changes nothing', () => {
    for (const policy of [earshot, peer]) {
      const scenario = { policy, listeners: 5_000, capacity: 50 };
      expect(run({ ...scenario, most: 1_000_000 })).to.deep.equal(run(scenario));
    }
  });

  for (const policy of [earshot, peer]) {
    for (const incident of names) {
      it(`${incident}, ${policy.kind}: is never passed, and nobody is lost`, () => {
        const out = run({
          ...{ incident, policy, listeners: 5_000, capacity: 50, most: 500, stay: 200 },
          horizon: 1_800,
        });
        const { inside, admitted } = out.series;
        expect(Math.max(...inside)).to.be.within(policy === earshot ? 450 : 100, 500);
        expect(Math.min(...inside)).to.be.at.least(0);
        expect((admitted.at(-1) as number) + out.waiting + out.givenUp).to.equal(5_000);
        expect(out.refusedFull).to.be.at.most(out.refused);
        inside.forEach((count, at) => {
          expect(count).to.be.at.most(admitted[at] as number);
        });
      });
    }
  }

  it('is filled as fast as the origin bears, and refuses hardly anybody on the way', () => {
    const out = run({ most: 20_000, horizon: 600 });
    const { inside } = out.series;
    // 32 s until the door opens, and 20,000 / 500.
    expect(inside.findIndex((count) => count >= 0.9 * 20_000)).to.be.below(32 + 40 * 1.3);
    expect(inside.at(-1)).to.be.above(0.995 * 20_000);
    expect(out.refusedFull * out.listeners).to.be.below(0.01 * 20_000);
    expect(out.recovers).to.equal(false);
  });

  it('lets in as many as leave: nearly all places stay taken, and nobody is refused at the turn', () => {
    for (const incident of ['doors-open', 'restart', 'reload-storm'] as const) {
      const out = run({ incident, most: 10_000, stay: 600, horizon: 3_600 });
      expect(mean(out.series.inside.subarray(600)), incident).to.be.above(0.98 * 10_000);
      expect(out.refusedTurns, incident).to.be.below(0.002 * out.listeners);
      expect(out.refusedFull * out.listeners).to.be.below(0.01 * out.listeners);
      expect(out.peak, incident).to.be.at.most(1.25);
    }
  });

  it('is filled again within minutes when half leave at once after a standstill, and few are refused', () => {
    const { tick } = Places.prototype;
    let ticks = 0;
    Places.prototype.tick = function half() {
      const left = tick.call(this);
      if (++ticks !== 12_000) return left;
      const gone = this.inside >> 1;
      this.inside -= gone;
      this.left += gone;
      return left + gone;
    };
    try {
      const out = run({ listeners: 200_000, capacity: 1_000, most: 10_000, horizon: 2_400 });
      const { inside } = out.series;
      expect(
        [inside[1_190], inside[1_202]].map((one) => Math.round((one ?? 0) / 500)),
      ).to.deep.equal([20, 10]);
      expect(inside[1_500]).to.be.above(9_900);
      // 127,000, if places were given away while listeners are on their way to them.
      expect(out.refusedFull * out.listeners).to.be.below(60_000);
    } finally {
      Places.prototype.tick = tick;
    }
  });

  it('is met by other clients too, which are refused again and again', () => {
    const scenario = { most: 5_000, stay: 600, capacity: 2_000, horizon: 1_200 };
    const out = run({ ...scenario, policy: peer });
    expect(out.refusedFull).to.be.above(10);
    expect(run(scenario).refusedFull).to.be.below(0.1);
  });

  it('of a small room is filled, though chance refuses some at their turn', () => {
    const out = run({ listeners: 2_000, capacity: 20, most: 100, stay: 600, horizon: 7_200 });
    expect(mean(out.series.inside.subarray(1_200))).to.be.above(90);
    expect(out.refusedFull * out.listeners).to.be.below(out.series.admitted.at(-1) as number);
  });

  it('is a whole number, and a stay a second or more', () => {
    for (const [name, value] of [
      ['most', 0],
      ['most', 1.5],
      ['most', Number.NaN],
      ['stay', 0.5],
      ['stay', Number.NaN],
    ] as const) {
      expect(() => run({ [name]: value })).to.throw(RangeError, name);
    }
  });

  it('is the same run for the same seed', () => {
    const scenario = { listeners: 5_000, capacity: 50, most: 500, stay: 200, horizon: 600 };
    expect(run({ ...scenario, seed: 7 })).to.deep.equal(run({ ...scenario, seed: 7 }));
    expect(run({ ...scenario, seed: 7 })).not.to.deep.equal(run({ ...scenario, seed: 8 }));
  });
});

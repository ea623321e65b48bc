import { expect } from 'chai';
import { Origin } from '../../../src/herd/origin.ts';
import { Random } from '../../../src/herd/random.ts';
import { TICK } from '../../../src/herd/time.ts';
import { Wheel } from '../../../src/herd/wheel.ts';

describe('the origin', () => {
  // 1,000 joins a second: 100 in a tick, with nothing saved up.
  const decided = (asking: number, hopeless = 0) => {
    const origin = new Origin(0.1, new Random(1));
    const { admitted, refused, timedOut } = origin.decide(1_000, asking, hopeless);
    return [admitted, refused, timedOut];
  };

  it('lets in all whom its budget bears', () => {
    expect(decided(100)).to.deep.equal([100, 0, 0]);
  });

  it('lets in (B - rA) / (1 - r) of more, and refuses the rest', () => {
    expect(decided(550)).to.deep.equal([50, 500, 0]);
  });

  it('refuses B / r and leaves the rest without an answer, where refusing is more than it can', () => {
    expect(decided(5_000)).to.deep.equal([0, 1_000, 4_000]);
  });

  it('pays for those it must refuse in any case', () => {
    expect(decided(100, 500)).to.deep.equal([44, 556, 0]);
    expect(decided(0, 300)).to.deep.equal([0, 300, 0]);
  });

  it('saves up a second at the most', () => {
    const origin = new Origin(0.1, new Random(1));
    for (let tick = 0; tick < 100; tick++) origin.decide(1_000, 0);
    expect(origin.decide(1_000, 900).admitted).to.equal(900);
    expect(origin.decide(1_000, 200).admitted).to.equal(200);
    expect(origin.decide(1_000, 101).refused).to.be.above(0);
  });

  it('draws who is let in, and admits as many as it said', () => {
    const origin = new Origin(0.1, new Random(1));
    origin.decide(1_000, 550, 100);
    const hopeless = Array.from({ length: 100 }, () => origin.next(true));
    expect(hopeless).not.to.include('admitted');
    const others = Array.from({ length: 550 }, () => origin.next());
    expect(others.filter((one) => one === 'admitted')).to.have.lengthOf(38);
    expect(others.indexOf('admitted')).to.be.below(200);
    expect(others.lastIndexOf('admitted')).to.be.above(350);
  });
});

describe('the wheel', () => {
  it('gives each record back once, in its tick, whatever is put in meanwhile', () => {
    const random = new Random(3);
    const [ticks, records] = [500, 3_000];
    const wheel = new Wheel(2, ticks, 16);
    const put = (id: number, tick: number, now: number) => {
      const at = wheel.append(tick * TICK, now);
      if (at < 0) return;
      wheel.data[at] = id;
      wheel.data[at + 1] = Math.max(tick, now + 1);
    };
    const moves = new Int32Array(records);
    for (let id = 0; id < records; id++) put(id, 1 + Math.floor(random.next() * 20), 0);
    for (let tick = 1; tick < ticks; tick++) {
      const seen = new Set<number>();
      wheel.drain(tick, (from, to) => {
        for (let at = from; at < to; at += 2) {
          const id = wheel.data[at] as number;
          expect([wheel.data[at + 1], seen.has(id)]).to.deep.equal([tick, false]);
          seen.add(id);
          moves[id] = (moves[id] as number) + 1;
          put(id, tick + Math.floor(random.next() * 40), tick);
        }
      });
    }
    expect(Math.min(...moves)).to.be.above(10);
  });

  it('takes nothing beyond its last tick', () => {
    const wheel = new Wheel(1, 10, 16);
    expect(wheel.append(10 * TICK, 0)).to.equal(-1);
    expect(wheel.append(9 * TICK, 0)).to.be.at.least(0);
  });
});

it('the random numbers are even, and others for another seed', () => {
  const tenths = new Int32Array(10);
  const random = new Random(5);
  for (let draw = 0; draw < 100_000; draw++) {
    const tenth = Math.floor(random.next() * 10);
    tenths[tenth] = (tenths[tenth] as number) + 1;
  }
  for (const count of tenths) expect(count).to.be.closeTo(10_000, 500);
  const firsts = new Set(Array.from({ length: 1_000 }, (_, seed) => new Random(seed).next()));
  expect(firsts.size).to.be.above(990);
});

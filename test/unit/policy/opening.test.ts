import { expect } from 'chai';
import fc from 'fast-check';
import {
  doorOf,
  joinsThatFit,
  type Opening,
  openDoor,
  revise,
} from '../../../src/policy/opening.ts';

const NOBODY = { onTheirWay: 0 };

describe('how many joins the people inside allow', () => {
  const joins = (inside: number, left = 0, seconds = 1, most: number | null = 1_000) =>
    joinsThatFit(NOBODY, { most, inside, left, seconds });

  it('all, where there is no limit', () => {
    expect(joins(1e9, 0, 1, null)).to.equal(Infinity);
  });

  it('none, where all places are taken and nobody leaves', () => {
    expect(joins(1_000)).to.equal(0);
    expect(joins(1_200)).to.equal(0);
  });

  it('a little fewer than leave, where all places are taken', () => {
    expect(joins(1_000, 50)).to.be.within(35, 49);
    expect(joins(1_100, 50)).to.be.below(joins(1_000, 50));
  });

  it('so many that free places are filled in ten seconds, however long the interval is', () => {
    expect(joins(500)).to.equal(50);
    expect(joins(500, 0, 0.1)).to.be.closeTo(5, 1e-9);
    expect(joins(500, 0, 10)).to.equal(500);
    expect(joins(500, 0, 3_600)).to.equal(500);
  });

  it('fewer, where some are on their way; those who came too early take nothing away', () => {
    const people = { most: 1_000, inside: 500, left: 0, seconds: 1 };
    expect(joinsThatFit({ onTheirWay: 200 }, people)).to.equal(30);
    expect(joinsThatFit({ onTheirWay: 900 }, people)).to.equal(0);
    expect(joinsThatFit({ onTheirWay: -900 }, people)).to.equal(50);
  });

  const count = fc.nat(1e7);
  const people = fc.record({
    ...{ most: count, inside: count, left: count },
    seconds: fc.double({ min: 0.001, max: 3_600, noNaN: true }),
  });

  it('never less than none, nor more than left and fit; more places never allow fewer', () =>
    fc.assert(
      fc.property(people, count, fc.integer({ min: -1e7, max: 1e7 }), (given, more, onTheirWay) => {
        const opening = { onTheirWay };
        const those = joinsThatFit(opening, given);
        expect(those).to.be.within(0, given.left + Math.max(0, given.most - given.inside));
        const { most, inside, left } = given;
        for (const better of [
          { ...given, most: most + more },
          { ...given, inside: Math.max(0, inside - more) },
          { ...given, left: left + more },
        ])
          expect(joinsThatFit(opening, better)).to.be.at.least(those);
        expect(joinsThatFit({ onTheirWay: onTheirWay + more }, given)).to.be.at.most(those);
      }),
    ));
});

/** A door in front of a room: whoever has the turn comes at once, or some seconds later. */
class Room {
  opening: Opening;
  now = 0;
  inside = 0;
  refused = 0;
  admitted = 0;
  readonly #most: number;
  readonly #late: number[];
  readonly #listeners = 1_000_000;
  readonly #capacity = 2_000;

  constructor(most: number, lateSeconds = 0) {
    this.#most = most;
    this.#late = new Array(lateSeconds).fill(0);
    const people = { most, inside: 0, left: 0, seconds: 1 };
    const capacity = Math.min(this.#capacity, joinsThatFit(NOBODY, people));
    const { now } = this;
    this.opening = openDoor({ epoch: 1, now, capacity, listeners: this.#listeners, opensIn: 0 });
  }

  get joinsPerSecond(): number {
    return this.opening.opensPerSecond * this.#listeners;
  }

  /** One second, in which some leave. */
  second(left = 0): void {
    this.inside -= left;
    const before = doorOf(this.opening, this.now).open;
    this.now += 1_000;
    this.#late.push((doorOf(this.opening, this.now).open - before) * this.#listeners);
    const arrivals = this.#late.shift() as number;
    const borne = Math.min(arrivals, this.#capacity);
    const admitted = Math.min(borne, Math.max(0, this.#most - this.inside));
    this.inside += admitted;
    this.admitted += admitted;
    this.refused += arrivals - admitted;
    const fit = joinsThatFit(this.opening, {
      ...{ most: this.#most, inside: this.inside, left, seconds: 1 },
    });
    const spare = Math.min(this.#capacity - admitted, fit - admitted);
    const seen = { seconds: 1, arrivals, admitted, refused: arrivals - admitted, spare };
    this.opening = revise(this.opening, seen, this.now, [5, 30]);
  }

  seconds(count: number, left = 0): void {
    for (let second = 0; second < count; second++) this.second(left);
  }
}

describe('a door in front of a room that fills', () => {
  for (const [late, most] of [
    [0, 0.001],
    [5, 0.1],
  ] as const) {
    it(`fills it within two minutes and refuses few, if listeners come ${late} s late`, () => {
      const room = new Room(50_000, late);
      room.seconds(120);
      expect(room.inside).to.be.above(49_000);
      expect(room.refused).to.be.below(most * 50_000);
    });
  }

  it('stands still while nobody leaves, and follows within seconds when some do', () => {
    const room = new Room(50_000, 5);
    room.seconds(3_600);
    expect(room.inside).to.be.above(49_990);
    expect(room.joinsPerSecond).to.be.below(0.01);
    expect(room.opening.opensPerSecond).to.be.above(0);
    room.seconds(5, 100);
    expect(room.joinsPerSecond).to.be.above(50);
  });

  it('admits as many as leave, and refuses nobody', () => {
    const room = new Room(50_000, 5);
    room.seconds(600, 0);
    room.seconds(600, 30);
    const { admitted, refused } = room;
    room.seconds(1_200, 30);
    expect((room.admitted - admitted) / 1_200).to.be.closeTo(30, 0.5);
    expect(room.refused - refused).to.equal(0);
    expect(room.inside).to.be.within(49_500, 50_000);
  });

  it('opens at a rate above 0, where all places are taken from the start', () => {
    const opening = openDoor({ epoch: 1, now: 0, capacity: 0, listeners: 10, opensIn: 5 });
    expect(opening.opensPerSecond).to.be.above(0);
    expect(doorOf(opening, 4_000).open).to.be.below(0);
  });
});

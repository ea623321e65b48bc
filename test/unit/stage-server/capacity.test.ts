import { expect } from 'chai';
import { doorOf, type Opening, openDoor } from '../../../src/policy/opening.ts';
import { withCapacity } from '../../../src/stage-server/door/admission-controller.ts';
import { type Edition, isNews } from '../../../src/stage-server/edition.ts';
import { type EditionParts, nextEdition } from '../../../src/stage-server/keeper.ts';
import type { DoorSetting, StageSettings } from '../../../src/stage-server/settings.ts';

const NOON = Date.UTC(2026, 10, 28, 12);

const openingOf = (capacity: number, opensIn = 0): Opening =>
  openDoor({ epoch: 1, now: NOON, capacity, listeners: 10_000, opensIn });

describe('a door whose capacity an operator changes', () => {
  it('follows at once, in both directions', () => {
    const opening = openingOf(200);
    for (const after of [20, 400]) {
      const next = withCapacity(opening, 200, after);
      expect(next.capacity).to.equal(after);
      expect(next.opensPerSecond).to.be.closeTo((opening.opensPerSecond * after) / 200, 1e-12);
      expect(next.open).to.equal(opening.open);
    }
    expect(withCapacity(opening, 200, 200)).to.equal(opening);
  });

  it('opens no faster if something else holds it back', () => {
    const opening = { ...openingOf(200), capacity: 30 };
    expect(withCapacity(opening, 200, 400)).to.equal(opening);
    expect(withCapacity(opening, 200, 100)).to.equal(opening);
    expect(withCapacity(opening, 200, 15).capacity).to.equal(15);
  });

  it('opens to its first lot when it would have', () => {
    const opening = openingOf(200, 60);
    const next = withCapacity(opening, 200, 50);
    const opensAt = ({ open, opensPerSecond }: Opening) => -open / opensPerSecond;
    expect(opensAt(next)).to.be.closeTo(opensAt(opening), 1e-6);
  });

  it('keeps a rate above 0 and at most 1', () => {
    expect(withCapacity(openingOf(200), 200, 0).opensPerSecond).to.equal(1e-12);
    expect(withCapacity(openingOf(200), 200, 1e7).opensPerSecond).to.equal(1);
    const none = withCapacity(openingOf(200), 200, 0);
    expect(withCapacity(none, 0, 100)).to.equal(none);
  });
});

const DOOR: DoorSetting = {
  ...{ epoch: 1, capacity: 200, most: null, listeners: 100_000, opensIn: 0, tickets: false },
  ...{ ticketLife: 21_600, passLife: 300, retryAfter: 5, refusalCost: 0.1 },
};
const SETTINGS: StageSettings = {
  ...{
    config: 'x',
    title: null,
    state: 'live',
    startsAt: null,
    sources: [],
    doors: { floor: DOOR },
  },
  ...{ spread: 5, refresh: 10, cues: [], moves: 0, restart: { count: 0, seconds: 0 }, log: [] },
};
const NOBODY = { admitted: 0, full: 0, crowded: 0, turnedAway: 0, left: 0, inside: 0 };

function edition(
  before: Edition | null,
  seconds: number,
  capacity: number,
  isBeat = true,
  admitted = 0,
) {
  const parts: EditionParts = {
    ...{ before, version: 1, now: NOON + seconds * 1_000, finish: (document) => document },
    settings: { ...SETTINGS, doors: { floor: { ...DOOR, capacity } } },
    counts: new Map(isBeat ? [['floor', { ...NOBODY, admitted }]] : []),
    places: { base: '', hasChannel: true },
  };
  return nextEdition(parts) as Edition;
}

describe('an edition after a change of capacity', () => {
  const rateOf = (of: Edition) => {
    const door = of.doors.floor;
    return door ? doorOf(door.opening, of.at).opensPerSecond : 0;
  };

  it('has the other rate with the next beat, and is pushed', () => {
    const first = edition(null, 0, 200);
    const second = edition(first, 1, 200);
    expect(isNews(null, first)).to.equal(true);
    expect(isNews(first, second)).to.equal(false);
    // Between two beats nothing is counted, so the opening waits for the next.
    const between = edition(second, 1.5, 190, false);
    expect(rateOf(between)).to.equal(rateOf(second));
    const changed = edition(between, 2, 190);
    const unchanged = edition(between, 2, 200);
    expect(rateOf(changed) / rateOf(unchanged)).to.be.closeTo(0.95, 0.001);
    expect(isNews(between, changed)).to.equal(true);
    expect(isNews(changed, edition(changed, 3, 190))).to.equal(false);
  });

  it('goes on from an edition of a version that did not say its capacity', () => {
    const first = edition(null, 0, 200);
    const { capacity: _, ...door } = first.doors.floor as NonNullable<Edition['doors'][string]>;
    const old: Edition = { ...first, doors: { floor: door } };
    expect(rateOf(edition(old, 1, 200))).to.be.closeTo(rateOf(first), rateOf(first) * 0.05);
  });

  it('keeps the joins per second of the edition before, if both are of one moment', () => {
    const counted = edition(edition(null, 0, 200), 1, 200, true, 7);
    expect(edition(counted, 1, 200).doors.floor?.rates).to.deep.equal(counted.doors.floor?.rates);
    expect(counted.doors.floor?.rates.arrivals).to.equal(7);
  });
});

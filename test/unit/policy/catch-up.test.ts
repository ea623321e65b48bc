import { expect } from 'chai';
import fc from 'fast-check';
import { CATCH_UP_RATE, catchUpRate, HOLD_BACK_RATE } from '../../../src/policy/hearing.ts';

const TARGET = 12_000;
const PLENTY = 8_000;

/** Ms behind live after so many seconds, by looks four times a second. */
const behindAfter = (seconds: number, latency: number, target = TARGET): number => {
  let rate = 1;
  let behind = latency;
  for (let looks = 0; looks < seconds * 4; looks++) {
    rate = catchUpRate(behind, target, PLENTY, rate);
    behind -= (rate - 1) * 250;
  }
  return behind;
};

describe('a source that is behind its target', () => {
  it('catches up to within 250 ms, and no further', () => {
    expect(catchUpRate(TARGET + 5_000, TARGET, PLENTY, 1)).to.equal(CATCH_UP_RATE);
    expect(behindAfter(120, TARGET + 5_000)).to.be.within(TARGET, TARGET + 250);
  });

  it('is left alone while it is a little late, so that it does not flutter', () => {
    expect(catchUpRate(TARGET + 2_900, TARGET, PLENTY, 1)).to.equal(1);
  });

  it('does not hurry with little in hand, or without a latency', () => {
    expect(catchUpRate(TARGET + 60_000, TARGET, 2_000, 1)).to.equal(1);
    expect(catchUpRate(null, TARGET, PLENTY, CATCH_UP_RATE)).to.equal(1);
  });

  it('gains a distance where it was joined too close to live', () => {
    expect(catchUpRate(TARGET / 2, TARGET, PLENTY, 1)).to.equal(HOLD_BACK_RATE);
    expect(behindAfter(300, TARGET / 2)).to.be.within(0.74 * TARGET, TARGET);
  });

  it('comes to rest from wherever it begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 1_000, max: 20_000 }),
        (latency, target) => {
          const rested = behindAfter(900, latency, target);
          expect(behindAfter(60, rested, target)).to.be.closeTo(rested, 300);
        },
      ),
    );
  });
});

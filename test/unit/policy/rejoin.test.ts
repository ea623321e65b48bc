import { expect } from 'chai';
import { pauseBefore, skippable } from '../../../src/policy/pause-after-fall.ts';

const HEARD = Date.UTC(2026, 10, 22, 20);
const shown = (behind: number | null, ahead = 0, target: number | null = 12_000) => ({
  heard: HEARD,
  at: behind === null ? null : HEARD - behind,
  ahead,
  target,
});

describe('the pause before a source that is further behind live', () => {
  it('is what lies between the word and the source, less what may be heard again', () => {
    expect(pauseBefore(shown(12_000), 5_000)).to.equal(7_000);
    expect(pauseBefore(shown(12_000), 0)).to.equal(12_000);
    expect(pauseBefore(shown(12_000), Number.POSITIVE_INFINITY)).to.equal(0);
  });

  it('is none where no more than that is heard again, or the next look would come too late', () => {
    for (const behind of [-3_600_000, -1, 0, 4_999, 5_000, 5_250]) {
      expect(pauseBefore(shown(behind), 5_000), `${behind}`).to.equal(0);
    }
    expect(pauseBefore(shown(5_251), 5_000)).to.equal(251);
  });

  it('is none where a program time is unknown', () => {
    expect(pauseBefore(shown(null), 0)).to.equal(0);
    expect(pauseBefore({ ...shown(12_000), heard: null }, 0)).to.equal(0);
  });

  it('is never longer than 30 s: none where more would be needed', () => {
    expect(pauseBefore(shown(30_000), 0)).to.equal(30_000);
    for (const behind of [30_001, 3_600_000, Number.POSITIVE_INFINITY]) {
      expect(pauseBefore(shown(behind), 0), `${behind}`).to.equal(0);
    }
  });

  it('is skipped so far as three quarters of the distance to live stay in hand', () => {
    expect(skippable(shown(0, 30_000), 7_000)).to.equal(7_000);
    expect(skippable(shown(0, 12_000), 7_000)).to.equal(3_000);
    expect(skippable(shown(0, 9_999), 7_000), 'not worth a seek').to.equal(0);
    expect(skippable(shown(0, 30_000, null), 7_000), 'no distance is known').to.equal(0);
    expect(skippable(shown(0, 30_000), 0)).to.equal(0);
  });
});

import { expect } from 'chai';
import { aheadOf } from '../../../src/sources/buffer.ts';

const element = (currentTime: number, ...ranges: [from: number, to: number][]) => {
  const buffered = {
    length: ranges.length,
    start: (index: number) => ranges[index]?.[0] ?? Number.NaN,
    end: (index: number) => ranges[index]?.[1] ?? Number.NaN,
  };
  return { buffered, currentTime } as HTMLMediaElement;
};

describe('what an element has in hand', () => {
  it('is what lies behind its position', () => {
    expect(aheadOf(element(12, [10, 20]))).to.equal(8_000);
    expect(aheadOf(element(12, [0, 11]))).to.equal(0);
    expect(aheadOf(element(12))).to.equal(0);
  });

  it('goes on behind the gaps that an element jumps over, also while it is in one', () => {
    const ranges: [number, number][] = [
      [0, 3.88],
      [4, 7.88],
      [8, 11.88],
    ];
    expect(aheadOf(element(3, ...ranges))).to.be.closeTo(8_640, 1);
    expect(aheadOf(element(3.95, ...ranges))).to.be.closeTo(7_760, 1);
  });

  it('is nothing before the element has gone to where its media begins', () => {
    expect(aheadOf(element(0, [100, 106]))).to.equal(0);
  });
});

import { expect } from 'chai';
import { createTimeFormat } from '../../../src/element/time-format.ts';

const { digits, long } = createTimeFormat('en');

describe('the format of positions', () => {
  for (const [ms, short, words] of [
    [0, '0:00', '0 seconds'],
    [-5_000, '0:00', '0 seconds'],
    [1_000, '0:01', '1 second'],
    [59_600, '1:00', '1 minute'],
    [123_000, '2:03', '2 minutes, 3 seconds'],
    [3_600_000, '1:00:00', '1 hour'],
    [3_723_000, '1:02:03', '1 hour, 2 minutes, 3 seconds'],
    [36_000_000, '10:00:00', '10 hours'],
  ] as const) {
    it(`${ms} ms: ${short}, ${words}`, () => {
      expect(digits(ms)).to.equal(short);
      expect(long(ms)).to.equal(words);
    });
  }

  it('has the digits and units of its language', () => {
    expect(createTimeFormat('ar-EG').digits(123_000)).to.equal('٢:٠٣');
    expect(createTimeFormat('de').long(123_000)).to.equal('2 Minuten, 3 Sekunden');
  });
});

import { expect } from 'chai';
import { clock } from '../../../demo/page/listen/words/clock.ts';
import { SilenceMeter, totalWords } from '../../../demo/page/listen/words/silence.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

describe('the silence of a player', () => {
  it('is counted from the first sound on, and adds up', () => {
    const meter = new SilenceMeter();
    expect(meter.words()).to.equal('Starting');
    meter.observe('playing', NOW + 9_000);
    expect(meter.totalMs(NOW + 10_000)).to.equal(0);
    meter.observe('silent', NOW + 10_000);
    expect(meter.words()).to.equal(`Silent since ${clock(NOW + 10_000)}`);
    meter.observe('silent', NOW + 12_000);
    expect(meter.totalMs(NOW + 13_000)).to.equal(3_000);
    meter.observe('playing', NOW + 14_000);
    meter.observe('silent', NOW + 20_000);
    expect(meter.totalMs(NOW + 21_000)).to.equal(5_000);
  });

  it('is none while the listener wants no sound', () => {
    const meter = new SilenceMeter();
    meter.observe('playing', NOW);
    meter.observe('silent', NOW + 1_000);
    meter.observe('off', NOW + 3_000);
    expect(meter.words()).to.equal('Off');
    expect(meter.totalMs(NOW + 60_000)).to.equal(2_000);
  });

  it('is told in whole seconds, from one second on', () => {
    expect(totalWords(999)).to.equal('0 s');
    expect(totalWords(12_000)).to.equal('12 s');
    expect(totalWords(65_000)).to.equal('1 min 05 s');
  });
});

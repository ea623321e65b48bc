import { expect } from 'chai';
import { createClock } from '../../../src/stage-server/clock.ts';
import { Clock } from '../../helpers/clock.ts';
import { timersOf } from '../../helpers/stage-timers.ts';

function clockOff(skew: number) {
  const real = new Clock();
  let off = skew;
  const clock = createClock(timersOf(real, () => off));
  return {
    ...{ real, clock },
    /** The store answers a call that took `took` ms. */
    async ask(took = 2) {
      const sentAt = clock.local();
      await real.advance(took / 2);
      const now = real.now();
      await real.advance(took / 2);
      clock.correct(now, sentAt);
    },
    turn: (by: number) => {
      off += by;
    },
    error: () => clock.now() - real.now(),
  };
}

describe('the clock of a stage', () => {
  for (const skew of [-5_000, 5_000, -86_400_000, 400]) {
    it(`that is ${skew} ms off follows that of the store`, async () => {
      const { ask, error, clock, real } = clockOff(skew);
      expect(error()).to.equal(skew);
      await ask();
      expect(Math.abs(error())).to.be.at.most(2);
      expect(clock.local()).to.equal(real.now() + skew);
    });
  }

  it('does not move by differences that the way of a call explains', async () => {
    const { ask, error } = clockOff(80);
    await ask();
    expect(error()).to.equal(80);
    const slow = clockOff(900);
    await slow.ask(1_000);
    expect(slow.error()).to.equal(900);
    await slow.ask(4);
    expect(Math.abs(slow.error())).to.be.at.most(4);
  });

  it('that somebody sets meanwhile follows with the next answer', async () => {
    const { ask, error, turn } = clockOff(0);
    await ask();
    for (const by of [5_000, -10_000, 3_600_000]) {
      turn(by);
      await ask();
      expect(Math.abs(error())).to.be.at.most(2);
    }
  });

  it('runs again and again, never twice at once, and not faster after a slow run', async () => {
    const { real, clock } = clockOff(0);
    const at: number[] = [];
    let running = 0;
    const stop = clock.every(100, async () => {
      expect(running++).to.equal(0);
      at.push(real.elapsed());
      await clock.pause(at.length === 2 ? 250 : 10);
      running--;
    });
    await real.advance(1_000);
    expect(at.slice(0, 5)).to.deep.equal([100, 200, 450, 550, 650]);
    stop();
    const before = at.length;
    await real.advance(1_000);
    expect(at.length).to.equal(before);
  });

  it('runs on when it is set back or ahead', async () => {
    const { real, clock, turn } = clockOff(0);
    let runs = 0;
    clock.every(100, () => void runs++);
    await real.advance(500);
    for (const by of [-3_600_000, 7_200_000]) {
      const before = runs;
      turn(by);
      await real.advance(1_000);
      expect(runs - before).to.be.within(9, 11);
    }
  });
});

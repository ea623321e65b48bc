import { expect } from 'chai';
import { type Audience, audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';

/** Two clocks of one machine, ms. */
const ROUNDING = 20;

describe('a real stage, by hls.js, in a real browser', () => {
  let one: Audience;
  beforeEach(async () => {
    one = await audience();
  });
  afterEach(() => one.close());

  it('is heard: decoded sound, from the first source', () => {
    expect(one.state.status).to.equal('hearing');
    expect(one.cdn).to.equal('a');
    expect(one.ear.hears()).to.equal(true);
  });

  it('program time is the clock of the stage less the distance from live', async () => {
    const live = () => (one.state.programTime ?? 0) + (one.state.behindLive ?? 0);
    const from = await one.stage.now();
    // The state is that of the last look at the element.
    await until('it has been looked at since', () => live() >= from);
    expect(live()).to.be.at.most((await one.stage.now()) + ROUNDING);
    // Three target durations of 4 s, less the segment that has just been made.
    expect(one.state.behindLive).to.be.at.least(4_000);
  });

  it('program time passes as the sound does', async () => {
    const shift = () => {
      const media = one.ear.elements.find(({ paused }) => !paused);
      return (one.state.programTime ?? 0) - (media?.currentTime ?? 0) * 1_000;
    };
    const shifts: number[] = [];
    // Told right after the session has looked at the element.
    one.session.on('state', () => shifts.push(shift()));
    const program = one.state.programTime ?? 0;
    await until('3 s are heard', () => (one.state.programTime ?? 0) - program > 3_000);
    expect(shifts.at(-1)).to.be.closeTo(shifts[0] ?? 0, 100);
  });

  it('every request is accounted for: one playlist and one segment each 4 s', async () => {
    const before = (await one.stage.requests()).length;
    const wall = performance.now();
    await until('8 s have passed', () => performance.now() - wall > 8_000);
    const requests = (await one.stage.requests()).slice(before);
    const seconds = (performance.now() - wall) / 1_000;
    // The browser has the document still: it has not changed.
    const isFine = ({ status }: { status: number | null }) => status === 200 || status === 304;
    expect(requests.every(isFine)).to.equal(true);
    expect(new Set(requests.map(({ path }) => path)).size).to.be.above(1);
    // Of each kind one in 4 s, and one more that was begun before.
    expect(requests.length).to.be.at.most(2 * (seconds / 4 + 1));
  });

  it('pause() is silence, resume() is sound', async () => {
    one.session.pause();
    await until('it is silent', () => !one.ear.hears());
    expect(one.state.status).to.equal('paused');
    one.session.resume();
    await one.hears();
  });

  it('close() is silence, and not one request more', async () => {
    one.session.close();
    await until('it is silent', () => !one.ear.hears());
    const before = (await one.stage.requests()).length;
    const wall = performance.now();
    await until('5 s have passed', () => performance.now() - wall > 5_000);
    expect((await one.stage.requests()).length).to.equal(before);
    expect(one.ear.elements.every((media) => media.paused && !media.src)).to.equal(true);
  });
});

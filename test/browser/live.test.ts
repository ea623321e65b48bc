import { expect } from 'chai';
import { type Audience, audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';

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
    const { programTime, behindLive } = one.state;
    const now = await one.stage.now();
    expect((programTime ?? 0) + (behindLive ?? 0)).to.be.closeTo(now, 1_000);
    // Three target durations of 4 s, and up to one more for the segment that is being made.
    expect(behindLive).to.be.within(4_000, 20_000);
  });

  it('program time passes as the sound does', async () => {
    const [program, wall] = [one.state.programTime ?? 0, performance.now()];
    await until('3 s are heard', () => (one.state.programTime ?? 0) - program > 3_000);
    expect(performance.now() - wall).to.be.closeTo((one.state.programTime ?? 0) - program, 600);
  });

  it('every request is accounted for: one playlist and one segment each 4 s', async () => {
    const before = (await one.stage.requests()).length;
    const wall = performance.now();
    await until('8 s have passed', () => performance.now() - wall > 8_000);
    const requests = (await one.stage.requests()).slice(before);
    expect(requests.every(({ status }) => status === 200)).to.equal(true);
    expect(requests.length).to.be.within(2, 8);
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

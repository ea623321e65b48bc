import { expect } from 'chai';
import type { Fault } from '../../demo/stage/stage.ts';
import { type Audience, audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';

/** Faults of a CDN that its buffer outlives, so that nobody may notice. */
const unnoticed: Record<string, Fault> = {
  'refuses connections': { kind: 'refuse' },
  'answers 503': { kind: 'unavailable' },
  hangs: { kind: 'hang' },
  'freezes its playlist': { kind: 'frozen' },
  'has no file left': { kind: 'gone' },
};

describe('a CDN that fails while another serves', () => {
  let one: Audience;
  beforeEach(async () => {
    one = await audience();
  });
  afterEach(() => one.close());

  for (const [name, fault] of Object.entries(unnoticed)) {
    it(`${name}: the other one is heard, and hearing never ends`, async () => {
      const before = one.statuses.length;
      await one.stage.fault('a', fault);
      await until('b is heard', () => one.cdn === 'b' && one.state.hearing);
      await one.hears();
      expect(one.statuses.slice(before)).to.deep.equal([]);
    });
  }

  it('sends segments that are corrupt: the other one is heard', async () => {
    await one.stage.fault('a', { kind: 'corrupt' });
    await until('b is heard', () => one.cdn === 'b' && one.state.hearing);
    await one.hears();
  });
});

describe('an origin that fails alone', () => {
  it('is asked with patience, and heard again without a gesture', async () => {
    const one = await audience();
    try {
      await one.stage.fault('all', { kind: 'unavailable' });
      await until('it waits', () => one.state.status === 'waiting');
      const before = (await one.stage.requests()).length;
      const wall = performance.now();
      await until('10 s have passed', () => performance.now() - wall > 10_000);
      expect((await one.stage.requests()).length - before).to.be.at.most(8);
      await one.stage.fault('all', { kind: 'none' });
      await one.hears();
    } finally {
      await one.close();
    }
  });
});

import { expect } from 'chai';
import type { Fault } from '../../demo/stage/stage.ts';
import { Audience, audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';
import { Ear } from '../helpers/ear.ts';
import { LiveStage } from '../helpers/live-stage.ts';

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

describe('LL-HLS that fails where only plain HLS is left', () => {
  for (const fall of ['repeat', 'wait'] as const) {
    it(`with \`${fall}\`: ${fall === 'wait' ? 'a stated pause, then at most 5 s again' : 'heard again, without a pause'}`, async () => {
      const stage = await LiveStage.start({ program: 'sweep' });
      const ear = new Ear();
      const { a, b } = stage.cdn;
      const urls = [`${a}/sweep-ll.m3u8`, `${b}/sweep.m3u8`];
      const sources = urls.map((url) => ({ kind: 'hls', url }));
      const one = new Audience(stage, ear, { stage: { version: 1, sources }, fall });
      try {
        await one.hears();
        let word = 0;
        let pause = 0;
        one.session.subscribe((state) => {
          if (one.cdn === 'a' && state.hearing) word = state.programTime ?? word;
          if (state.status === 'rejoining') pause = Math.max(pause, state.until - ear.host.now());
        });
        await stage.fault('a', { kind: 'refuse' });
        await until('b is heard', () => one.cdn === 'b' && one.state.hearing);
        const again = word - (one.state.programTime ?? 0);
        await one.hears();
        // What lies between two looks is play; who was slow to fall needs neither a repeat nor a pause.
        if (fall === 'repeat') expect(one.statuses).to.not.include('rejoining');
        else expect(again, 'heard again').to.be.at.most(6_500);
        if (pause) expect(pause, 'the stated pause').to.be.within(250, 30_000);
      } finally {
        await one.close();
      }
    });
  }
});

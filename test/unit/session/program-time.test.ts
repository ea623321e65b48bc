import { expect } from 'chai';
import { noAnswer } from '../../helpers/fake-fetch.ts';
import { A, B, hearing } from '../../helpers/listening.ts';

const HOUR = 3_600_000;

/** Hears B, whose program time is told so, after A is gone. */
const fallen = async (tells: (time: number) => number | null) => {
  const source = { tells: (time: number, url: string) => (url.startsWith(B) ? tells(time) : time) };
  const listening = await hearing({ source });
  listening.origins.faults.set(A, () => noAnswer());
  await listening.advance(30_000);
  expect(listening.state.source?.url).to.contain(B);
  expect(listening.state.hearing).to.equal(true);
  return listening;
};

describe('program time', () => {
  it('is unknown while what is heard does not tell it', async () => {
    const { state, switches } = await fallen(() => null);
    expect(state.programTime).to.equal(null);
    expect(state.behindLive).to.equal(null);
    expect(switches).to.have.length(1);
    expect(switches[0]).to.include({ skippedMs: null, repeatedMs: null });
  });

  for (const [name, off] of [
    ['ahead', HOUR],
    ['behind', -HOUR],
  ] as const) {
    it(`of a clock that is an hour ${name} is not taken for time that was lost, heard twice or is behind`, async () => {
      const { state, switches } = await fallen((time) => time + off);
      expect(state.behindLive).to.equal(null);
      expect(switches[0]).to.include({ skippedMs: null, repeatedMs: null });
    });
  }

  it('of two CDNs that agree is known', async () => {
    const { state, switches } = await fallen((time) => time);
    expect(state.behindLive).to.be.within(1_000, 60_000);
    expect(switches[0]?.skippedMs).to.equal(0);
  });
});

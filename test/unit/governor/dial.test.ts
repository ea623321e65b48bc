import { expect } from 'chai';
import { dial } from '../../../src/governor/connect.ts';
import { TOKEN_INTERVAL_MS, TOKENS } from '../../../src/policy/defaults.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

const URL_OF_CHANNEL = 'wss://a.example/channel';
const LOST = new EarshotError('network', 'It closed.');

/** Dials, is served, and is lost, so many times; ms at which it dialled. */
const dials = async (page: Governed, count: number): Promise<number[]> => {
  const { signal } = new AbortController();
  const times: number[] = [];
  for (let one = 0; one < count; one++) {
    const dialled = dial(page.governor.parts, URL_OF_CHANNEL, signal).then((attempt) => {
      times.push(page.host.elapsed());
      attempt.opened();
      attempt.proved();
      attempt.lost(LOST, 0, 1_000);
    });
    await page.host.clock.until(() => times.length > one, 600_000);
    await dialled;
  }
  return times;
};

/** So many other URLs of the origin are asked, as HLS asks for its segments. */
const segments = async (page: Governed, count: number) => {
  for (let one = 0; one < count; one++) page.ask(`/segment-${one}`);
  await page.host.advance(0);
};

describe('a connection that is served and lost, again and again', () => {
  it('is dialled five times in a burst, and then as often as tokens come', async () => {
    const times = await dials(new Governed(), TOKENS + 4);
    expect((times[TOKENS] ?? 0) - (times[0] ?? 0)).to.be.below(TOKENS * 1_500);
    times.forEach((at, index) => {
      const earned = (at - (times[0] ?? 0)) / TOKEN_INTERVAL_MS;
      expect(index).to.be.at.most(TOKENS + 1 + earned);
    });
  });

  for (const what of ['hundred other URLs', 'reload'] as const) {
    it(`is not given another burst by a ${what}`, async () => {
      const page = new Governed({ script: () => reply(200, 'ok') });
      const before = await dials(page, TOKENS + 1);
      // Served and well, for now: the gate knows of nothing bad but what was spent.
      const { signal } = new AbortController();
      const last = dial(page.governor.parts, URL_OF_CHANNEL, signal);
      await page.host.advance(40_000);
      const attempt = await last;
      attempt.opened();
      attempt.proved();
      const from = page.host.elapsed();
      if (what === 'reload') page.abort();
      else await segments(page, 100);
      const next =
        what === 'reload'
          ? new Governed({ host: page.host.reload(), script: () => reply(200, 'ok') })
          : page;
      const after = await dials(next, 4);
      expect(before).to.have.length(TOKENS + 1);
      expect((after.at(-1) ?? 0) - from).to.be.above(2 * TOKEN_INTERVAL_MS - 5_000);
    });
  }

  it('counts for its URL alone, unless it was to find out whether the origin is back', async () => {
    const page = new Governed({ script: () => reply(200, 'ok') });
    await dials(page, 3);
    expect(page.governor.waitOf(`${A}/stage.json`)).to.equal(null);
  });
});

import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

const MINUTE = DEFAULTS.stepDownAfter;

/** A page after three failures and then a success. */
const recovered = async () => {
  const page = new Governed({ script: () => noAnswer() });
  page.ask('/x');
  const failed = () => (page.governor.waitOf(`${A}/x`)?.attempt ?? 0) >= 3;
  expect(await page.host.clock.until(failed, DEFAULTS.cap)).to.equal(true);
  page.host.network.script = () => reply(200, 'ok');
  await page.host.advance(DEFAULTS.cap);
  expect(page.governor.waitOf(`${A}/x`)).to.equal(null);
  return page;
};

/** The number of the retry that follows on a failure now. */
const nextAttempt = async (page: Governed): Promise<number | undefined> => {
  page.host.network.script = () => noAnswer();
  page.ask('/x');
  await page.host.advance(0);
  return page.governor.waitOf(`${A}/x`)?.attempt;
};

describe('attempts', () => {
  it('do not step down because a request succeeds', async () => {
    const page = await recovered();
    for (let times = 0; times < 10; times++) {
      page.ask('/x');
      await page.host.advance(10_000);
    }
    expect(await nextAttempt(page)).to.equal(4);
  });

  it('do not step down before a minute was heard', async () => {
    const page = await recovered();
    page.governor.creditHearing(MINUTE - 1);
    expect(await nextAttempt(page)).to.equal(4);
  });

  for (const [minutes, attempt] of [
    [1, 3],
    [2, 2],
    [3, 1],
    [10, 1],
  ] as const) {
    it(`step down by one with each of ${minutes} minutes of hearing`, async () => {
      const page = await recovered();
      for (let ms = 0; ms < minutes * MINUTE; ms += 250) page.governor.creditHearing(250);
      expect(await nextAttempt(page)).to.equal(attempt);
    });
  }

  it('do not step down while the origin fails', async () => {
    const page = await recovered();
    await nextAttempt(page);
    page.governor.creditHearing(MINUTE);
    expect(page.governor.waitOf(`${A}/x`)?.attempt).to.equal(4);
  });
});

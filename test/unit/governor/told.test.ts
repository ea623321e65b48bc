import { expect } from 'chai';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

const facts = ({ told }: Governed) =>
  told.map(({ code, status, purpose, url }) => ({ code, status, purpose, url }));

describe('an attempt that failed', () => {
  it('is told once, with its purpose, its answer and when it is made again', async () => {
    let times = 0;
    const page = new Governed({ script: () => (times++ < 2 ? reply(503) : reply(200, 'ok')) });
    page.ask('/talk.m3u8');
    await page.host.advance(0);
    const one = { code: 'overload', status: 503, purpose: 'playlist', url: `${A}/talk.m3u8` };
    expect(facts(page)).to.deep.equal([one]);
    expect(page.told[0]?.retryAt).to.equal(page.until);
    await page.host.advance(60_000);
    expect(facts(page)).to.deep.equal([one, one]);
    expect(page.told[0]).not.to.equal(page.told[1]);
  });

  it('is told without a time where it is not made again', async () => {
    const page = new Governed({ script: () => reply(404) });
    page.ask('/1.aac', { purpose: 'segment', tries: 1, alternatives: () => [`${A}/2.aac`] });
    await page.host.advance(0);
    const url = `${A}/1.aac`;
    expect(facts(page)).to.deep.equal([{ code: 'gone', status: 404, purpose: 'segment', url }]);
    expect(page.told[0]?.retryAt).to.equal(null);
  });

  it('is told where the policy says stop', async () => {
    const page = new Governed({ script: () => noAnswer(), policy: () => null });
    page.ask('/talk.m3u8');
    await page.host.advance(0);
    expect(page.told.map(({ code, retryAt }) => ({ code, retryAt }))).to.deep.equal([
      { code: 'network', retryAt: null },
    ]);
  });

  it('is not told where the request was called off', async () => {
    const page = new Governed({ script: () => 'never' });
    page.ask('/talk.m3u8');
    await page.host.advance(1_000);
    page.abort();
    await page.host.advance(60_000);
    expect(page.told).to.deep.equal([]);
  });
});

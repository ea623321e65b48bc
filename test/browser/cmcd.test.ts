import { validateCmcdRequest } from '@svta/cml-cmcd';
import { expect } from 'chai';
import { cmcd } from '../../src/sources/cmcd.ts';
import { hls } from '../../src/sources/hls.ts';
import { audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';

it('every request of a stage that is heard is marked once, and only those of HLS', async () => {
  const asked: string[] = [];
  const one = await audience((ear) => ({
    sources: [hls({ cmcd: cmcd({ contentId: 'talk' }) })],
    host: {
      ...ear.host,
      fetch(url, init) {
        asked.push(url);
        return ear.host.fetch(url, init);
      },
    },
  }));
  try {
    await until(
      'a playlist was loaded again',
      () => asked.filter((url) => url.includes('m3u8')).length > 2,
    );
    const isDocument = (url: string) => url.startsWith(one.stage.documentUrl);
    for (const url of asked.filter(isDocument)) expect(url).to.equal(one.stage.documentUrl);
    const media = asked.filter((url) => !isDocument(url)).map((url) => new URL(url));
    const told = media.map((url) => {
      expect(url.searchParams.getAll('CMCD'), url.href).to.have.length(1);
      const { data, issues } = validateCmcdRequest(new Request(url));
      expect(issues, url.href).to.deep.equal([]);
      return { ...data };
    });
    expect(told[0]).to.include({ cid: 'talk', ot: 'm', sf: 'h', su: true });
    const last = told.filter(({ ot }) => ot !== 'm').at(-1);
    expect(last).to.include({ cid: 'talk', sf: 'h', st: 'l' });
    expect(last?.d).to.be.closeTo(4_000, 100);
    expect(last).not.to.have.property('sid');
  } finally {
    await one.close();
  }
});

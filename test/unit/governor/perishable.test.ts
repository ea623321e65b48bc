import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { type Reply, reply } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

const OTHER = `${A}/2.aac`;
const SEGMENT = { purpose: 'segment', alternatives: () => [OTHER] } as const;

/** Everything is well but `/1.aac`. */
const spoilt = (way: () => Reply) => ({
  script: ({ path }: { path: string }): Reply => (path === '/1.aac' ? way() : reply(200, 'ok')),
});

const wait = (page: Governed) => page.governor.waitOf(OTHER);

describe('one URL that fails while the origin serves', () => {
  const ways: Record<string, () => Reply> = { '500': () => reply(500), hang: () => 'never' };
  for (const [name, way] of Object.entries(ways)) {
    it(`with a ${name}: its own gate closes, the gate of the origin opens again`, async () => {
      const page = new Governed(spoilt(way));
      page.ask('/1.aac', { purpose: 'segment' });
      for (let seconds = 0; seconds < 600; seconds += 4) {
        page.ask(`/talk.m3u8`);
        await page.host.advance(4_000);
      }
      expect(wait(page)).to.equal(null);
      expect(page.governor.waitOf(`${A}/1.aac`)?.attempt).to.be.above(2);
      const playlists = page.requests.filter(({ path }) => path === '/talk.m3u8');
      expect(playlists.length).to.be.above(145);
    });
  }

  it('with a 429 closes the gate of the whole origin, whatever else it serves', async () => {
    const page = new Governed(spoilt(() => reply(429)));
    page.ask('/1.aac', { purpose: 'segment' });
    await page.host.advance(0);
    expect(wait(page)?.error.status).to.equal(429);
  });
});

describe('a request with a stand-in', () => {
  for (const status of [403, 404, 410]) {
    it(`is told of a ${status} at once`, async () => {
      const page = new Governed(spoilt(() => reply(status)));
      const outcome = page.ask('/1.aac', SEGMENT);
      await page.host.advance(0);
      expect(outcome.error?.status).to.equal(status);
      expect(page.requests).to.have.length(1);
    });
  }

  it('without a stand-in as yet waits for one, and is asked again meanwhile', async () => {
    const page = new Governed(spoilt(() => reply(404)));
    const urls: string[] = [];
    const outcome = page.ask('/1.aac', { ...SEGMENT, alternatives: () => urls, usefulFor: 1_000 });
    await page.host.advance(8_000);
    expect(outcome.settled).to.equal(false);
    expect(page.requests).to.have.length(2);
    urls.push(OTHER);
    await page.host.advance(DEFAULTS.minimum);
    expect(outcome.error?.status).to.equal(404);
  });

  it('is retried while it is of use, once the origin has shown that it serves', async () => {
    let times = 0;
    const page = new Governed(spoilt(() => (times++ ? reply(200, 'ok') : reply(503))));
    const outcome = page.ask('/1.aac', { ...SEGMENT, usefulFor: 10_000 });
    await page.host.advance(0);
    page.ask('/talk.m3u8');
    await page.host.advance(DEFAULTS.first + DEFAULTS.minimum + 2_000);
    expect(outcome.value?.status).to.equal(200);
    expect(page.requests.map(({ url }) => url.slice(A.length))).to.deep.equal([
      '/1.aac',
      '/talk.m3u8',
      '/1.aac',
    ]);
  });

  it('that goes on failing is told as soon as it is of no use any more', async () => {
    const page = new Governed(spoilt(() => reply(500)));
    const outcome = page.ask('/1.aac', { ...SEGMENT, usefulFor: 10_000 });
    await page.host.advance(0);
    page.ask('/talk.m3u8');
    await page.host.advance(9_999);
    expect(outcome.settled).to.equal(false);
    await page.host.advance(1 + DEFAULTS.minimum);
    expect(outcome.error?.status).to.equal(500);
    expect(page.requests.length).to.be.at.most(3);
    const next = page.ask('/2.aac', SEGMENT);
    await page.host.advance(0);
    expect(next.value?.status).to.equal(200);
  });

  it('that hangs is called off when it is of no use any more, and says so', async () => {
    const page = new Governed(spoilt(() => 'never'));
    const outcome = page.ask('/1.aac', { ...SEGMENT, usefulFor: 7_000 });
    await page.host.advance(3_000);
    page.ask('/talk.m3u8');
    await page.host.advance(4_000);
    expect(outcome.error?.code).to.equal('timeout');
    expect(wait(page)).to.equal(null);
    expect(page.host.held).to.include({ timers: 0, fetches: 0 });
  });

  it('whose answer has begun is not called off', async () => {
    const half = () => new ReadableStream({ start: (out) => out.enqueue(new Uint8Array(10)) });
    const page = new Governed(spoilt(() => reply(200, half())));
    const outcome = page.ask('/1.aac', { ...SEGMENT, usefulFor: 1_000 });
    await page.host.advance(DEFAULTS.segmentTimeout - 1);
    expect(outcome.settled).to.equal(false);
  });

  it('does not wait at its own gate while the stand-in may be asked', async () => {
    const page = new Governed(spoilt(() => reply(404)));
    page.ask('/1.aac', { tries: 1 });
    await page.host.advance(0);
    const outcome = page.ask('/1.aac', { alternatives: () => [OTHER] });
    await page.host.advance(0);
    expect(outcome.error?.status).to.equal(404);
    expect(page.requests).to.have.length(1);
  });

  it('at an origin that is down is asked no more often than any other', async () => {
    const page = new Governed({ script: () => reply(503) });
    let number = 1;
    const more = () =>
      page.ask(`/${number}.aac`, {
        ...SEGMENT,
        alternatives: () => [`${A}/${number + 1}.aac`],
        usefulFor: 8_000,
      });
    let outcome = more();
    for (let seconds = 0; seconds < 600; seconds++) {
      await page.host.advance(1_000);
      if (!outcome.settled) continue;
      number++;
      outcome = more();
    }
    const retries = page.arrivals.slice(1);
    expect(retries.length).to.be.within(3, 12);
    page.abort();
  });
});

describe('segments that are refused while the playlist is well', () => {
  it('back off together: a new one is no reason to ask at once', async () => {
    const page = new Governed({
      script: ({ path }) => reply(path.endsWith('.aac') ? 403 : 200, 'ok'),
    });
    let number = 0;
    const more = () => {
      const outcome = page.ask(`/${number++}.aac`, SEGMENT);
      return outcome;
    };
    let outcome = more();
    for (let seconds = 0; seconds < 300; seconds++) {
      await page.host.advance(1_000);
      if (outcome.settled) outcome = more();
    }
    expect(page.requests.length).to.be.within(4, 10);
    expect(page.governor.waitOf(`${A}/x.aac`, SEGMENT)?.error.code).to.equal('refused');
    expect(page.governor.waitOf(`${A}/x.m3u8`)).to.equal(null);
  });
});

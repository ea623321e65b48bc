import '../../../src/cues/subtitles.ts';
import { expect } from 'chai';
import {
  type Captioned,
  captioned,
  firesAll,
  textsBetween,
  wordOf,
} from '../../helpers/captioned.ts';
import { type Reply, reply } from '../../helpers/fake-fetch.ts';
import { A, TWO_CDNS } from '../../helpers/listening.ts';

describe('subtitles that fail', () => {
  /** The sound, as it is without any subtitles at all. */
  const hears = (page: Captioned) => {
    expect(page.all.state.status).to.equal('hearing');
    expect(page.all.errors).to.deep.equal([]);
    for (const { wait } of page.all.state.ladder) expect(wait).to.equal(null);
  };
  const sound = ({ all, asked }: Captioned) => all.host.requests.length - asked.length;

  it('for a minute with 503 leave the sound alone, are asked for less often, and come back', async () => {
    const page = await captioned();
    await page.all.advance(20_000);
    page.fault = () => reply(503, '', { 'retry-after': '20' });
    const [asked, heard] = [page.asked.length, sound(page)];
    for (let seconds = 0; seconds < 60; seconds++) {
      await page.all.advance(1_000);
      hears(page);
    }
    expect(page.asked.length - asked).to.be.within(1, 4);
    const times = page.asked.slice(asked).map(({ at }) => at);
    times.slice(1).forEach((at, index) => {
      expect(at - (times[index] ?? 0)).to.be.at.least(20_000);
    });
    // A playlist and a segment each 4 s.
    expect(sound(page) - heard).to.be.within(26, 34);
    page.fault = () => undefined;
    await page.all.advance(120_000);
    await firesAll(page, 40_000);
  });

  it('wait while the origin has asked the sound to wait, and are never its probe', async () => {
    const page = await captioned({
      stage: { ...TWO_CDNS, sources: [TWO_CDNS.sources[0]] } as never,
    });
    await page.all.advance(20_000);
    page.all.origins.faults.set(A, () => reply(503, '', { 'retry-after': '40' }));
    const isClosed = () => page.all.state.ladder[0]?.wait != null;
    expect(await page.all.host.clock.until(isClosed, 30_000)).to.equal(true);
    await page.all.advance(500);
    const asked = page.asked.length;
    await page.all.advance(40_000);
    expect(page.asked.length).to.equal(asked);
    // The first request after it is of the sound.
    const before = page.all.host.requests.length;
    await page.all.host.clock.until(() => page.all.host.requests.length > before, 600_000);
    expect(page.all.host.requests.at(before)?.path).not.to.contain('/cc/');
    page.all.origins.faults.clear();
    await page.all.advance(120_000);
    expect(page.asked.length).to.be.above(asked);
  });

  it('do not all come back at once', async () => {
    const times = await Promise.all(
      Array.from({ length: 40 }, async (_, seed) => {
        const page = await captioned({ page: { seed } });
        await page.all.advance(20_000);
        page.fault = () => reply(503);
        const asked = page.asked.length;
        await page.all.host.clock.until(() => page.asked.length >= asked + 2, 300_000);
        const [first, second] = page.asked.slice(asked).map(({ at }) => at);
        return (second ?? 0) - (first ?? 0);
      }),
    );
    expect(Math.max(...times) - Math.min(...times)).to.be.above(3_000);
  });

  const cue = '00:00:11.000 --> 00:00:12.000\nx\n\n';
  const MISDEEDS: Record<string, () => Reply> = {
    '404': () => reply(404),
    'no response': () => new Error('reset'),
    'an endless wait': () => 'never',
    'an empty body': () => reply(200, ''),
    'HTML with 200': () => reply(200, '<!doctype html><title>Oops</title>'),
    '5 MB': () => reply(200, `WEBVTT\n\n${cue.repeat(5_242_880 / cue.length)}`),
    '10,000 cues': () => reply(200, `WEBVTT\n\n${cue.repeat(10_000)}`),
    'cues that end before they start': () => reply(200, 'WEBVTT\n\n00:12.000 --> 00:11.000\nx\n'),
    'bytes that are no text': () =>
      reply(
        200,
        Uint8Array.from({ length: 999 }, (_, n) => n),
      ),
  };
  for (const [name, misdeed] of Object.entries(MISDEEDS))
    it(`in some segments with ${name} lose these captions and nothing else`, async () => {
      const page = await captioned();
      const bad = /[05]\.vtt$/;
      page.fault = ({ path }) => (bad.test(path) ? misdeed() : undefined);
      for (let seconds = 0; seconds < 120; seconds++) {
        await page.all.advance(1_000);
        hears(page);
      }
      const own = page.texts.filter((text) => /^short/.test(text));
      expect(own.some((text) => /[05] en$/.test(text))).to.equal(false);
      const word = wordOf(page);
      const others = textsBetween(word - 60_000, word - 4_000, 'en').filter((text) =>
        /^short .*[^05] en$/.test(text),
      );
      // A server that does not answer well is asked for less often.
      if (!/^(no r|an endless|HTML|bytes)/.test(name)) expect(own).to.include.members(others);
      else expect(own.length).to.be.above(2);
    });

  for (const [name, body] of Object.entries({
    HTML: '<!doctype html>',
    'no segments': '#EXTM3U\n',
    'a target of 0 and one segment for ever': '#EXTM3U\n#EXT-X-TARGETDURATION:0\n#EXTINF:1,\na.vtt',
    'a million segments': `#EXTM3U\n${'#EXTINF:1,\na.vtt\n'.repeat(40_000)}`,
  }))
    it(`as a playlist with ${name} are polled politely`, async () => {
      const page = await captioned();
      page.fault = ({ path }) => (path.endsWith('.m3u8') ? reply(200, body) : reply(404));
      const asked = page.asked.length;
      await page.all.advance(60_000);
      hears(page);
      expect(page.asked.length - asked).to.be.within(1, 40);
    });
});

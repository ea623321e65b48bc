import '../../../src/cues/subtitles.ts';
import { expect } from 'chai';
import {
  Captioned,
  type CaptionedOptions,
  captioned,
  firesAll,
  textsBetween,
  wordOf,
} from '../../helpers/captioned.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { A, B, TWO_CDNS } from '../../helpers/listening.ts';

describe('the subtitles of an HLS stage', () => {
  it('are captions: each fires once at its word, also one that two files have', async () => {
    const page = await captioned();
    await firesAll(page, 60_000);
    expect(new Set(page.texts).size).to.equal(page.texts.length);
    for (const { at, until, type, payload } of page.fired) {
      const { text } = payload as { text: string };
      expect(type).to.equal('caption');
      expect(payload).to.deep.equal({ text, lang: 'en' });
      const isLong = text.startsWith('long');
      expect([(at % 4_000).toFixed(), (until ?? 0) - at]).to.deep.equal(
        isLong ? ['3500', 1_500] : ['1000', 2_000],
      );
    }
  });

  it('are asked for in one language, once for each segment and each playlist', async () => {
    const page = await captioned();
    await page.all.advance(60_000);
    const paths = page.asked.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith('/cc/en'))).to.deep.equal([]);
    const files = paths.filter((path) => path.endsWith('.vtt'));
    expect(new Set(files).size).to.equal(files.length);
    expect(paths.length - files.length).to.be.within(12, 16);
  });

  it('follow the choice of the page, whatever its case, and stop if it shows none', async () => {
    const page = await captioned();
    expect(
      page.all.state.cues.find(({ type }) => type === 'caption-tracks')?.payload,
    ).to.deep.equal({ languages: ['en', 'de'] });
    const choose = (lang: string | null) =>
      page.all.session.cue({
        id: 'caption-choice',
        at: 1,
        type: 'caption-choice',
        payload: { lang },
      });
    choose('DE-at');
    await firesAll(page, 30_000, 'de');
    choose(null);
    await page.all.advance(1_000);
    const asked = page.asked.length;
    await page.all.advance(30_000);
    expect(page.asked.length).to.equal(asked);
    expect(page.fired.every(({ type }) => type === 'caption')).to.equal(true);
  });

  it('go on after a fall to another CDN', async () => {
    const page = await captioned();
    await page.all.advance(10_000);
    page.all.origins.faults.set(A, () => reply(503));
    const count = page.fired.length;
    await page.all.advance(60_000);
    expect(page.all.state.source?.url).to.contain(B);
    const [first] = page.fired.slice(count);
    const last = page.fired.at(-1);
    expect(page.texts.slice(count)).to.deep.equal(
      textsBetween(first?.at ?? 0, (last?.at ?? 0) + 1, 'en'),
    );
    expect(new Set(page.texts).size).to.equal(page.texts.length);
  });

  it('are in the state again after a rewind, and do not fire again', async () => {
    const page = await captioned();
    await page.all.advance(30_000);
    const count = page.fired.length;
    const word = wordOf(page);
    expect(await page.all.session.back(20)).to.equal(true);
    const shown = new Set<string>();
    page.all.session.subscribe(({ cues }) => {
      for (const { payload, type } of cues)
        if (type === 'caption') shown.add((payload as { text: string }).text);
    });
    await page.all.advance(18_000);
    expect(wordOf(page)).to.be.below(word);
    expect(page.fired.length).to.equal(count);
    for (const text of textsBetween(word - 15_000, word - 6_000, 'en'))
      expect(shown).to.include(text);
  });

  it('leave nothing behind', async () => {
    const page = await captioned();
    await page.all.advance(10_000);
    page.all.session.close();
    await page.all.advance(20_000);
    expect(page.all.host.held).to.deep.equal(NOTHING_HELD);
  });

  it('are not asked for without hearing', async () => {
    const page = new Captioned({ autoplay: 'blocked' });
    await page.all.advance(30_000);
    expect(page.asked).to.deep.equal([]);
  });
});

describe('the maps of packagers that do it wrong', () => {
  const CASES: Record<string, Pick<CaptionedOptions, 'headOf' | 'clockOf'>> = {
    'one map for all, times from the start of the segment': {
      headOf: () => 'X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000',
      clockOf: () => 0,
    },
    'no map, times from the start of the segment': { headOf: () => '', clockOf: () => 0 },
    'a map of 0, times of a clock that began an hour ago': {
      headOf: () => 'X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000',
      clockOf: (number: number) => (number * 4_000) % 86_400_000,
    },
    'a map that cannot be read': { headOf: () => 'X-TIMESTAMP-MAP=?' },
  };
  for (const [name, options] of Object.entries(CASES))
    it(`still fire each caption once at its word: ${name}`, async () => {
      const page = await captioned(options);
      await page.all.advance(60_000);
      const texts = page.texts.filter((text) => text.startsWith('short'));
      expect(texts.length).to.be.above(10);
      expect(new Set(texts).size).to.equal(texts.length);
      const off = page.fired
        .filter((_, index) => page.texts[index]?.startsWith('short'))
        .map(({ at }) => Math.round(at % 4_000) - 1_000);
      // Where neither map nor clock says it, only the segment is known.
      if (name.includes('read')) return;
      expect(new Set(off).size, `${off}`).to.equal(1);
      if (options.clockOf?.(1) === 0) expect(off[0]).to.equal(0);
    });
});

describe('subtitles where hls.js does not play', () => {
  const SOURCES = [
    { kind: 'hls', url: `${A}/talk.m3u8` },
    { kind: 'hls', url: `${A}/multi.m3u8` },
  ];
  const stageOf = (...sources: object[]) => ({ ...TWO_CDNS, sources }) as never;

  it('are looked for once in the first playlist without a door, and fire', async () => {
    const [plain, multi] = SOURCES as [object, object];
    const page = await captioned({
      stage: stageOf(
        { ...plain, kind: 'own' },
        { ...multi, url: `${A}/guarded.m3u8`, door: 'floor' },
        multi,
      ),
      source: { kinds: ['own', 'hls', 'recording'] },
      isHlsJs: false,
      clockOf: () => 0,
      headOf: () => '',
    });
    await page.all.advance(9_000);
    expect(page.asked).to.deep.equal([]);
    await page.all.advance(60_000);
    const found = page.all.host.requests.filter(({ path }) => path === '/multi.m3u8');
    expect(found).to.have.length(1);
    await firesAll(page, 40_000);
  });

  it('that come after their word are shown for as long as they last, and fire at once', async () => {
    // As with WebRTC: the sound is ahead of every playlist.
    const page = await captioned({
      source: { kinds: ['own', 'hls'], tells: (time) => time + 16_000 },
      stage: stageOf({ ...SOURCES[0], kind: 'own' }, { ...SOURCES[1] }),
      isHlsJs: false,
    });
    await page.all.advance(40_000);
    const count = page.fired.length;
    let shownMs = 0;
    for (let tenths = 0; tenths < 400; tenths++) {
      await page.all.advance(100);
      if (page.all.state.cues.some(({ type }) => type === 'caption')) shownMs += 100;
    }
    expect(page.fired.length - count).to.be.above(8);
    expect(new Set(page.texts).size).to.equal(page.texts.length);
    expect(shownMs).to.be.above(20_000);
  });
});

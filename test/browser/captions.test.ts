import '../../src/captions/index.ts';
import { expect } from 'chai';
import type { RequestRecord } from '../../demo/stage/stage.ts';
import type { EarshotCaptions } from '../../src/captions/index.ts';
import { cues } from '../../src/cues/cues.ts';
import type { Cue } from '../../src/policy/cue.ts';
import type { Session } from '../../src/session/api.ts';
import { listen } from '../../src/session/listen.ts';
import { until } from '../helpers/condition.ts';
import { Ear } from '../helpers/ear.ts';
import { LiveStage } from '../helpers/live-stage.ts';

const SEGMENT_MS = 4_000;

describe('the captions, date ranges and ID3 tags of a real live playlist', () => {
  let stage: LiveStage;
  let ear: Ear;
  let session: Session;
  let fired: Cue[];
  let captions: EarshotCaptions;

  const start = async (sources: (stage: LiveStage) => readonly object[]) => {
    sessionStorage.clear();
    localStorage.clear();
    document.documentElement.lang = 'en';
    stage = await LiveStage.start();
    ear = new Ear();
    fired = [];
    const document_ = { version: 1, state: 'live', sources: sources(stage) };
    session = listen({ stage: document_ as never, host: ear.host, cues: cues() });
    session.on('cue', (cue) => fired.push(cue));
    captions = document.createElement('earshot-captions');
    captions.source = session;
    document.body.append(captions);
    await until('it hears', () => session.state.hearing && ear.hears());
  };

  afterEach(async () => {
    captions.remove();
    session.close();
    await ear.close();
    await stage.close();
  });

  const of = (type: string) => fired.filter((cue) => cue.type === type);
  const lines = () =>
    [...(captions.shadowRoot?.querySelectorAll('[part="line"]') ?? [])].map(
      ({ textContent }) => textContent ?? '',
    );
  const asked = async (name: RegExp): Promise<readonly RequestRecord[]> =>
    (await stage.requests()).filter(({ path }) => name.test(path));
  const hls = (base: string) => ({ kind: 'hls', url: `${base}/talk-cc.m3u8` });

  it('fire each once, in order, at their word, and the element shows them', async () => {
    await start(({ cdn }) => [hls(cdn.a)]);
    await until('six captions', () => of('caption').length >= 6);
    await until('a chapter and its title', () => !!of('chapter').length && !!of('id3').length);
    const ids = fired.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const texts = of('caption').map((cue) => (cue.payload as { text: string }).text);
    expect(new Set(texts).size).to.equal(texts.length);
    const times = of('caption').map(({ at }) => at);
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
    // One caption for each segment of 4 s; some begin 1.5 s later.
    for (const at of times)
      expect(
        [0, 1_500].some((one) => Math.abs(((at + 500) % SEGMENT_MS) - 500 - one) < 50),
      ).to.equal(true);
    const [chapter] = of('chapter');
    expect(chapter?.payload).to.deep.equal({
      'X-TITLE': `Chapter ${(chapter?.at ?? 0) / 20_000}`,
    });
    const [tag] = of('id3');
    expect(tag?.payload).to.deep.equal([
      { key: 'TIT2', info: '', value: `Chapter ${Math.round((tag?.at ?? 0) / 20_000)}` },
    ]);
    await until('a caption is shown', () => lines().some((line) => /^Clock: .*second/.test(line)));
    const select = captions.shadowRoot?.querySelector('select');
    expect([...(select?.options ?? [])].map(({ value }) => value)).to.deep.equal([
      'en',
      'de',
      'ar',
    ]);
    expect(await asked(/-cc-(de|ar)\.m3u8$/)).to.deep.equal([]);
  });

  it('follow the language that the listener chooses, and stop when they are hidden', async () => {
    await start(({ cdn }) => [hls(cdn.a)]);
    await until('English', () => lines().some((line) => line.startsWith('Clock')));
    const select = captions.shadowRoot?.querySelector('select') as HTMLSelectElement;
    select.value = 'de';
    select.dispatchEvent(new Event('change'));
    await until('German', () => lines().some((line) => /Sekunde/.test(line)));
    const english = (await asked(/-cc-en\.m3u8$/)).length;
    captions.shadowRoot?.querySelector('button')?.click();
    const count = of('caption').length;
    let word = session.state.programTime ?? 0;
    await until('a second on', () => (session.state.programTime ?? 0) > word + 1_000);
    const before = (await asked(/\.vtt$/)).length;
    word = session.state.programTime ?? 0;
    await until('two segments on', () => (session.state.programTime ?? 0) > word + 2 * SEGMENT_MS);
    expect((await asked(/\.vtt$/)).length).to.equal(before);
    expect((await asked(/-cc-en\.m3u8$/)).length).to.equal(english);
    // Those that had been loaded still fire.
    expect(of('caption').length).to.be.at.least(count);
  });

  it('go on after a fall to another CDN, each still once', async () => {
    await start(({ cdn }) => [hls(cdn.a), hls(cdn.b)]);
    await until('two captions', () => of('caption').length >= 2);
    await stage.fault('a', { kind: 'refuse' });
    await until('the other CDN', () => session.state.source?.url.startsWith(stage.cdn.b) === true);
    const count = of('caption').length;
    await until('three more', () => of('caption').length >= count + 3);
    const times = of('caption').map(({ at }) => at);
    expect(new Set(times.map((at) => Math.round(at / 100))).size).to.equal(times.length);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).to.be.below(SEGMENT_MS + 2_000);
  });
});

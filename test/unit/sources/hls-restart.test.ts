import { expect } from 'chai';
import { createRestarts } from '../../../src/sources/hls-restart.ts';
import { watchRestarts } from '../../../src/sources/hls-restart-watch.ts';

const URL = 'https://a.example/talk.m3u8';

const playlist = (first: number, count: number, more = ''): string =>
  [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:4',
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...(more ? [more] : []),
    ...Array.from({ length: count }, (_, at) => `#EXTINF:4,\n${first + at}.aac`),
  ].join('\n');

const tag = (name: string, text: string): number =>
  Number(new RegExp(`#EXT-X-${name}:(\\d+)`).exec(text)?.[1]);

describe('an encoder that begins anew', () => {
  it('is left as it is while its numbers grow', () => {
    const { edit } = createRestarts();
    for (const first of [100, 101, 103]) {
      expect(edit(playlist(first, 6), URL)).to.equal(playlist(first, 6));
    }
  });

  it('goes on in the numbers of before, behind one discontinuity that slides out', () => {
    const { edit, urlOf } = createRestarts();
    edit(playlist(100, 6), URL);
    const begun = edit(playlist(0, 1), URL);
    expect(tag('MEDIA-SEQUENCE', begun)).to.equal(106);
    expect(begun.match(/DISCONTINUITY$/gm)).to.have.length(1);
    expect(tag('DISCONTINUITY-SEQUENCE', begun)).to.equal(0);
    const slid = edit(playlist(3, 6), URL);
    expect(tag('MEDIA-SEQUENCE', slid)).to.equal(109);
    expect(slid).not.to.match(/DISCONTINUITY$/m);
    expect(tag('DISCONTINUITY-SEQUENCE', slid)).to.equal(1);
    expect(urlOf(`${URL}?_HLS_msn=112`)).to.equal(`${URL}?_HLS_msn=6`);
  });

  it('does so as often as it begins', () => {
    const { edit } = createRestarts();
    edit(playlist(100, 6), URL);
    edit(playlist(0, 6), URL);
    const twice = edit(playlist(0, 2), URL);
    expect(tag('MEDIA-SEQUENCE', twice)).to.equal(112);
    expect(tag('DISCONTINUITY-SEQUENCE', twice)).to.equal(1);
  });

  for (const [name, first, count] of [
    ['that is one segment behind', 99, 6],
    ['that is five segments behind', 95, 6],
  ] as const) {
    it(`is not what an edge with a stale copy shows ${name}`, () => {
      const { edit } = createRestarts();
      edit(playlist(100, 6), URL);
      expect(edit(playlist(first, count), URL)).to.equal(playlist(first, count));
    });
  }

  it('opens anew where the numbers are part of the encryption', () => {
    const { edit } = createRestarts();
    const key = '#EXT-X-KEY:METHOD=AES-128,URI="key"';
    edit(playlist(100, 6, key), URL);
    expect(() => edit(playlist(0, 1, key), URL)).to.throw('anew');
  });

  it('is noticed whichever playlist shows it, and in all that was seen before', async () => {
    for (const [first, count] of [
      [0, 1],
      [0, 6],
      [2, 6],
    ] as const) {
      const all = createRestarts();
      const late = watchRestarts();
      for (const text of [
        playlist(100, 6),
        playlist(101, 6),
        playlist(first, count),
        playlist(4, 6),
      ]) {
        expect(await late.edit(text, URL)).to.equal(all.edit(text, URL));
      }
      const asked = `${URL}?_HLS_msn=112`;
      expect(late.urlOf(asked)).to.equal(all.urlOf(asked));
    }
  });
});

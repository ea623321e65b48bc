import { expect } from 'chai';
import { startingAt } from '../../../src/sources/hls-start.ts';

const AT = Date.parse('2026-11-22T20:00:00Z');

const playlist = (...lines: string[]) =>
  ['#EXTM3U', '#EXT-X-TARGETDURATION:4', ...lines, ''].join('\n');

const DATE = `#EXT-X-PROGRAM-DATE-TIME:${new Date(AT).toISOString()}`;
const SEGMENTS = [DATE, '#EXTINF:4.000,', '0.aac', '#EXTINF:4.000,', '1.aac'];
const PART = '#EXT-X-PART:DURATION=0.320,URI="2.0.aac",INDEPENDENT=YES';

const offsetOf = (text: string): number =>
  Number(/#EXT-X-START:TIME-OFFSET=(-?[\d.]+)/.exec(text)?.[1]);

describe('a playlist that starts at a program time', () => {
  it('says how far that is before its end', () => {
    expect(offsetOf(startingAt(playlist(...SEGMENTS), AT + 1_000))).to.equal(-7);
  });

  it('counts the parts that make no whole segment yet, and no part twice', () => {
    const lines = [DATE, PART, PART, '#EXTINF:4.000,', '0.aac', PART, PART];
    const text = playlist('#EXT-X-PART-INF:PART-TARGET=0.32', ...lines);
    expect(offsetOf(startingAt(text, AT + 3_000))).to.equal(-1.64);
  });

  it('starts no closer to its end than it needs to grow', () => {
    const parts = playlist('#EXT-X-PART-INF:PART-TARGET=0.32', ...SEGMENTS, PART, PART);
    expect(offsetOf(startingAt(parts, AT + 60_000))).to.equal(-0.4);
    expect(offsetOf(startingAt(playlist(...SEGMENTS), AT + 60_000))).to.equal(-6);
  });

  it('does not begin in the last moment of a segment, which hls.js would leave out', () => {
    const three = playlist(...SEGMENTS, '#EXTINF:4.000,', '2.aac');
    expect(offsetOf(startingAt(three, AT + 3_800))).to.equal(-8.26);
    expect(offsetOf(startingAt(three, AT + 3_700))).to.equal(-8.3);
    expect(offsetOf(startingAt(three, AT + 4_000))).to.equal(-8);
  });

  it('is the only start of the playlist', () => {
    const text = startingAt(playlist('#EXT-X-START:TIME-OFFSET=-2', ...SEGMENTS), AT);
    expect(text.match(/EXT-X-START/g)).to.have.length(1);
    expect(text.startsWith('#EXTM3U\n#EXT-X-START')).to.equal(true);
  });

  it('may start at the very end of what has ended', () => {
    const text = startingAt(playlist(...SEGMENTS, '#EXT-X-ENDLIST'), AT + 8_000);
    expect(offsetOf(text)).to.equal(0);
  });

  for (const hours of [-1, 1]) {
    it(`is left as it is for another clock's time, ${hours} h away`, () => {
      const text = playlist(...SEGMENTS);
      expect(startingAt(text, AT + hours * 3_600_000)).to.equal(text);
    });
  }

  for (const other of ['', '#EXTM3U\n#EXTINF:4,\na.aac\n', 'garbage', '#EXT-X-PART:DURATION=']) {
    it(`is left as it is where it tells no program time: ${JSON.stringify(other)}`, () => {
      expect(startingAt(other, AT)).to.equal(other);
    });
  }
});

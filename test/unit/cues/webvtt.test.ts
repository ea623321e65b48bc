import { expect } from 'chai';
import { parseWebVtt } from '../../../src/cues/webvtt.ts';

const FILE = `WEBVTT - a talk
X-TIMESTAMP-MAP=LOCAL:00:00:10.000,MPEGTS:900000

STYLE
::cue { color: red }

NOTE A comment
of two lines

1
00:00:10.500 --> 00:00:12.000 align:start position:10%
<v Ada>Hello, <i>world</i> &amp; all.

00:13.000 --> 01:02:03.004
One line,
and <lang de>zwei</lang>.
`;

describe('a WebVTT file', () => {
  it('is its map and its cues, without settings, styles and comments', () => {
    expect(parseWebVtt(FILE)).to.deep.equal({
      map: { mpegts: 900_000, local: 10_000 },
      cues: [
        { start: 10_500, end: 12_000, text: '<v Ada>Hello, <i>world</i> &amp; all.' },
        { start: 13_000, end: 3_723_004, text: 'One line,\nand <lang de>zwei</lang>.' },
      ],
    });
  });

  for (const [name, change] of [
    ['with a BOM', (text: string) => `\uFEFF${text}`],
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with CR', (text: string) => text.replaceAll('\n', '\r')],
    ['without a last line end', (text: string) => text.trimEnd()],
  ] as const)
    it(`is the same ${name}`, () => {
      expect(parseWebVtt(change(FILE))).to.deep.equal(parseWebVtt(FILE));
    });

  it('without cues, and an empty one, have none', () => {
    for (const text of ['WEBVTT', 'WEBVTT\n', 'WEBVTT\n\n', '', '\n', '\uFEFF'])
      expect(parseWebVtt(text), JSON.stringify(text)).to.deep.equal({ map: null, cues: [] });
  });

  it('is none if it does not begin like one', () => {
    for (const text of ['<!doctype html><title>404</title>', 'WEBVTTX\n', ' WEBVTT\n', '#EXTM3U'])
      expect(parseWebVtt(text), text).to.equal(null);
  });

  it('has no cue that ends before it starts, or whose times are wrong', () => {
    const timings = [
      '00:05.000 --> 00:04.000',
      '00:05.000 --> 00:05.000',
      '00:05,000 --> 00:06,000',
      '5.000 --> 6.000',
      '00:60.000 --> 00:61.000',
      '-00:01.000 --> 00:02.000',
      '00:01.000 -->',
      '--> 00:01.000',
      '999999:00:00.000 --> 999999:00:01.000',
    ];
    for (const timing of timings)
      expect(
        parseWebVtt(`WEBVTT\n\n${timing}\nno\n\n00:01.000 --> 00:02.000\nyes`)?.cues,
        timing,
      ).to.deep.equal([{ start: 1_000, end: 2_000, text: 'yes' }]);
  });

  it('has cues that no blank line parts, and none without a text', () => {
    const text =
      'WEBVTT\n00:01.000 --> 00:02.000\na\n00:02.000 --> 00:03.000\n\n00:03.000 --> 00:04.000\nb';
    expect(parseWebVtt(text)?.cues.map((cue) => cue.text)).to.deep.equal(['a', 'b']);
  });

  it('has no map if it is wrong, and goes on', () => {
    for (const map of [
      '',
      'X',
      'MPEGTS:x,LOCAL:00:00:00.000',
      'MPEGTS:1',
      'LOCAL:00:00.000,MPEGTS:',
    ])
      expect(
        parseWebVtt(`WEBVTT\nX-TIMESTAMP-MAP=${map}\n\n00:01.000 --> 00:02.000\na`),
        map,
      ).to.deep.equal({ map: null, cues: [{ start: 1_000, end: 2_000, text: 'a' }] });
  });

  it('is cut: 10,000 cues, and 2,000 characters for each', () => {
    const cue = `00:01.000 --> 00:02.000\n${'x'.repeat(5_000)}\n\n`;
    const { cues = [] } = parseWebVtt(`WEBVTT\n\n${cue.repeat(3)}`) ?? {};
    expect(cues.map(({ text }) => text.length)).to.deep.equal([2_000, 2_000, 2_000]);
    const many = parseWebVtt(`WEBVTT\n\n${'00:01.000 --> 00:02.000\nx\n\n'.repeat(10_500)}`);
    expect(many?.cues).to.have.length(10_000);
  });
});

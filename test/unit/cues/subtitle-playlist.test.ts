import { expect } from 'chai';
import {
  datedSegments,
  readSubtitlePlaylist,
  readTracks,
  streamStartOf,
} from '../../../src/cues/subtitle-playlist.ts';

const BASE = 'https://cdn.example/talk/index.m3u8';
const AT = Date.UTC(2026, 10, 22, 20);
/** As FFmpeg 5.1 writes it, beside a media playlist that has the dates. */
const UNDATED = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:4.000000,
out_00.vtt
#EXTINF:4.000000,
out_01.vtt
#EXT-X-ENDLIST
`;

describe('a multivariant playlist', () => {
  const playlist = (...media: string[]) =>
    ['#EXTM3U', ...media.map((one) => `#EXT-X-MEDIA:${one}`), ''].join('\n');

  it('offers one track for each language, the default one first, and none that is forced', () => {
    const text = playlist(
      'TYPE=AUDIO,GROUP-ID="a",NAME="x",LANGUAGE="fr",URI="fr.m3u8"',
      'TYPE=SUBTITLES,GROUP-ID="s",NAME="Deutsch, lang",LANGUAGE="de",URI="de.m3u8"',
      'TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="/en.m3u8?a=1,2"',
      'TYPE=SUBTITLES,GROUP-ID="t",NAME="English",LANGUAGE="en",URI="again.m3u8"',
      'TYPE=SUBTITLES,GROUP-ID="s",NAME="Signs",LANGUAGE="es",FORCED=YES,URI="es.m3u8"',
      'TYPE=SUBTITLES,GROUP-ID="s",NAME="?",URI="unknown.m3u8"',
    );
    expect(readTracks(text, BASE)).to.deep.equal([
      { lang: 'en', url: 'https://cdn.example/en.m3u8?a=1,2' },
      { lang: 'de', url: 'https://cdn.example/talk/de.m3u8' },
      { lang: '', url: 'https://cdn.example/talk/unknown.m3u8' },
    ]);
  });

  it('offers nothing else: no other scheme, no playlist, no more than 32', () => {
    for (const uri of ['javascript:alert(1)', 'data:text/vtt,WEBVTT', 'http://[', ''])
      expect(readTracks(playlist(`TYPE=SUBTITLES,LANGUAGE="en",URI="${uri}"`), BASE)).to.deep.equal(
        [],
      );
    expect(readTracks('<html>', BASE)).to.deep.equal([]);
    const many = Array.from({ length: 99 }, (_, n) => `TYPE=SUBTITLES,LANGUAGE="x-${n}",URI="a"`);
    expect(readTracks(playlist(...many), BASE)).to.have.length(32);
  });
});

describe('a subtitle playlist', () => {
  it('has its segments with their program times', () => {
    const text = `#EXTM3U\r
#EXT-X-TARGETDURATION:4\r
#EXT-X-MEDIA-SEQUENCE:7\r
#EXT-X-DISCONTINUITY-SEQUENCE:2\r
#EXTINF:4,\r
7.vtt\r
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:04.000Z\r
#EXTINF:4,\r
8.vtt\r
#EXT-X-GAP\r
#EXTINF:4,\r
9.vtt\r
#EXT-X-DISCONTINUITY\r
#EXTINF:3.5,\r
10.vtt\r
`;
    const read = readSubtitlePlaylist(text, BASE);
    expect(read).to.include({ target: 4_000, isComplete: false });
    const shown = datedSegments(read?.segments ?? [], () => null).map(
      ({ number, start, duration, cc }) => [number, (start ?? 0) - AT, duration, cc],
    );
    expect(shown).to.deep.equal([
      [7, 0, 4_000, 2],
      [8, 4_000, 4_000, 2],
      [10, 12_000, 3_500, 3],
    ]);
  });

  it('without dates takes those of the media with its numbers', () => {
    const { segments = [], isComplete } = readSubtitlePlaylist(UNDATED, BASE) ?? {};
    expect(isComplete).to.equal(true);
    const dated = datedSegments(segments, (number) => (number === 1 ? AT + 4_000 : null));
    expect(dated.map(({ start }) => start)).to.deep.equal([AT, AT + 4_000]);
    expect(datedSegments(segments, () => null).map(({ start }) => start)).to.deep.equal([
      null,
      null,
    ]);
    expect(streamStartOf(dated)).to.equal(AT);
  });

  it('that has lost its start has one only if its segments are of one length', () => {
    const segmentsOf = (...lengths: number[]) => {
      const files = lengths.map((length) => `#EXTINF:${length},\na.vtt`);
      const text = ['#EXTM3U', '#EXT-X-MEDIA-SEQUENCE:100', ...files].join('\n');
      const { segments = [] } = readSubtitlePlaylist(text, BASE) ?? {};
      return datedSegments(segments, (number) => (number === 100 ? AT : null));
    };
    expect(streamStartOf(segmentsOf(4, 4, 4, 1.2))).to.equal(AT - 400_000);
    expect(streamStartOf(segmentsOf(4, 3.9, 4, 4))).to.equal(null);
    // Segments of sound end with a frame, so FFmpeg cuts each a little before or after its 4 s.
    const ofSound = segmentsOf(3.993833, 3.993833, 4.017044, 3.993833, 3.993833, 0.023222);
    expect(streamStartOf(ofSound)).to.equal(AT - 400_000);
    expect(streamStartOf(segmentsOf(3.97, 3.97, 3.97, 3.98, 1))).to.equal(null);
    expect(streamStartOf([])).to.equal(null);
  });

  it('is none if it is encrypted, in MP4, by byte ranges, or something else', () => {
    const tags = ['KEY:METHOD=AES-128,URI="k"', 'MAP:URI="i.mp4"', 'BYTERANGE:10@0'];
    for (const tag of tags)
      expect(readSubtitlePlaylist(`#EXTM3U\n#EXT-X-${tag}\n#EXTINF:4,\na.vtt`, BASE)).to.equal(
        null,
      );
    expect(readSubtitlePlaylist('<!doctype html>', BASE)).to.equal(null);
    expect(readSubtitlePlaylist('#EXTM3U\n#EXT-X-KEY:METHOD=NONE\n', BASE)).to.not.equal(null);
  });
});

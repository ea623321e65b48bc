import { expect } from 'chai';
import { needsWhole, notPlaylist } from '../../../src/sources/playlist-checks.ts';

const master = (...lines: string[]): string => ['#EXTM3U', ...lines].join('\n');

const VARIANT = '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,AUDIO="sound"\nvideo.m3u8';
const SOUND =
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",DEFAULT=YES,URI="sound.m3u8"';

describe('a playlist that hls.js/light cannot play', () => {
  for (const [name, text] of [
    ['has its sound apart from its picture', master(SOUND, VARIANT)],
    ['names the URI first', master(SOUND.replace('TYPE', 'URI="a.m3u8",TYPE'), VARIANT)],
    ['has variables', master('#EXT-X-DEFINE:NAME="host",VALUE="a.example"', '{$host}/a.m3u8')],
  ] as const) {
    it(name, () => expect(needsWhole(text)).to.equal(true));
  }
});

describe('a playlist that hls.js/light can play', () => {
  for (const [name, text] of [
    ['has no rendition of sound', master(VARIANT)],
    ['has the same sound in its variants', master(SOUND.replace(/,URI=.*/, ''), SOUND, VARIANT)],
    [
      'is nothing but sound',
      master(SOUND, '#EXT-X-STREAM-INF:BANDWIDTH=64000,AUDIO="sound"\nsound.m3u8'),
    ],
    ['has subtitles', master(SOUND.replace('AUDIO', 'SUBTITLES'), VARIANT)],
    ['is a media playlist', '#EXTM3U\n#EXTINF:4,\n1.aac'],
  ] as const) {
    it(name, () => expect(needsWhole(text)).to.equal(false));
  }
});

const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;
const segments = (count: number): string => '#EXTINF:2,\n1.aac\n'.repeat(count);

describe('a playlist that would freeze the page', () => {
  for (const [name, text] of [
    ['has one line of 200 KB', `#EXTM3U\n#EXT-X-KEY:${'A'.repeat(200_000)}\n${segments(1)}`],
    ['has a title of 200 KB', `#EXTM3U\n#EXTINF:2,${' '.repeat(200_000)}\n1.aac`],
    ['has 800,000 segments', `#EXTM3U\n${segments(800_000)}`],
    [
      'has 500 lines of 8 KB',
      `#EXTM3U\n${`#EXT-X-DATERANGE:${'="'.repeat(4_000)}\n`.repeat(500)}${segments(1)}`,
    ],
  ] as const) {
    it(`is none: ${name}`, () => expect(notPlaylist(bytes(text))).to.match(/^This playlist /));
  }
});

describe('a playlist that is long', () => {
  const hours = (count: number, seconds: number, more: string): string =>
    `#EXTM3U\n${`#EXTINF:${seconds},\n#EXT-X-PROGRAM-DATE-TIME:2026-11-27T20:00:00.000Z\n${more}a/long/path/segment-1.m4s?token=${'x'.repeat(60)}\n`.repeat((count * 3_600) / seconds)}`;
  for (const [name, text] of [
    [
      'signed URLs of 500 characters',
      `#EXTM3U\n${`#EXTINF:2,\n1.aac?${'s'.repeat(500)}\n`.repeat(7_000)}`,
    ],
    ['a window of 24 h, of segments of 4 s', hours(24, 4, '')],
    [
      'a window of 6 h, of segments of 2 s with a key each',
      hours(6, 2, `#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/${'k'.repeat(80)}"\n`),
    ],
  ] as const) {
    it(`is one: ${name}`, () => expect(notPlaylist(bytes(text))).to.equal(''));
  }
});

import { expect } from 'chai';
import { needsWhole } from '../../../src/sources/bodies.ts';

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

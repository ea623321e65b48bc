import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createPlacement } from '../../../src/cues/subtitle-clock.ts';
import {
  datedSegments,
  readSubtitlePlaylist,
  readTracks,
  streamStartOf,
} from '../../../src/cues/subtitle-playlist.ts';
import { parseWebVtt, type VttFile } from '../../../src/cues/webvtt.ts';

// As FFmpeg 5.1.9 wrote them: test/media/subtitles/README.md has the command.
const fileOf = (name: string): string =>
  readFileSync(new URL(`../../media/subtitles/${name}`, import.meta.url), 'utf8');
const BASE = 'https://cdn.example/';

describe('the subtitles that FFmpeg writes', () => {
  it('land at their program time, although they have neither a map nor dates', () => {
    const dates = [...fileOf('out_0.m3u8').matchAll(/DATE-TIME:(\S+)/g)].map(([, at = '']) =>
      Date.parse(at),
    );
    const [track] = readTracks(fileOf('master.m3u8'), BASE);
    expect(track).to.deep.equal({ lang: 'en', url: `${BASE}out_0_vtt.m3u8` });
    const { segments = [] } = readSubtitlePlaylist(fileOf('out_0_vtt.m3u8'), BASE) ?? {};
    const dated = datedSegments(segments, (number) => dates[number] ?? null);
    const { offsetOf } = createPlacement();
    const start = dates[0] ?? 0;
    // hls.js would take timestamp 0, and FFmpeg begins at 1.4 s.
    const mapped = start - 1_400;
    const shown = dated.flatMap((segment) => {
      const file = parseWebVtt(fileOf(segment.url.slice(BASE.length))) as VttFile;
      const offset = offsetOf(segment, file, mapped, streamStartOf(dated)) ?? 0;
      return file.cues.map((cue) => [
        cue.start + offset - start,
        cue.end + offset - start,
        cue.text,
      ]);
    });
    expect(shown).to.deep.equal([
      [580, 3_080, 'Hello, and welcome.'],
      [3_280, 6_580, 'This line spans two segments.'],
      [7_080, 9_080, 'One <i>more</i> & the last.'],
      [9_580, 11_080, 'Goodbye.'],
    ]);
  });
});

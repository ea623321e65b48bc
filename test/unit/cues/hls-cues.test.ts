import { expect } from 'chai';
import type Hls from 'hls.js';
import * as light from 'hls.js/light';
import { followHls } from '../../../src/cues/hls-cues.ts';
import { readCue } from '../../../src/cues/read-cue.ts';
import type { CueInit } from '../../../src/policy/cue.ts';
import type { SourceContext } from '../../../src/sources/source.ts';

const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.000Z
#EXT-X-DATERANGE:ID="ada",CLASS="speaker",START-DATE="2026-11-22T20:00:01.500Z",END-ON-NEXT=YES,X-NAME="Ada",X-AGE=36
#EXT-X-DATERANGE:ID="slide-2",CLASS="org.example.slide",START-DATE="2026-11-22T20:00:02Z",DURATION=3.5,X-PAGE=2
#EXT-X-DATERANGE:ID="plain",START-DATE="2026-11-22T20:00:03Z",END-DATE="2026-11-22T20:00:04Z"
#EXTINF:4.000,
7.aac
#EXTINF:4.000,
8.aac
`;
const START = Date.UTC(2026, 10, 22, 20);

type Listener = (name: string, data: unknown) => void;

/** The events of an instance, given by hand, and the cues that came of them. */
const followed = () => {
  const listeners = new Map<string, Listener>();
  const cues: CueInit[] = [];
  const hls = { on: (name: string, listener: Listener) => listeners.set(name, listener) };
  followHls(
    hls as unknown as Hls,
    {} as SourceContext,
    (cue) => cues.push(cue) > 0,
    () => {},
  );
  return { cues, emit: (name: string, data: unknown) => listeners.get(name)?.(name, data) };
};
/** As the light build, which is the one that Earshot loads, parses it. */
const parse = (text: string) => {
  const { M3U8Parser } = light as unknown as typeof import('hls.js');
  const url = 'https://cdn.example/talk.m3u8';
  return M3U8Parser.parseLevelPlaylist(text, url, 0, 'main' as never, 0, null);
};

/** A tag of ID3v2.4 with frames of UTF-8. */
const tagOf = (...frames: [key: string, text: string][]): Uint8Array => {
  const bytes = frames.flatMap(([key, text]) => {
    const content = [3, ...new TextEncoder().encode(text)];
    return [...new TextEncoder().encode(key), 0, 0, 0, content.length, 0, 0, ...content];
  });
  return Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, bytes.length, ...bytes]);
};

describe('the date ranges of a playlist', () => {
  it('are cues, with their own attributes as the payload', () => {
    const { cues, emit } = followed();
    emit('hlsLevelUpdated', { details: parse(PLAYLIST) });
    expect(cues.map(readCue)).to.deep.equal([
      {
        id: 'ada',
        at: START + 1_500,
        until: null,
        type: 'speaker',
        payload: { 'X-NAME': 'Ada', 'X-AGE': '36' },
      },
      {
        id: 'slide-2',
        at: START + 2_000,
        until: START + 5_500,
        type: 'org.example.slide',
        payload: { 'X-PAGE': '2' },
      },
      { id: 'plain', at: START + 3_000, until: START + 4_000, type: 'daterange', payload: {} },
    ]);
  });

  it('are taken once, and again when an end becomes known', () => {
    const { cues, emit } = followed();
    emit('hlsLevelUpdated', { details: parse(PLAYLIST) });
    emit('hlsLevelUpdated', { details: parse(PLAYLIST) });
    expect(cues).to.have.length(3);
    const ended = PLAYLIST.replace('X-NAME', 'DURATION=9,X-NAME').replace('END-ON-NEXT=YES,', '');
    emit('hlsLevelUpdated', { details: parse(ended) });
    expect(cues).to.have.length(4);
    expect(cues.at(-1)).to.include({ id: 'ada', until: START + 10_500 });
  });
});

describe('an ID3 tag', () => {
  const details = () => {
    const known = parse(PLAYLIST);
    for (const [index, fragment] of known.fragments.entries()) fragment.start = index * 4;
    return known;
  };
  const sampleOf = (data: Uint8Array, pts: number) => ({ data, pts, type: 'org.id3' });

  it('is a cue at its program time, and the same one from another source', () => {
    const { cues, emit } = followed();
    const data = tagOf(['TIT2', 'Grüße'], ['TXXX', 'slide\u00003']);
    emit('hlsFragParsingMetadata', { details: details(), samples: [sampleOf(data, 5.25)] });
    emit('hlsFragParsingMetadata', { details: details(), samples: [sampleOf(data, 5.252)] });
    const [first, second] = cues.map(readCue);
    expect(first).to.deep.include({ at: START + 5_250, until: null, type: 'id3' });
    expect(first?.payload).to.deep.equal([
      { key: 'TIT2', info: '', value: 'Grüße' },
      { key: 'TXXX', info: 'slide', value: '3' },
    ]);
    expect(second?.id).to.equal(first?.id);
  });

  it('is none if it only says the time of its segment, is of another kind, or is garbage', () => {
    const { cues, emit } = followed();
    const owner = 'com.apple.streaming.transportStreamTimestamp\u000012345678';
    const content = new TextEncoder().encode(owner);
    const head = [...new TextEncoder().encode('PRIV'), 0, 0, 0, content.length, 0, 0];
    const time = Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 63, ...head, ...content]);
    const whole = tagOf(['TIT2', 'Ada']);
    const samples = [
      sampleOf(time, 1),
      { ...sampleOf(whole, 1), type: 'urn:misb:KLV:bin:1910.1' },
      ...Array.from({ length: whole.length }, (_, length) => sampleOf(whole.slice(0, length), 1)),
      sampleOf(
        Uint8Array.from({ length: 64 }, () => 255),
        1,
      ),
    ];
    emit('hlsFragParsingMetadata', { details: details(), samples });
    expect(cues).to.deep.equal([]);
  });
});

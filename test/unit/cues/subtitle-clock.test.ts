import { expect } from 'chai';
import type Hls from 'hls.js';
import { createPlacement, hlsClock } from '../../../src/cues/subtitle-clock.ts';
import type { SubtitleSegment } from '../../../src/cues/subtitle-playlist.ts';
import type { VttFile } from '../../../src/cues/webvtt.ts';

const START = Date.UTC(2026, 10, 22, 20);
const SECONDS = 4_000;

const segmentOf = (number: number): SubtitleSegment => ({
  ...{ url: `https://cdn.example/${number}.vtt`, number, duration: SECONDS, cc: 0 },
  offset: number * SECONDS,
  start: START + number * SECONDS,
});
const fileOf = (map: VttFile['map'], ...starts: number[]): VttFile => ({
  map,
  cues: starts.map((start) => ({ start, end: start + 1_000, text: 'x' })),
});
const MAP = { mpegts: 900_000, local: 0 };

describe('the program time of a WebVTT segment', () => {
  it('is what its map says, if that lies in the segment', () => {
    const { offsetOf } = createPlacement();
    const segment = segmentOf(5);
    const mapped = START - 10_000;
    expect(offsetOf(segment, fileOf(MAP, 30_500, 33_000), mapped, START)).to.equal(mapped);
  });

  it('counts from the segment if its map is the same for each segment', () => {
    const { offsetOf } = createPlacement();
    for (const number of [3, 4, 5, 6])
      expect(offsetOf(segmentOf(number), fileOf(MAP, 500, 2_500), START, null)).to.equal(
        START + number * SECONDS,
      );
  });

  it('counts from the start of the stream if the map is of another clock', () => {
    const { offsetOf } = createPlacement();
    for (const number of [3, 4, 5])
      expect(
        offsetOf(segmentOf(number), fileOf(MAP, number * SECONDS + 100), START + 9e6, START),
      ).to.equal(START);
  });

  it('begins with its first segment if nothing else fits, and then stays', () => {
    const { offsetOf } = createPlacement();
    const clock = 50_000_000;
    const offset = START + 3 * SECONDS - clock - 700;
    expect(offsetOf(segmentOf(3), fileOf(null, clock + 700), null, null)).to.equal(offset);
    expect(offsetOf(segmentOf(4), fileOf(null, clock + 5_700), null, null)).to.equal(offset);
  });

  it('without a map is that of the stream, as FFmpeg writes it, and not that of timestamp 0', () => {
    const { offsetOf } = createPlacement();
    const file = fileOf(null, 5 * SECONDS + 1_500);
    expect(offsetOf(segmentOf(5), file, START - 1_400, START)).to.equal(START);
  });

  it('is held as long as it fits: one cue at a border changes nothing', () => {
    const { offsetOf } = createPlacement();
    const wrong = START + 5 * SECONDS;
    expect(offsetOf(segmentOf(3), fileOf(MAP, 500, 2_500), wrong, null)).to.equal(
      START + 3 * SECONDS,
    );
    // By accident the wrong map now lies in the segment as well.
    expect(offsetOf(segmentOf(5), fileOf(MAP, 500, 2_500), wrong, null)).to.equal(
      START + 5 * SECONDS,
    );
    expect(offsetOf(segmentOf(6), fileOf(MAP, 500, 2_500), wrong + 3_000, null)).to.equal(
      START + 6 * SECONDS,
    );
  });

  it('without a program time of the segment is what the map says', () => {
    const { offsetOf } = createPlacement();
    const segment = { ...segmentOf(3), start: null };
    expect(offsetOf(segment, fileOf(MAP, 500), START, null)).to.equal(START);
    expect(offsetOf(segment, fileOf(null, 500), null, null)).to.equal(null);
  });
});

describe('the clock of hls.js', () => {
  const fragments = [7, 8].map((sn) => ({
    ...{ sn, cc: 2, start: (sn - 7) * 4 },
    programDateTime: START + (sn - 7) * SECONDS,
  }));
  const hls = { latestLevelDetails: { fragments } } as unknown as Hls;
  const offsets = [undefined, undefined, { baseTime: 900_000, timescale: 90_000 }];

  it('maps a timestamp to program time, over its wrap of 33 bits', () => {
    const clock = hlsClock(hls, new AbortController().signal, () => offsets);
    expect(clock.at(900_000, 2, START)).to.equal(START);
    expect(clock.at(990_000, 2, null)).to.equal(START + 1_000);
    const wrapped = clock.at(90_000, 2, START + 2 ** 33 / 90 - 9_000) ?? 0;
    expect(wrapped).to.be.closeTo(START + 2 ** 33 / 90 - 9_000, 1);
    expect(clock.at(900_000, 1, START)).to.equal(null);
    expect(clock.startOf(8)).to.equal(START + SECONDS);
    expect(clock.startOf(9)).to.equal(null);
  });

  it('is remembered after its source is dropped', () => {
    const controller = new AbortController();
    const clock = hlsClock(hls, controller.signal, () => offsets);
    clock.at(900_000, 2, START);
    controller.abort();
    expect(clock.at(900_000, 2, START)).to.equal(START);
    expect(clock.startOf(8)).to.equal(null);
  });
});

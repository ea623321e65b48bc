import { expect } from 'chai';
import { createCaptionCues } from '../../../src/cues/caption-cues.ts';
import type { CueInit } from '../../../src/policy/cue.ts';

const START = Date.UTC(2026, 10, 22, 20);
const SECONDS = 4_000;

const captions = () => {
  const added: CueInit[] = [];
  const { take, show, rewind } = createCaptionCues(
    (cue) => added.push(cue) > 0,
    (text) => text,
  );
  /** Takes a file whose clock is 0 at the start of its segment. */
  const file = (
    number: number,
    cues: readonly (readonly [start: number, end: number, text?: string])[],
    { position = START, shift = 0 } = {},
  ) => {
    const start = START + number * SECONDS;
    take(
      { map: null, cues: cues.map(([from, end, text = 'x']) => ({ start: from, end, text })) },
      start + shift,
      'en',
      { url: `${number}`, number, duration: SECONDS, offset: 0, start, cc: 0 },
      position,
    );
    show(position);
  };
  const ids = () => [...new Set(added.map(({ id }) => id))];
  return { added, file, show, rewind, ids };
};

describe('the captions of several files', () => {
  it('are one if two files differ by 100 ms, on whichever side of a grid', () => {
    for (let from = 1_000; from < 1_200; from += 10) {
      const { file, added } = captions();
      file(0, [[from, 3_000]]);
      for (const shift of [-100, -60, 0, 60, 100]) file(0, [[from, 3_000]], { shift });
      expect(added, `${from}`).to.have.length(1);
    }
  });

  it('are two if they differ in their text, or by more', () => {
    const { file, ids } = captions();
    file(0, [
      [1_000, 1_500],
      [1_000, 1_500, 'y'],
      [1_500, 2_000],
      [2_500, 3_000],
    ]);
    expect(ids()).to.have.length(4);
  });

  it('are one if a packager cuts a cue at the border of two segments', () => {
    const { file, added, ids } = captions();
    file(0, [[3_000, 4_000]]);
    file(1, [[0, 1_500]]);
    expect(ids()).to.have.length(1);
    expect(added.at(-1)).to.include({ at: START + 3_000, until: START + 5_500 });
  });

  it('stay longer if their segment comes after its end, and not after a step back', () => {
    const { file, added, show, rewind } = captions();
    file(0, [[1_000, 2_000]], { position: START + 9_000 });
    expect(added.at(-1)).to.include({ at: START + 1_000, until: START + 10_000 });
    rewind();
    show(START + 1_000);
    expect(added).to.have.length(2);
    expect(added.at(-1)).to.include({ at: START + 1_000, until: START + 2_000 });
    // In its segment, or far beyond it, nothing is late.
    file(0, [[1_100, 1_900, 'y']], { position: START + 3_000 });
    expect(added.at(-1)).to.include({ until: START + 1_900 });
    const count = added.length;
    file(0, [[1_200, 1_900, 'z']], { position: START + 90_000 });
    expect(added).to.have.length(count);
  });

  it('are handed over around the word alone', () => {
    const { file, added, show } = captions();
    file(0, [
      [1_000, 2_000],
      [3_600_000, 3_601_000],
    ]);
    expect(added).to.have.length(1);
    show(START + 3_595_000);
    expect(added).to.have.length(2);
  });

  it('are few enough to compare, also 10,000 of one text', () => {
    const { file, added } = captions();
    const many = Array.from({ length: 10_000 }, (_, n) => [n * 200, n * 200 + 150] as const);
    file(0, many, { position: START + 2_000_000 });
    expect(added.length).to.be.within(1, 100);
  });
});

import { expect } from 'chai';
import { createFrameWindow } from '../../../src/stage-server/channel/window.ts';
import type { Published } from '../../../src/stage-server/store/store.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const message = (offset: number, at = NOON): Published => ({
  ...{ offset, at },
  text: `{"op":"message","type":"t","payload":${offset}}`,
});
const cue = (offset: number, id: string): Published => ({
  ...{ offset, at: NOON },
  text: `{"op":"cue","id":"${id}","at":"2026-11-22T20:00:00Z","type":"t","payload":${offset}}`,
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
const news = (
  epoch: string,
  frames: readonly Published[],
  offset = frames.at(-1)?.offset ?? 0,
) => ({
  head: { epoch, offset },
  frames,
});
const offsets = (frames: readonly { offset: number }[] | null) =>
  frames?.map(({ offset }) => offset) ?? null;

describe('the window of the last frames', () => {
  it('writes the offset into each frame, and returns only those that were not there', () => {
    const window = createFrameWindow();
    expect(window.head).to.equal(null);
    const [first] = window.add(news('e', range(1, 2)), NOON);
    expect(JSON.parse(first?.text ?? '')).to.deep.equal({
      ...{ op: 'message', type: 't', payload: 1, offset: 1 },
    });
    expect(offsets(window.add(news('e', range(1, 4)), NOON))).to.deep.equal([3, 4]);
    expect(offsets(window.add(news('e', [], 4), NOON))).to.deep.equal([]);
    expect(window.head).to.deep.equal({ epoch: 'e', offset: 4 });
  });

  it('gives what follows an offset, so much at once, and nothing of what is gone', () => {
    const window = createFrameWindow();
    window.add(news('e', range(11, 20)), NOON);
    expect(offsets(window.after(12, 3))).to.deep.equal([13, 14, 15]);
    expect(offsets(window.after(10, 100))).to.have.length(10);
    expect(window.after(9, 100)).to.equal(null);
    expect(window.after(20, 100)).to.deep.equal([]);
    expect(window.after(25, 100)).to.deep.equal([]);
  });

  it('keeps 1,000 at most', () => {
    const window = createFrameWindow();
    window.add(news('e', range(1, 1_200)), NOON);
    expect(window.after(199, 1)).to.equal(null);
    expect(offsets(window.after(200, 2_000))).to.have.length(1_000);
  });

  it('keeps two minutes at most', () => {
    const window = createFrameWindow();
    window.add(news('e', [message(1, NOON), message(2, NOON + 100_000)]), NOON + 100_000);
    window.add(news('e', [], 2), NOON + 120_000);
    expect(offsets(window.after(0, 9))).to.deep.equal([1, 2]);
    window.add(news('e', [], 2), NOON + 120_001);
    expect(window.after(0, 9)).to.equal(null);
    expect(offsets(window.after(1, 9))).to.deep.equal([2]);
  });

  it('forgets everything with another epoch', () => {
    const window = createFrameWindow();
    window.add(news('e', range(1, 5)), NOON);
    expect(offsets(window.add(news('f', range(1, 2)), NOON))).to.deep.equal([1, 2]);
    expect(window.reaches({ epoch: 'e', offset: 2 })).to.equal(false);
    expect(window.reaches({ epoch: 'f', offset: 0 })).to.equal(true);
  });

  it('reaches who is within it, at its head, or a little ahead of this node', () => {
    const window = createFrameWindow();
    expect(window.reaches({ epoch: 'e', offset: 0 })).to.equal(false);
    window.add(news('e', range(11, 20)), NOON);
    const can = (offset: number) => window.reaches({ epoch: 'e', offset });
    expect([9, 10, 20, 21, 1_020, 1_021].map(can)).to.deep.equal([
      ...[false, true, true, true, true, false],
    ]);
    const empty = createFrameWindow();
    empty.add(news('e', [], 7), NOON);
    expect([6, 7].map((offset) => empty.reaches({ epoch: 'e', offset }))).to.deep.equal([
      false,
      true,
    ]);
  });

  it('keeps the last 100 cues by their IDs, over their age and without offsets', () => {
    const window = createFrameWindow();
    window.add(news('e', [cue(1, 'a'), cue(2, 'b'), cue(3, 'a')]), NOON);
    window.add(news('e', [], 3), NOON + 600_000);
    expect(window.cues().map((text) => JSON.parse(text))).to.deep.equal([
      { op: 'cue', id: 'b', at: '2026-11-22T20:00:00Z', type: 't', payload: 2 },
      { op: 'cue', id: 'a', at: '2026-11-22T20:00:00Z', type: 't', payload: 3 },
    ]);
    for (let i = 0; i < 150; i++) window.add(news('e', [cue(4 + i, `c${i}`)]), NOON);
    expect(window.cues()).to.have.length(100);
    expect(JSON.parse(window.cues()[0] ?? '').id).to.equal('c50');
  });
});

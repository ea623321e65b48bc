import { expect } from 'chai';
import { createCueList } from '../../../src/cues/cue-list.ts';
import { readCue } from '../../../src/cues/read-cue.ts';
import type { Cue } from '../../../src/policy/cue.ts';

const VALID = { id: 'a', at: '2026-11-22T20:12:00Z', type: 'slide', payload: { page: 3 } };
const AT = Date.UTC(2026, 10, 22, 20, 12);

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

describe('readCue()', () => {
  it('reads ISO 8601 and epoch ms, and gives a frozen copy', () => {
    const payload = { page: [3] };
    const cue = readCue({ ...VALID, payload, until: AT + 1_000, more: 1 }) as Cue;
    expect(cue).to.deep.equal({ id: 'a', at: AT, until: AT + 1_000, type: 'slide', payload });
    expect(cue).to.be.frozen;
    expect((cue.payload as typeof payload).page).to.be.frozen;
    expect(payload).to.not.be.frozen;
    expect(readCue({ id: 'a', at: AT, type: 'x' })?.payload).to.equal(null);
  });

  it('takes a payload up to its limits', () => {
    expect(readCue({ ...VALID, payload: 'x'.repeat(16_382) })).to.not.equal(null);
    expect(readCue({ ...VALID, payload: nested(32) })).to.not.equal(null);
  });

  for (const [name, change] of Object.entries<object>({
    'no id': { id: '' },
    'an id that is no text': { id: 7 },
    'an id of 129 characters': { id: 'x'.repeat(129) },
    'no time': { at: 'soon' },
    'an endless time': { at: Number.POSITIVE_INFINITY },
    'a time before the epoch': { at: -1 },
    'an end that is no time': { until: 'later' },
    'a type with a space': { type: 'a slide' },
    'a type of 65 characters': { type: 'x'.repeat(65) },
    'a payload over 16 KiB': { payload: 'x'.repeat(16_383) },
    'a payload of 33 levels': { payload: nested(33) },
    'a payload of 5,000 levels': { payload: nested(5_000) },
    'a payload with a cycle': { payload: cyclic },
    'a payload with a BigInt': { payload: 1n },
    'a function as the payload': { payload: () => {} },
  })) {
    it(`refuses ${name}`, () => {
      expect(readCue({ ...VALID, ...change })).to.equal(null);
    });
  }

  for (const value of [null, undefined, 7, 'cue', [], () => {}]) {
    it(`refuses ${typeof value} ${value}`, () => {
      expect(readCue(value)).to.equal(null);
    });
  }
});

describe('a list of cues', () => {
  const cueOf = (id: number, at: number) =>
    readCue({ id: `${id}`, at, until: at + 500, type: 'slide' }) as Cue;

  it('holds 1,000: of more, those that have ended longest go first, and then it takes no later ones', () => {
    const list = createCueList(() => AT);
    list.hear(AT, 0);
    for (let n = 0; n < 500; n++) expect(list.add(cueOf(n, AT - 600_000 + n))).to.equal(true);
    for (let n = 500; n < 1_500; n++) expect(list.add(cueOf(n, AT + n * 1_000))).to.equal(true);
    expect(list.add(cueOf(2_000, AT + 2_000_000))).to.equal(false);
    expect(list.activeAt(AT - 600_000)).to.deep.equal([]);
    expect(list.activeAt(AT + 500_000).map(({ id }) => id)).to.deep.equal(['500']);
    // An earlier one is worth more than the last.
    expect(list.add(cueOf(2_001, AT + 1_000))).to.equal(true);
    expect(list.activeAt(AT + 1_499_000)).to.deep.equal([]);
  });

  it('gives what was never heard when a listener goes back to it, and nothing twice', () => {
    const list = createCueList(() => AT);
    const ids = (at: number, expected: number) => list.hear(at, expected).map(({ id }) => id);
    for (const n of [1, 2, 3]) list.add(cueOf(n, AT + n * 20_000));
    expect(ids(AT, 0)).to.deep.equal([]);
    expect(ids(AT + 20_000, 20_000)).to.deep.equal(['1']);
    // A seek over the second one.
    expect(ids(AT + 50_000, 250)).to.deep.equal([]);
    expect(ids(AT + 10_000, 250)).to.deep.equal([]);
    expect(ids(AT + 41_000, 31_000)).to.deep.equal(['2']);
    expect(ids(AT + 60_000, 19_000)).to.deep.equal(['3']);
  });

  it('gives what a gap of up to 5 s has skipped, late', () => {
    const list = createCueList(() => AT);
    list.add(cueOf(1, AT + 2_000));
    list.hear(AT, 0);
    expect(list.hear(AT + 5_200, 250).map(({ id }) => id)).to.deep.equal(['1']);
  });
});

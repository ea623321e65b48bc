// The continuity instrument against sound whose damage is known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Figures, figuresOf } from '../../bench/lib/continuity/figures.ts';
import { piecesOf } from '../../bench/lib/continuity/pieces.ts';
import { BURSTS, CODE_MS, coded, codedVoice } from '../../demo/stage/recording/coded.ts';
import { atSpeed, crossfade, takes, together } from '../helpers/coded-sound.ts';

const RATE = 48_000;
// In the middle of a burst that lasts from 12,870 to 14,880 ms.
const SPOKEN = 13_500;
// In the pause after it, which ends at 15,060 ms.
const PAUSE = [14_880, 15_060] as const;

const judge = (samples: Float32Array) => figuresOf(piecesOf({ rate: RATE, samples }));

type Damage = Partial<Pick<Figures, 'silence' | 'lost' | 'twice'>>;

function tells(found: Figures, damage: Damage, within = 3): void {
  for (const kind of ['silence', 'lost', 'twice'] as const) {
    const told = found[kind];
    const wanted = damage[kind] ?? 0;
    assert.ok(
      Math.abs(told - wanted) <= within,
      `${kind}: ${told.toFixed(1)} ms, not ${wanted} ms; ${JSON.stringify(found.seams)}`,
    );
  }
}

test('the code has pauses like those of speech, and goes on beyond its 64 s', () => {
  for (const [index, [from, to]] of BURSTS.entries()) {
    const next = BURSTS[index + 1]?.[0] ?? CODE_MS + (BURSTS[0]?.[0] ?? 0);
    assert.ok(to - from >= 800 && to - from <= 2_500, `burst of ${to - from} ms`);
    assert.ok(next - to >= 150 && next - to <= 600, `pause of ${next - to} ms`);
  }
  assert.deepEqual(coded(SPOKEN + CODE_MS, 960, RATE), coded(SPOKEN, 960, RATE));
  assert.deepEqual(coded(CODE_MS - 10, 960, RATE), coded(-10, 960, RATE));
  assert.equal(codedVoice(SPOKEN).length, 960);
  const loudest = codedVoice(SPOKEN).reduce((most, sample) => Math.max(most, sample), 0);
  assert.ok(loudest > 6_000 && loudest < 12_000);
});

test('undamaged sound is undamaged over the end of the code, and tells its program time', () => {
  const pieces = piecesOf({ rate: RATE, samples: takes([58_000, 14_000]) });
  tells(figuresOf(pieces), {});
  for (const { from, programFrom } of pieces.slice(1)) {
    const told = programFrom - (pieces[0]?.programFrom ?? 0);
    assert.ok(Math.abs(told - (from - (pieces[0]?.from ?? 0))) < 2);
  }
  assert.ok(Math.abs((pieces[0]?.programFrom ?? 0) + 6_000) < 3);
});

for (const ms of [30, 100, 300]) {
  test(`${ms} ms left out, repeated, stalled and muted`, () => {
    const before = [10_000, SPOKEN - 10_000] as const;
    const cut = (program: number) => judge(takes(before, [program, 4_000]));
    tells(cut(SPOKEN + ms), { lost: ms });
    tells(cut(SPOKEN - ms), { twice: ms });
    const silent = (program: number) => judge(takes(before, [null, ms], [program, 4_000]));
    tells(silent(SPOKEN), { silence: ms });
    tells(silent(SPOKEN + ms), { silence: ms, lost: ms });
    tells(silent(SPOKEN - ms), { silence: ms, twice: ms });
  });
}

test('a seam is told where it lies', () => {
  const { seams } = judge(takes([10_000, 3_500], [13_800, 3_000]));
  assert.equal(seams.length, 1);
  assert.ok(Math.abs((seams[0]?.at ?? 0) - 3_500) < 10);
});

test('a silence is told from where the pause of the program would have ended', () => {
  const [from, to] = PAUSE;
  const { seams } = judge(takes([10_000, from + 20 - 10_000], [null, 400], [from + 20, 4_000]));
  assert.ok(Math.abs((seams[0]?.at ?? 0) - (to - 10_000)) < 5, JSON.stringify(seams));
});

test('what is left out of a pause, or added to it, is not counted as lost', () => {
  const [from, to] = PAUSE;
  tells(judge(takes([10_000, from + 20 - 10_000], [to - 40, 4_000])), {});
  tells(judge(takes([10_000, from + 20 - 10_000], [null, 400], [from + 20, 4_000])), {
    silence: 400,
  });
  const bursts = PAUSE[0] - SPOKEN + 440;
  tells(judge(takes([10_000, SPOKEN - 10_000], [to + 440, 3_000])), { lost: bursts });
});

test('a fall of seconds: the program time between is lost without its pauses', () => {
  const lost = BURSTS.filter(([from]) => from > 14_880 && from < 23_000);
  const inBursts = lost.reduce((sum, [from, to]) => sum + to - from, 0);
  const found = judge(takes([10_000, 4_870], [null, 2_000], [23_700, 6_000]));
  tells(found, { silence: 2_000 + 120 - 360, lost: inBursts }, 25);
});

for (const speed of [1.05, 1.1, 0.95]) {
  test(`played at ${speed} with its pitch kept, nothing is lost, silent or heard twice`, () => {
    tells(judge(atSpeed(takes([12_900, 12_000]), speed)), {});
  });
}

test('damage is told at speed too', () => {
  const sound = takes([8_500, 5_000], [SPOKEN + 300, 3_000]);
  tells(judge(atSpeed(sound, 1.1)), { lost: 300 }, 20);
});

test('a crossfade of players that agree is no damage, else it is a jump', () => {
  const fade = (by: number) =>
    crossfade(takes([10_000, 8_000]), takes([10_000 + by, 8_000]), 3_500);
  tells(judge(fade(0)), {});
  tells(judge(fade(10)), {});
  tells(judge(fade(100)), { lost: 100 });
  tells(judge(fade(-100)), { twice: 100 });
});

test('two players at once are heard as two', () => {
  const one = takes([8_500, 9_000]);
  const late = judge(together(one, takes([null, 500], [8_950, 1_500], [null, 7_000])));
  tells(late, { twice: 1_500 }, 40);
  const other = judge(together(one, takes([null, 500], [13_000, 1_000], [null, 7_500])));
  assert.ok(other.twice > 900 && other.twice < 1_050, `${other.twice} ms heard twice`);
});

test('sound that is not the code, and a tone that is held, are silence', () => {
  const held = Float32Array.from({ length: 300 * 48 }, (_, i) => 0.2 * Math.sin(i * 0.3));
  const sound = takes([10_000, 3_500], [null, 300], [SPOKEN, 3_000]);
  sound.set(held, 3_500 * 48);
  tells(judge(sound), { silence: 300 }, 25);
});

test('no sound at all is told as none', () => {
  assert.deepEqual(piecesOf({ rate: RATE, samples: new Float32Array(RATE) }), []);
});

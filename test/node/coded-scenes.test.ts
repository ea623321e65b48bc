// What the benches of rewinds and of cues read off sound whose damage is known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf as cuesOf } from '../../bench/lib/cues/outcome.ts';
import { outcomeOf as rewindOf } from '../../bench/lib/rewind/outcome.ts';
import type { Scene } from '../../bench/lib/rewind/scenes.ts';
import { BURSTS } from '../../demo/stage/recording/coded.ts';
import { type Take, takes } from '../helpers/coded-sound.ts';

const RATE = 48_000;
const BACK_MS = 15_000;

const isSpoken = (ms: number, for_: number) =>
  BURSTS.some(([from, to]) => ms >= from + 300 && ms + for_ <= to - 300);
/** A word, 15 s after another one. */
const WORD = BURSTS.map(([from]) => from + 300).find(
  (ms) => ms > 20_000 && isSpoken(ms, 200) && isSpoken(ms - BACK_MS, 200),
) as number;

const heardOf = (
  parts: readonly Take[],
  ...notes: { name: string; at: number; detail?: unknown }[]
) => ({
  sound: { rate: RATE, samples: takes(...parts) },
  notes: notes.map((note) => ({ detail: null, ...note })),
});

const lived = (scene: Scene, heard: ReturnType<typeof heardOf>) =>
  rewindOf({ source: 'hls', scene, run: 1 }, { heard, liveAfter: null });

const near = (found: number, wanted: number, within = 6) =>
  assert.ok(Math.abs(found - wanted) <= within, `${found.toFixed(1)} ms, not ${wanted} ms`);

for (const by of [0, 60, -60]) {
  test(`a word that sounds 200 ms after the call, ${by} ms off`, () => {
    const before: Take = [WORD - 3_000, 3_000];
    const back: Take = [WORD - BACK_MS + by, 6_000];
    const heard = heardOf([before, [null, 200], back], { name: 'back', at: 3_000 });
    const { after, off, lost } = lived('back', heard);
    near(after, 200);
    near(off, by);
    near(lost, 0);
  });
}

test('what is lost on the way forward is seen, and a jump to live is none', () => {
  const back = WORD - BACK_MS;
  const sound = (cut: number): Take[] => [
    [WORD - 3_000, 3_000],
    [back, 3_000],
    [back + 3_000 + cut, 3_000],
    [WORD + 20_000, 3_000],
  ];
  const notes = [
    { name: 'back', at: 3_000 },
    { name: 'live', at: 9_000 },
  ];
  near(lived('back', heardOf(sound(0), ...notes)).lost, 0);
  assert.ok(lived('back', heardOf(sound(1_500), ...notes)).lost > 500);
  near(lived('back', heardOf(sound(0), ...notes)).toLive ?? 0, 0, 700);
});

test('a pause goes on at the next word', () => {
  const sound = (by: number): Take[] => [
    [WORD - 3_000, 3_000],
    [null, 40_000],
    [WORD + by, 3_000],
  ];
  const notes = [
    { name: 'pause', at: 3_000 },
    { name: 'resume', at: 42_900 },
  ];
  for (const by of [0, -70, 50]) {
    const { after, off } = lived('pause', heardOf(sound(by), ...notes));
    near(after, 100);
    near(off, by);
  }
  assert.equal(lived('pause', heardOf(sound(0).slice(0, 2), ...notes)).after, Infinity);
});

test('cues are compared with what was heard when they fired', () => {
  const startsAt = 1_700_000_000_000;
  const from = WORD - 3_000;
  const cue = (id: string, at: number) => ({
    ...{ id, type: 'tick', by: 'channel' as const },
    at: startsAt + from + at,
  });
  const sent = [cue('a', 1_000), cue('b', 2_000), cue('c', 3_000), cue('d', 4_000)];
  const fired = (id: string, at: number) => ({ name: 'cue', at, detail: { id } });
  const heard = heardOf(
    [[from, 6_000]],
    ...[fired('a', 1_040), fired('c', 2_970), fired('b', 3_000), fired('b', 3_100)],
  );
  const found = cuesOf('hls', { sent, heard, startsAt, incidents: [] });
  const offs = found.fired.map(({ off }) => off);
  for (const [index, off] of [40, -30, 1_000, 1_100].entries()) near(offs[index] ?? 0, off);
  assert.deepEqual([found.missing, found.again, found.outOfOrder], [['d'], ['b'], ['b']]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seen } from '../../bench/lib/channel-crowd/hall.ts';
import { figuresOf, herds, mostMean } from '../../bench/lib/channel-crowd/statistics.ts';
import { seeded } from '../helpers/random.ts';

const CHANNELS = 1_000;
const WINDOW = 20;

/** A restart after which each channel comes at a draw over `spread` seconds, and is served at once. */
function even(seed: number, spread: number): Seen {
  const draw = seeded(seed);
  const arrivals = Array.from({ length: CHANNELS }, () => draw() * spread * 1_000);
  arrivals.sort((one, other) => one - other);
  return { open: CHANNELS, arrivals, growth: arrivals.map((at, index) => [at, index + 1]) };
}

const steady = (seen: Seen) => ({ seen, stall: 0 });

test('the largest mean is one at which so few arrivals are as rare as was said, and no rarer', () => {
  // Of a Poisson variable with this mean, 0.02 % lies at 600 or below; Chernoff gives a little more.
  assert.ok(mostMean(600, 0.0002) > 690 && mostMean(600, 0.0002) < 710);
  assert.ok(Math.abs(mostMean(0, 0.01) - Math.log(100)) < 0.01);
});

test('an even crowd passes, and its rate is N/W', () => {
  const restarts = [1, 2, 3, 4, 5].map((seed) => even(seed, WINDOW));
  const figures = figuresOf(restarts, WINDOW, CHANNELS);
  assert.equal(figures.arrivals, CHANNELS);
  assert.ok(Math.abs(figures.rate - CHANNELS / WINDOW) < 3, `${figures.rate}`);
  assert.ok(figures.rateAtMost < (1.2 * CHANNELS) / WINDOW, `${figures.rateAtMost}`);
  assert.ok((figures.all ?? 0) > 19 && (figures.all ?? 0) < WINDOW);
  assert.ok((figures.most ?? 0) < (figures.all ?? 0));
  assert.deepEqual(herds(restarts.map(steady), WINDOW, CHANNELS), []);
});

test('a crowd that comes within half of the window, or does not come back, is told', () => {
  const restarts = [1, 2, 3].map((seed) => even(seed, WINDOW / 2));
  assert.ok(figuresOf(restarts, WINDOW, CHANNELS).rateAtMost > (1.9 * CHANNELS) / WINDOW);
  assert.equal(herds(restarts.map(steady), WINDOW, CHANNELS).length, 3);
  // Had the crowd stood still for two seconds, it would prove nothing.
  const stalled = restarts.map((seen) => ({ seen, stall: 2_000 }));
  assert.deepEqual(herds(stalled, WINDOW, CHANNELS), []);
  const lame = { ...even(1, WINDOW), growth: [[1_000, CHANNELS - 1]] as const };
  assert.equal(figuresOf([even(2, WINDOW), lame], WINDOW, CHANNELS).all, null);
});

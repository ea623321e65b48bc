import { nextPollDelay } from '../policy/polling.ts';
import type { Random } from './random.ts';

const SAMPLES = 2_000;

/** The mean number of polls of an admitted listener, by seconds since the first of them. */
export type Expected = Float64Array;

/**
 * Admitted listeners poll less and less often, and the document no longer triggers a request. So these polls need no
 * events: their expected number comes from a sample of such listeners.
 *
 * @param refresh the published interval, ms.
 */
export const expectedLooks = (refresh: number, seconds: number, random: Random): Expected => {
  const expected = new Float64Array(seconds + 1);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (let idle = 0, at = 0; at <= seconds * 1_000; idle++) {
      const second = Math.floor(at / 1_000);
      expected[second] = (expected[second] as number) + 1 / SAMPLES;
      at += nextPollDelay(refresh, idle, 0, random.next());
    }
  }
  for (let at = 1; at <= seconds; at++) {
    expected[at] = (expected[at] as number) + (expected[at - 1] as number);
  }
  return expected;
};

/** Polls before `end`, s, of listeners whose first poll falls into the seconds counted in `planned`. */
export const lookedAfter = (expected: Expected, planned: Float64Array, end: number): number => {
  let looks = 0;
  for (let second = 0; second < planned.length && second < end; second++) {
    const after = Math.min(expected.length - 1, Math.floor(end - second));
    looks += (planned[second] as number) * (expected[after] as number);
  }
  return looks;
};

// What the default policy can do at its quickest and at its slowest: bounds that hold for every draw.
import { backoff } from '../../src/policy/backoff.ts';
import { EarshotError } from '../../src/policy/errors.ts';

const policy = backoff();
const error = new EarshotError('network', 'No answer.');

/** Milliseconds before an attempt, the first being 1, with the shortest (0) or the longest draw (1). */
const waitBefore = (attempt: number, draw: 0 | 1): number =>
  policy({
    ...{ attempt, elapsed: 0, error, floor: 0, spread: null, hearing: false },
    random: () => draw,
  }) ?? Number.POSITIVE_INFINITY;

/** The most attempts that can follow a failure within so many seconds. */
export const attemptsWithin = (seconds: number): number => {
  let attempts = 0;
  for (let at = waitBefore(1, 0); at < seconds * 1000; at += waitBefore(attempts + 1, 0))
    attempts++;
  return attempts;
};

/** The longest that one is asked for after the end of what lasted so many seconds, in seconds. */
export const latestAfter = (seconds: number): number =>
  waitBefore(attemptsWithin(seconds) + 1, 1) / 1000;

import type { Timers } from '../../src/stage-server/clock.ts';
import type { Clock } from './clock.ts';

/** The timers of a process whose clock is wrong by `skew` ms, on virtual time. */
export const timersOf = (clock: Clock, skew: () => number = () => 0): Timers => ({
  now: () => clock.now() + skew(),
  after: (ms, run) => clock.schedule(run, ms),
});

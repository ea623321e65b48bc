const SAME_WITHIN = 100;
const FEWEST_RETRIES = 2;

/** The delays between successive requests, ms. */
const delaysOf = (times: readonly number[]): number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? at));

/** Whether two took the same steps, as far as the shorter went, each within 100 ms. */
const agree = (a: readonly number[], b: readonly number[]): boolean => {
  const steps = Math.min(a.length, b.length);
  if (steps < FEWEST_RETRIES) return false;
  return a.slice(0, steps).every((delay, at) => Math.abs(delay - (b[at] ?? 0)) <= SAME_WITHIN);
};

/** The share of listeners whose retries keep step with those of another, 0 to 1. */
export function lockstepOf(timesOfEach: readonly (readonly number[])[]): number {
  const delays = timesOfEach.map(delaysOf);
  const stepping = delays.filter((mine, at) =>
    delays.some((others, other) => other !== at && agree(mine, others)),
  );
  return stepping.length / delays.length;
}

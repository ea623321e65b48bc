/**
 * The number of arrivals that a window holds with a chance of at most `chance`, if at most `mean`
 * are expected and they come independently: Chernoff's bound, exp(a - mean) (mean / a)^a, which
 * holds for a sum of independent 0-1 draws as it does for a Poisson variable.
 */
export const mostArrivals = (mean: number, chance: number): number => {
  let most = Math.ceil(mean);
  const log = (a: number) => a - mean - (a === 0 ? 0 : a * Math.log(a / mean));
  while (log(most + 1) > Math.log(chance)) most++;
  return most;
};

/** The largest number of `times` within any `span`. */
export const busiest = (times: readonly number[], span: number): number => {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  sorted.forEach((time, index) => {
    while (time - (sorted[first] as number) >= span) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
};

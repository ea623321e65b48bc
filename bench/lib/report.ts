/** Prints what a bench found, and fails it under `--check` if anything fell short. */
export function report<Result>(
  { json, check }: { json: boolean; check: boolean },
  result: Result,
  print: (result: Result) => string,
  shortfalls: readonly string[],
): void {
  console.log(json ? JSON.stringify({ ...result, shortfalls }, null, 2) : print(result));
  for (const shortfall of shortfalls) console.error(`Falls short: ${shortfall}`);
  if (check && shortfalls.length) process.exitCode = 1;
}

/** Measures only with an instrument that is to be trusted: one that misses damage it was shown proves nothing. */
export async function ifTrusted<One>(
  untrusted: readonly string[],
  measure: () => Promise<One[]>,
): Promise<One[]> {
  if (untrusted.length) process.exitCode = 1;
  return untrusted.length ? [] : measure();
}

/** A line on the standard error, where it does not disturb `--json`. */
export const progress = (text: string): void => console.error(text);

/** A whole number above 0 from the command line. */
export function count(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name}: not a whole number`);
  return number;
}

import type { Outcome, Percentiles } from '../../../src/herd/index.ts';
import type { RetryContext, RetryPolicy } from '../../../src/policy/backoff.ts';
import { EarshotError } from '../../../src/policy/errors.ts';

/** A module whose default export is the policy: a bare function is made one. */
export const moduleOf = (code: string, sdk: string): string => {
  const resolved = code.replace(
    /(\bfrom\s*)(['"])earshot\2/g,
    (_, from) => `${from}${JSON.stringify(sdk)}`,
  );
  if (/\bexport\b/.test(code)) return resolved;
  return `export default (\n${resolved.replace(/;\s*$/, '')}\n)`;
};

/** How often a policy that answers slowly is said to be alive. */
const HEARTBEAT_MS = 250;

/** The faults in the results of a policy. */
export interface Report {
  calls: number;
  threw: number;
  bad: number;
  stopped: number;
  /** The first that was wrong. */
  first: string | null;
}

const shown = (value: unknown): string => {
  try {
    return typeof value === 'string'
      ? `the text ${JSON.stringify(value.slice(0, 60))}`
      : String(value);
  } catch {
    return `a ${typeof value} that cannot be read`;
  }
};

/** Tells between two answers that a policy is only slow, and not without an end. */
export const heartbeat = (now: () => number, tell: () => void): (() => void) => {
  let told = now();
  return () => {
    const at = now();
    if (at - told < HEARTBEAT_MS) return;
    told = at;
    tell();
  };
};

/**
 * The policy, with every answer looked at. What it may not answer stays so: `backoff()` stands in.
 * `beat` is called before each answer.
 */
export const watched = (
  policy: RetryPolicy,
  beat: () => void = () => {},
): { retry: RetryPolicy; report: Report } => {
  const report: Report = { calls: 0, threw: 0, bad: 0, stopped: 0, first: null };
  const retry = (context: RetryContext): number | null => {
    report.calls++;
    beat();
    let delay: unknown;
    try {
      delay = policy(context);
    } catch (error) {
      report.threw++;
      const words = shown(error instanceof Error ? error.message : error);
      report.first ??= `attempt ${context.attempt}: it threw ${words.slice(0, 200)}`;
      return Number.NaN;
    }
    if (delay === null) report.stopped++;
    else if (typeof delay !== 'number' || !(delay >= 0 && delay < Infinity)) {
      report.bad++;
      report.first ??= `attempt ${context.attempt}: it returned ${shown(delay).slice(0, 200)}`;
      return Number.NaN;
    }
    return delay as number | null;
  };
  return { retry, report };
};

/** The report in words; empty if all results were usable. */
export const wordsOf = ({ calls, threw, bad, first }: Report): string => {
  const wrong = threw + bad;
  if (!wrong || !first) return '';
  const share =
    wrong === calls ? 'No result was usable' : `${wrong} of ${calls} results were not usable`;
  return `${share} (${first}). backoff() was used instead, as in the SDK.`;
};

const error = new EarshotError('overload', 'The origin answered 503.', { status: 503 });

/** Asks a policy for each attempt there is: what is broken shows before a crowd runs it. */
export const probe = (retry: RetryPolicy): void => {
  for (let attempt = 1; attempt <= 32; attempt++) {
    for (const hearing of [true, false]) {
      for (const random of [0, 0.5, 0.999]) {
        const context = {
          attempt,
          elapsed: attempt * 5_000,
          error,
          floor: 0,
          spread: null,
          hearing,
          random: () => random,
        };
        retry(context);
      }
    }
  }
};

/** What to begin with, in the page: the default of the SDK, written out. */
export const TEMPLATE = `// (context) => milliseconds, or null to give up
({ attempt, floor, hearing, random }) => {
  const cap = hearing ? 600_000 : 120_000;
  const window = Math.min(cap, 5_000 * 2 ** (attempt - 1));
  return floor + random() * window;
}`;

const COUNTS = [
  'listeners',
  'capacity',
  'limit',
  'peak',
  'requests',
  'requestsWhileDown',
  'refused',
  'timedOut',
  'refusedFull',
  'documents',
  'wait',
  'lostTurns',
  'refusedTurns',
  'givenUp',
  'waiting',
  'events',
] as const;

const number = (value: unknown): number => {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw new TypeError('a figure is no number');
};

const percentiles = (value: unknown): Percentiles => {
  const { p50, p95, p99, p999 } = value as Percentiles;
  const [a, b, c, d] = [p50, p95, p99, p999].map((one) => (one === null ? null : number(one)));
  return { p50: a ?? null, p95: b ?? null, p99: c ?? null, p999: d ?? null };
};

const MOST_SECONDS = 100_000;

const seriesOf = (value: unknown): Float64Array => {
  if (!(value instanceof Float64Array) || value.length > MOST_SECONDS)
    throw new TypeError('no series');
  value.forEach(number);
  return value;
};

/** What a sandbox sent, as figures and nothing else: who runs in it could have sent anything. */
export const outcomeFrom = (sent: unknown): Outcome | null => {
  try {
    const { admitted, hearing, recovers, refusedPerAdmitted, series } = sent as Outcome;
    const counts = Object.fromEntries(COUNTS.map((key) => [key, number((sent as Outcome)[key])]));
    return {
      ...(counts as Pick<Outcome, (typeof COUNTS)[number]>),
      admitted: percentiles(admitted),
      hearing: percentiles(hearing),
      recovers: recovers === true,
      refusedPerAdmitted: refusedPerAdmitted === null ? null : number(refusedPerAdmitted),
      series: {
        step: 1,
        arrivals: seriesOf(series.arrivals),
        capacity: seriesOf(series.capacity),
        admitted: seriesOf(series.admitted),
        hearing: seriesOf(series.hearing),
        inside: seriesOf(series.inside),
      },
    };
  } catch {
    return null;
  }
};

import { INCIDENTS, type Outcome } from '../../../src/herd/index.ts';
import { grouped, horizonOf, type Run } from './run.ts';
import type { Settings } from './settings.ts';

/** `9 min 7 s`: the two largest units, without zeros. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 3_600), 'h'],
    [Math.floor((whole % 3_600) / 60), 'min'],
    [whole % 60, 's'],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(from, from + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
};

/** `9:07`, `1:03:20`: for a table whose heading names the unit. */
export const clocked = (seconds: number): string => {
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
};

/** `0.04 %`, `12 %`; 0 and 100 only if they are exact. */
export const percent = (share: number): string => {
  const value = share * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value < 0.01) return 'under 0.01 %';
  if (value > 99.9) return 'over 99.9 %';
  return `${Number(value.toPrecision(value < 1 ? 1 : value < 99 ? 2 : 3))} %`;
};

/** `1.04`, `26`, `500`: only the digits that are useful. */
export const times = (value: number): string =>
  value >= 10 ? grouped(value) : String(Number(value.toFixed(2)));

export const admittedShare = ({ outcome }: Run): number =>
  (outcome.listeners - outcome.waiting - outcome.givenUp) / outcome.listeners;

/** The start of the clock for the percentiles, in words. */
const clocks = (settings: Settings): string => {
  const { attack, down, begins } = INCIDENTS[settings.incident];
  if (attack) return 'after the attack ends';
  if (settings.incident === 'return' && down) return 'after the origin is back';
  return begins === 'dropped' ? 'after the drop' : 'after the first arrival';
};

const span = (settings: Settings): string => {
  const horizon = horizonOf(settings);
  return horizon === 3_600 ? 'an hour' : duration(horizon);
};

const fateOf = (run: Run, settings: Settings): string => {
  const { name, outcome } = run;
  const share = percent(admittedShare(run));
  if (outcome.givenUp > outcome.waiting) {
    return `With ${name}, the crowd gives up: ${share} are admitted, the rest no longer retry.`;
  }
  return `With ${name}, the origin never recovers: ${share} admitted after ${span(settings)}.`;
};

const and = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** How many of the crowd are admitted and when, with Earshot or the visitor's own policy. */
const successOf = (run: Run, settings: Settings): string => {
  const { outcome, kind } = run;
  const who = kind === 'own' ? 'your policy' : 'Earshot';
  const all = grouped(settings.listeners);
  const limit = settings.listeners / settings.capacity;
  const { p999 } = outcome.admitted;
  if (p999 === null) {
    return `With ${who}, ${percent(admittedShare(run))} of ${all} are admitted after ${span(settings)}. The shortest possible time is ${duration(limit)} (N/C).`;
  }
  // Where some are let in before the clock runs, N/C is no measure of the rest.
  const ratio = times(p999 / limit);
  const compared = INCIDENTS[settings.incident].attack
    ? '.'
    : `: ${ratio} × the shortest possible time (N/C).`;
  return `With ${who}, 99.9 % of ${all} are admitted ${duration(p999)} ${clocks(settings)}${compared}`;
};

export interface Verdict {
  /** The most important result. */
  readonly headline: string;
  readonly rest: string;
  /** One line, for narrow screens. */
  readonly brief: string;
}

/** The result of a run, in words. */
export const verdictOf = (runs: readonly Run[], settings: Settings): Verdict => {
  const ours = runs.filter(({ kind }) => kind !== 'peer');
  const peers = runs.filter(({ kind }) => kind === 'peer');
  const lost = peers.filter(({ outcome }) => !outcome.recovers);
  const [own = ours[0]] = ours.filter(({ kind }) => kind === 'own');
  if (!own) return { headline: '', rest: '', brief: '' };
  const success = ours.map((run) => successOf(run, settings));
  const [worst] = lost;
  const brief = [own, worst ?? peers[0]].flatMap((run) => (run ? [briefOf(run)] : [])).join(' · ');
  if (!worst) {
    const slowest = peers.toSorted((one, other) => lateness(other) - lateness(one))[0];
    const theirs = slowest
      ? `${slowest.name} recovers too, in ${duration(lateness(slowest))}, with ${times(asked(slowest.outcome))} requests per listener.`
      : '';
    return {
      headline: success[0] ?? '',
      rest: [...success.slice(1), theirs].join(' ').trim(),
      brief,
    };
  }
  const others = lost.slice(1).map(({ name }) => name);
  const more = others.length
    ? `${and(others)} ${others.length > 1 ? 'do' : 'does'} not recover either.`
    : '';
  return { headline: fateOf(worst, settings), rest: [...success, more].join(' ').trim(), brief };
};

const briefOf = ({ name, outcome }: Run): string =>
  `${name}: ${outcome.admitted.p999 === null ? 'never' : duration(outcome.admitted.p999)}`;

const lateness = ({ outcome }: Run): number => outcome.admitted.p999 ?? Infinity;

/** Join requests per listener while the origin was up. */
export const asked = ({ requests, requestsWhileDown }: Outcome): number =>
  requests - requestsWhileDown;

export const HEADS = [
  'Client',
  'Recovers',
  '50 % in',
  '95 % in',
  '99 % in',
  '99.9 % in',
  'Peak, ×\u00a0C',
  'Requests each',
  'Mean wait',
] as const;

/** A row of the table, as words, under {@link HEADS}. */
export const cellsOf = (run: Run): string[] => {
  const { outcome } = run;
  const { p50, p95, p99, p999 } = outcome.admitted;
  const share = admittedShare(run);
  const fate = outcome.recovers
    ? 'yes'
    : outcome.givenUp > outcome.waiting
      ? `gives up, ${percent(share)} in`
      : `no, ${percent(share)} in`;
  return [
    run.name,
    fate,
    ...[p50, p95, p99, p999].map((time) => (time === null ? 'never' : clocked(time))),
    times(outcome.peak),
    times(outcome.requests),
    share > 0 ? clocked(outcome.wait) : '–',
  ];
};

import { INCIDENTS, type Outcome } from '../../../src/herd/index.ts';
import { duration } from './duration.ts';
import { grouped, hasPlaces, horizonOf, limitOf, type Run } from './run.ts';
import { placesOf, type Settings } from './settings.ts';

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

/** Why not all can be admitted, where there are too few places. */
const fullness = ({ outcome }: Run, settings: Settings): string => {
  const inside = ((outcome.series.inside.at(-1) ?? 0) * settings.listeners) / outcome.listeners;
  const { most, stay } = placesOf(settings);
  const places = `${grouped(inside)} people are inside, ${grouped(most)} fit`;
  return stay < Infinity ? `${places}, and a place is free only when somebody leaves` : places;
};

/** How many of the crowd are admitted and when, with Earshot or the visitor's own policy. */
const successOf = (run: Run, settings: Settings): string => {
  const { outcome, kind } = run;
  const who = kind === 'own' ? 'your policy' : 'Earshot';
  const all = grouped(settings.listeners);
  const limit = limitOf(settings);
  const formula = limit > settings.listeners / settings.capacity ? '' : ' (N/C)';
  const { p999 } = outcome.admitted;
  if (p999 === null && !hasPlaces(settings)) {
    return `With ${who}, ${percent(admittedShare(run))} of ${all} are admitted after ${span(settings)}: ${fullness(run, settings)}.`;
  }
  if (p999 === null) {
    return `With ${who}, ${percent(admittedShare(run))} of ${all} are admitted after ${span(settings)}. The shortest possible time is ${duration(limit)}${formula}.`;
  }
  // Where some are let in before the clock runs, N/C is no measure of the rest.
  const ratio = times(p999 / limit);
  const compared = INCIDENTS[settings.incident].attack
    ? '.'
    : `: ${ratio} × the shortest possible time${formula}.`;
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
  const isFull = !hasPlaces(settings);
  // With too few places, nobody could admit all: that is no fault of a policy.
  const lost = isFull ? [] : peers.filter(({ outcome }) => !outcome.recovers);
  const [own = ours[0]] = ours.filter(({ kind }) => kind === 'own');
  if (!own) return { headline: '', rest: '', brief: '' };
  const success = ours.map((run) => successOf(run, settings));
  const [worst] = lost;
  const brief = [own, worst ?? peers[0]]
    .flatMap((run) => (run ? [briefOf(run, isFull)] : []))
    .join(' · ');
  if (!worst) {
    const slowest = peers.toSorted((one, other) => lateness(other) - lateness(one))[0];
    const theirs = isFull
      ? fullOf(peers)
      : slowest
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

/** The other client whose refused requests are the most, where there are too few places. */
const fullOf = (peers: readonly Run[]): string => {
  const [most] = peers.toSorted((one, other) => asked(other.outcome) - asked(one.outcome));
  return most
    ? `With ${most.name}, ${percent(admittedShare(most))} are, with ${times(asked(most.outcome))} requests per listener.`
    : '';
};

const briefOf = (run: Run, isFull: boolean): string => {
  const { name, outcome } = run;
  const { p999 } = outcome.admitted;
  if (p999 !== null) return `${name}: ${duration(p999)}`;
  return `${name}: ${isFull ? `${percent(admittedShare(run))} in` : 'never'}`;
};

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

import { scaleLinear } from 'd3-scale';
import { INCIDENTS } from '../../../src/herd/index.ts';
import type { Line, Point } from '../ui/plot/line.ts';
import type { Chart } from '../ui/plot/plot.ts';
import { duration } from './duration.ts';
import { grouped, type Run } from './run.ts';
import { placesOf, type Settings } from './settings.ts';
import { admittedShare, percent, times } from './words.ts';

/** Points of a line that only grows. */
const POINTS = 300;
/** Crowds in lockstep swing faster than a pen can draw: fewer points, each the busiest second. */
const STRETCHES = 80;

/** The time span of the plot, s: until the last client that recovers has done so, and some more. */
export const shownOf = (runs: readonly Run[], settings: Settings): number => {
  const lengths = runs.map(({ outcome }) => outcome.series.arrivals.length);
  const ended = runs
    .filter(({ outcome }) => outcome.recovers)
    .map(({ outcome }) => INCIDENTS[settings.incident].clock + (outcome.admitted.p999 ?? 0));
  const longest = Math.max(60, ...lengths);
  if (!ended.length) return longest;
  const all = ended.length === runs.length;
  return Math.min(Math.max(longest, 60), Math.max(60, Math.max(...ended) * (all ? 1.08 : 1.5)));
};

type Pick = (second: number) => number;

/** The largest of each stretch of seconds, so that no rush is too short to be seen. */
const busiest = (values: Float64Array, shown: number, points: number, pick: Pick): Point[] =>
  stretches(shown, points, (from, to) => {
    let most = 0;
    for (let at = from; at < Math.min(to, values.length); at++) most = Math.max(most, pick(at));
    return most;
  });

/** The value at the end of each stretch; what has ended stays as it was. */
const reached = (values: Float64Array, shown: number, pick: Pick): Point[] => [
  [0, 0],
  ...stretches(shown, POINTS, (_, to) =>
    values.length ? pick(Math.min(to, values.length) - 1) : 0,
  ).map(([, value], at, all): Point => [all[at + 1]?.[0] ?? shown, value]),
];

const stepOf = (shown: number, points: number): number => Math.max(1, Math.ceil(shown / points));

const stretches = (
  shown: number,
  count: number,
  value: (from: number, to: number) => number,
): Point[] => {
  const step = stepOf(shown, count);
  const points: Point[] = [];
  for (let from = 0; from < shown; from += step) points.push([from, value(from, from + step)]);
  return points;
};

/** The class of a client's line, and of its row in the table. */
export const toneOf = (run: Run, runs: readonly Run[]): string => {
  const peers = runs.filter(({ kind }) => kind === 'peer');
  return run.kind === 'peer' ? `p${peers.indexOf(run)}` : run.kind;
};

/** The strongest is drawn last, above the others. */
const ordered = (runs: readonly Run[]): Run[] =>
  [...runs].sort((one, other) => rank(other) - rank(one));
const rank = ({ kind }: Run): number => ['own', 'earshot', 'peer'].indexOf(kind);

const minutesOf = (shown: number) => {
  const [unit, words] =
    shown > 7_200 ? [3_600, 'hours'] : shown > 180 ? [60, 'minutes'] : [1, 'seconds'];
  const ticks = scaleLinear([0, shown / unit], [0, 1])
    .ticks(6)
    .map((at) => ({ at: at * unit, words: String(at) }));
  return { words, ticks };
};

const bandsOf = ({ incident }: Settings) => {
  const { down, attack } = INCIDENTS[incident];
  if (down) return [{ from: down[0], to: down[1], words: 'origin down' }];
  if (!attack) return [];
  return [{ from: attack.from, to: attack.to, words: `an attack takes ${percent(attack.share)}` }];
};

const axisOf = (settings: Settings, shown: number): Chart['x'] => {
  const { words, ticks } = minutesOf(shown);
  const since =
    INCIDENTS[settings.incident].begins === 'dropped' ? 'the drop' : 'the first arrival';
  return { title: `${words} since ${since}`, to: shown, ticks };
};

const arrivals = (runs: readonly Run[], settings: Settings, shown: number): Chart => {
  const lines = ordered(runs).map((run): Line => {
    const { series, capacity } = run.outcome;
    const pick: Pick = (at) => (series.arrivals[at] ?? 0) / capacity;
    const points = busiest(series.arrivals, shown, STRETCHES, pick);
    // It ends when all are admitted; a line at zero would only hide the axis.
    const last = points.findLastIndex(([, value]) => value > 0);
    return { name: run.name, tone: toneOf(run, runs), points: points.slice(0, last + 2) };
  });
  const borne = bearing(runs);
  const ground = busiest(borne, shown, POINTS, (at) => borne[at] ?? 0);
  const least = Math.min(1, ...ground.map(([, value]) => (value > 0 ? value : 1)));
  const floor = least < 0.2 ? 0.01 : 0.1;
  const most = Math.max(2, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const to = Math.max(10, most * 1.5);
  const decades = Math.floor(Math.log10(to / floor));
  const peaks = runs.map(({ name, outcome }) => `${name} ${times(outcome.peak)} times`);
  return {
    key: 'arrivals',
    title: 'Join requests to the origin',
    description: `Join requests a second, as multiples of the origin's capacity of ${grouped(settings.capacity)} a second, over ${duration(shown)}. The scale is logarithmic. In the busiest second: ${peaks.join(', ')}.`,
    x: axisOf(settings, shown),
    y: {
      title: `join requests/s, peak per ${duration(stepOf(shown, STRETCHES))} (log)`,
      from: floor,
      to,
      isLog: true,
      ticks: Array.from({ length: decades + 1 }, (_, at) => {
        const value = Number((floor * 10 ** at).toPrecision(1));
        const words = value === 1 ? 'C' : `${value} C`;
        return { at: value, words: at ? words : `≤ ${words}` };
      }),
    },
    lines,
    ground: {
      name: `capacity: C = ${grouped(settings.capacity)}/s`,
      short: `C = ${grouped(settings.capacity)}/s`,
      tone: '',
      points: held(ground, shown),
    },
    bands: bandsOf(settings),
  };
};

/** The origin's capacity in each second, as a multiple of C; from the longest run. */
const bearing = (runs: readonly Run[]): Float64Array => {
  const [longest] = [...runs].sort((one, other) => lengthOf(other) - lengthOf(one));
  if (!longest) return new Float64Array();
  const { series, capacity } = longest.outcome;
  return series.capacity.map((value) => value / capacity);
};

/** The share that would be admitted if the origin was busy with admissions, or full, all the time. */
const best = (runs: readonly Run[], settings: Settings, shown: number): Point[] => {
  const { listeners, capacity } = settings;
  const { most, stay } = placesOf(settings);
  const borne = bearing(runs);
  const points: Point[] = [[0, 0]];
  let [share, inside] = [0, 0];
  for (let second = 0; second < shown && share < 1; second++) {
    const left = inside / stay;
    const bears = (borne[Math.min(second, borne.length - 1)] ?? 0) * capacity;
    const step = Math.min(bears, most - inside + left) / listeners;
    const part = step > 0 ? Math.min(1, (1 - share) / step) : 1;
    share = Math.min(1, share + step);
    inside += step * listeners - left;
    points.push([second + part, share]);
  }
  return points;
};

/** The people inside, where there is a limit or they leave. */
const insideOf = (runs: readonly Run[], settings: Settings, shown: number): Line[] => {
  const { most, stay } = placesOf(settings);
  const earshot = runs.find(({ kind }) => kind === 'earshot');
  if (!earshot || Math.min(most, stay) === Infinity) return [];
  const { series, listeners: all } = earshot.outcome;
  const pick: Pick = (at) => (series.inside[at] ?? 0) / all;
  const points = reached(series.inside, shown, pick);
  return [{ name: `${earshot.name}: people inside`, tone: 'inside', points }];
};

const lengthOf = ({ outcome }: Run): number => outcome.series.arrivals.length;

/** Steps, and the last value to the end of the plot. */
const held = (points: readonly Point[], shown: number): Point[] => {
  const stepped = points.flatMap(([at, value], index): Point[] => {
    const before = points[index - 1]?.[1];
    return before === undefined || before === value
      ? [[at, value]]
      : [
          [at, before],
          [at, value],
        ];
  });
  const last = stepped.findLast(([, value]) => value > 0)?.[1] ?? 0;
  const end = stepped.findLastIndex(([, value]) => value > 0);
  return [...stepped.slice(0, end + 1), [shown, last]];
};

const listeners = (runs: readonly Run[], settings: Settings, shown: number): Chart => {
  const lines = ordered(runs).map((run): Line => {
    const { series, listeners: all } = run.outcome;
    const pick: Pick = (at) => (series.admitted[at] ?? 0) / all;
    const name = run.kind === 'peer' ? run.name : `${run.name}: admitted`;
    return { name, tone: toneOf(run, runs), points: reached(series.admitted, shown, pick) };
  });
  const hears = runs.find(({ kind }) => kind === 'earshot');
  if (hears) {
    const { series, listeners: all } = hears.outcome;
    const pick: Pick = (at) => (series.hearing[at] ?? 0) / all;
    const points = reached(series.hearing, shown, pick);
    // First, so that its name is above that of the line which reaches the same height later.
    lines.unshift({ name: `${hears.name}: hearing`, tone: 'hearing', points });
  }
  const inside = insideOf(runs, settings, shown);
  lines.unshift(...inside);
  const { most } = placesOf(settings);
  const places = [
    most < Infinity ? ` At most ${grouped(most)} people are inside at the same time.` : '',
    inside.length ? ' One line shows the people inside: admitted, and not gone.' : '',
  ].join('');
  const told = runs.map((run) => {
    const { p999 } = run.outcome.admitted;
    const share = percent(admittedShare(run));
    return `${run.name} ${p999 === null ? `${share} in the end` : `99.9 % after ${duration(p999)}`}`;
  });
  return {
    key: 'listeners',
    title: 'Listeners admitted, and listeners hearing',
    description: `Share of ${grouped(settings.listeners)} listeners admitted to the stage over ${duration(shown)}: ${told.join(', ')}. With Earshot, waiting listeners hear HLS meanwhile. With the other clients, only admitted listeners hear.${places}`,
    x: axisOf(settings, shown),
    y: {
      title: `% of ${grouped(settings.listeners)} listeners`,
      from: 0,
      to: 1,
      isLog: false,
      ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, words: `${at * 100} %` })),
    },
    lines,
    ground: {
      name: inside.length ? 'shortest possible time' : 'N/C: shortest possible time',
      short: inside.length ? 'best' : 'N/C',
      tone: '',
      points: best(runs, settings, shown),
    },
    bands: bandsOf(settings),
  };
};

/** Both plots of a comparison. */
export const chartsOf = (runs: readonly Run[], settings: Settings): [Chart, Chart] => {
  const shown = shownOf(runs, settings);
  return [arrivals(runs, settings, shown), listeners(runs, settings, shown)];
};

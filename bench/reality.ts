// Whether the simulator tells the truth: real sessions over real HTTP and real time in front of the
// embedded stage's door, and the simulation of the same crowd, the same lots, the same door.
import { parseArgs } from 'node:util';
import { INCIDENTS, simulateSync } from '../src/herd/index.ts';
import { Random } from '../src/herd/random.ts';
import { lotOf } from '../src/policy/door.ts';
import type { Session } from '../src/session/api.ts';
import { listen } from '../src/session/listen.ts';
import { startChild } from './lib/child.ts';
import { crowdHost } from './lib/crowd-host.ts';
import { crowdSource } from './lib/crowd-source.ts';
import type { Join, Order, Reply } from './lib/crowd-stage.ts';
import { count, progress, report } from './lib/report.ts';
import { rounded, table } from './lib/table.ts';

const SPREAD = 30;
const REFRESH = 15;
const RETRY_AFTER = 5;
const MOST_APART = 0.1;
const TITLES = { 'doors-open': 1, 'guess-too-fast': 2, 'guess-too-slow': 0.5 } as const;

type Checked = keyof typeof TITLES;

/** What is compared: of a run that was simulated, and of one that was. */
interface Figures {
  /** Joins in the busiest second, over the capacity. */
  readonly peak: number;
  /** Seconds from the first listener's coming to 50, 95 and 99 % admitted. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Joins asked for, and fetches of the document, per listener. */
  readonly requests: number;
  readonly documents: number;
}

interface Comparison {
  readonly incident: Checked;
  readonly listeners: number;
  readonly capacity: number;
  readonly real: Figures;
  readonly simulated: Figures;
}

const { values } = parseArgs({
  options: {
    listeners: { type: 'string', default: '2000' },
    capacity: { type: 'string', default: '50' },
    incident: { type: 'string', multiple: true, default: ['doors-open'] },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const listeners = count('listeners', values.listeners);
const capacity = count('capacity', values.capacity);
const seed = count('seed', values.seed);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const figuresOf = (joins: readonly Join[], from: number, documents: number): Figures => {
  // Any second, as in the simulation, not only those that begin with a whole one.
  const times = joins.map(({ at }) => at).sort((one, other) => one - other);
  let busiest = 0;
  let first = 0;
  times.forEach((at, index) => {
    while ((times[first] ?? at) <= at - 1_000) first++;
    busiest = Math.max(busiest, index - first + 1);
  });
  const admitted = joins.filter((join) => join.admitted).map(({ at }) => (at - from) / 1_000);
  admitted.sort((a, b) => a - b);
  const within = (share: number) => admitted[Math.ceil(listeners * share) - 1] ?? Infinity;
  return {
    peak: busiest / capacity,
    p50: within(0.5),
    p95: within(0.95),
    p99: within(0.99),
    requests: joins.length / listeners,
    documents: documents / listeners,
  };
};

/** The listeners: when each comes, in seconds, and the draw that its lots are made of. */
const crowd = () => {
  const random = new Random(seed);
  const within = INCIDENTS['doors-open'].within;
  const comes = Array.from({ length: listeners }, () => random.next() * within);
  comes.sort((a, b) => a - b);
  return comes.map((at) => ({ at, draw: random.next(), seed: random.bits() }));
};

const compare = async (incident: Checked): Promise<Comparison> => {
  const { door } = INCIDENTS[incident];
  const guess = TITLES[incident];
  const opensIn = door?.opensIn({ spread: SPREAD, refresh: REFRESH }) ?? 0;
  const stage = startChild<Order, Reply>(new URL('lib/crowd-stage.ts', import.meta.url));
  const expected = Math.round(listeners / guess);
  const options = { capacity, expected, opensIn, spread: SPREAD, refresh: REFRESH };
  const { documentUrl } = await stage.ask(
    { type: 'start', options: { ...options, retryAfter: RETRY_AFTER } },
    'started',
  );
  const people = crowd();
  const sessions: Session[] = [];
  const { at: from, epoch } = await stage.ask({ type: 'open' }, 'opened');
  let inside = 0;
  for (const { at, draw, seed: own } of people) {
    const wait = from + at * 1_000 - Date.now();
    if (wait > 0) await sleep(wait);
    const random = new Random(own);
    // As if the listener had been here before: the draw is its own, and known to the simulation.
    const place = { seed: draw, epoch: 0, since: Date.now(), at: Date.now(), admitted: false };
    const stored: [string, string][] = [
      ['earshot:doors', JSON.stringify([[`${documentUrl} floor`, place]])],
    ];
    const session = listen({
      stage: documentUrl,
      host: crowdHost(random.next, stored),
      sources: [crowdSource()],
    });
    session.on('switch', ({ to }) => {
      if (to.door) inside++;
    });
    sessions.push(session);
  }
  const limit = (listeners / capacity) * 3_000 + 120_000;
  let told = -1;
  while (inside < listeners && Date.now() - from < limit) {
    await sleep(250);
    const percent = Math.floor((inside / listeners) * 10) * 10;
    if (percent > told) progress(`${incident}: ${percent} % are in`);
    told = Math.max(told, percent);
  }
  const { joins, documents } = await stage.ask({ type: 'report' }, 'report');
  for (const session of sessions) session.close();
  stage.close();
  const real = figuresOf(joins, from, documents);
  const lots = people.map(({ draw }) => lotOf(draw, 'floor', epoch));
  const simulated = simulateSync({
    incident,
    listeners,
    capacity,
    spread: SPREAD,
    refresh: REFRESH,
    seed,
    // No cache stands between these sessions and the stage.
    ttl: 1,
    policy: { kind: 'earshot' },
    given: { comes: people.map(({ at }) => at), lots },
  });
  const { p50, p95, p99 } = simulated.admitted;
  const { peak, requests } = simulated;
  const times = { p50: p50 ?? Infinity, p95: p95 ?? Infinity, p99: p99 ?? Infinity };
  return {
    incident,
    listeners,
    capacity,
    real,
    simulated: { peak, ...times, requests, documents: simulated.documents },
  };
};

const HEADS = [
  'incident',
  'crowd',
  'peak/C',
  'in 50 %, s',
  '95 %',
  '99 %',
  'requests',
  'documents',
];

const rowsOf = ({ incident, real, simulated }: Comparison) =>
  Object.entries({ real, simulated }).map(([name, figures]) => [
    INCIDENTS[incident].title,
    name,
    rounded(figures.peak, 2),
    rounded(figures.p50, 1),
    rounded(figures.p95, 1),
    rounded(figures.p99, 1),
    rounded(figures.requests, 2),
    rounded(figures.documents, 1),
  ]);

const apart = (a: number, b: number) => Math.abs(a - b) / b;

const shortfallsOf = ({ incident, real, simulated }: Comparison): string[] =>
  (['peak', 'p95'] as const)
    .filter((name) => !(apart(simulated[name], real[name]) <= MOST_APART))
    .map((name) => {
      const percent = rounded(apart(simulated[name], real[name]) * 100, 1);
      return `${incident}: ${name} is ${percent} % off, more than ${MOST_APART * 100} %`;
    });

const wanted = values.incident.filter((name): name is Checked => name in TITLES);
const comparisons: Comparison[] = [];
for (const incident of wanted) comparisons.push(await compare(incident));
report(
  values,
  { comparisons },
  () =>
    `${listeners} sessions, ${capacity} joins a second, spread ${SPREAD} s\n\n${table(HEADS, comparisons.flatMap(rowsOf))}`,
  comparisons.flatMap(shortfallsOf),
);
process.exit();

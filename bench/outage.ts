// What an outage of the only source turns listeners into: Earshot, stock hls.js, and hls.js with
// the usual recipe, in a real browser against the embedded stage, all in the same outage.
import { parseArgs } from 'node:util';
import type { Fault } from '../demo/stage/stage.ts';
import { launchFor } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, hlsFiles, pageFiles } from './lib/bundle.ts';
import { lockstepOf } from './lib/lockstep.ts';
import { KINDS, type Kind, type Lived, outage } from './lib/outage.ts';
import { count, progress, report } from './lib/report.ts';
import { mean, median, rounded, table } from './lib/table.ts';

const FAULTS: Record<string, { name: string; fault: Fault }> = {
  'retry-after': {
    name: '503 with Retry-After 10',
    fault: { kind: 'unavailable', retryAfter: 10 },
  },
  unavailable: { name: '503 bare', fault: { kind: 'unavailable' } },
  refuse: { name: 'connection refused', fault: { kind: 'refuse' } },
  hang: { name: 'hang', fault: { kind: 'hang' } },
};

const NAMES: Record<Kind, string> = {
  earshot: 'Earshot',
  stock: 'hls.js, stock',
  recipe: 'hls.js with startLoad()',
};

const MOST = { mean: 4, max: 6 };

/** What the listeners of one kind did in one outage. */
interface Figures {
  fault: string;
  kind: Kind;
  listeners: number;
  requestsMean: number;
  requestsMax: number;
  /** Requests of a listener that the CDN saw, on average; null where they cannot be told apart. */
  arrivedMean: number | null;
  fatal: number;
  resumed: number;
  /** Median seconds from the end of the outage to sound, of those that came back. */
  backToSound: number | null;
  /** Share of the listeners whose retries keep step with another's. */
  lockstep: number;
}

function figures(fault: string, kind: Kind, lived: Lived[]): Figures {
  const requests = lived.map(({ asked }) => asked.length);
  const arrived = lived.map((one) => one.arrived).filter((one) => one !== null);
  const silences = lived.map(({ silentAfter }) => silentAfter).filter((one) => one !== null);
  return {
    fault,
    kind,
    listeners: lived.length,
    requestsMean: mean(requests),
    requestsMax: Math.max(...requests),
    arrivedMean: arrived.length ? mean(arrived) : null,
    fatal: lived.reduce((sum, one) => sum + one.fatal, 0),
    resumed: silences.length,
    backToSound: rounded(median(silences), 2),
    lockstep: lockstepOf(lived.map(({ asked }) => asked)),
  };
}

/** What can be counted, and with `isTimed` what depends on the machine's clock too. */
function shortfallsOf(row: Figures, isTimed: boolean): string[] {
  const { kind, listeners, requestsMean, requestsMax, fatal, resumed, lockstep } = row;
  if (kind !== 'earshot') return [];
  const wrong = [
    requestsMean > MOST.mean && `${requestsMean} requests on average, at most ${MOST.mean}`,
    requestsMax > MOST.max && `${requestsMax} requests of one listener, at most ${MOST.max}`,
    fatal > 0 && `${fatal} ended for good`,
    resumed < listeners && `${resumed} of ${listeners} resumed`,
    isTimed && lockstep > 0 && `${lockstep * listeners} of ${listeners} in lockstep`,
  ];
  return wrong.filter((one) => one !== false).map((one) => `${row.fault}: ${one}`);
}

function print({ rows }: { rows: Figures[] }): string {
  const heads = ['fault', 'client', 'requests', 'most', 'arrived', 'fatal', 'resumed'];
  return table(
    [...heads, 'back to sound, s', 'in lockstep'],
    rows.map((row) => [
      row.fault,
      NAMES[row.kind],
      row.requestsMean.toFixed(1),
      row.requestsMax,
      row.arrivedMean?.toFixed(1) ?? null,
      row.fatal,
      `${row.resumed} of ${row.listeners}`,
      row.backToSound?.toFixed(1) ?? null,
      `${Math.round(row.lockstep * 100)} %`,
    ]),
  );
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    counts: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
    listeners: { type: 'string', default: '8' },
    faults: { type: 'string', default: Object.keys(FAULTS).join() },
  },
});
const seconds = count('seconds', values.seconds);
const listeners = count('listeners', values.listeners);
const chosen = values.faults.split(',').map((key) => {
  const found = FAULTS[key];
  if (!found) throw new Error(`--faults: ${key} is not one of ${Object.keys(FAULTS)}`);
  return found;
});

const files = [await earshotFiles(), await hlsFiles(), await pageFiles('ear', 'listener')];
const browsers = await launchFor(listeners * KINDS.length);
const rows: Figures[] = [];
try {
  for (const { name, fault } of chosen) {
    progress(`${name}: ${seconds} s, ${listeners} listeners of each kind`);
    const lived = await outage(browsers, files, { fault, seconds, listeners });
    const of = (kind: Kind) => lived.filter((one) => one.kind === kind);
    rows.push(...KINDS.map((kind) => figures(name, kind, of(kind))));
  }
} finally {
  await Promise.all(browsers.map((browser) => browser.close()));
}
const measured = chosenOrigin();
const shortfalls = rows.flatMap((row) => shortfallsOf(row, !values.counts));
report(values, { measured, seconds, rows }, print, shortfalls);

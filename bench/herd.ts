// What a crowd does to an origin in each of the incidents: Earshot, and the clients people use, by
// their own formulas. Earshot's crowd is simulated whole, the others as a sample of the same N/C.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { INCIDENTS, type IncidentName, PEERS, simulateSync } from '../src/herd/index.ts';
import { asked, type Cost, herdShortfalls } from './lib/herd-budgets.ts';
import { type Crowd, EARSHOT, type Row, rowOf } from './lib/herd-rows.ts';
import { count, progress, report } from './lib/report.ts';
import { type Cell, rounded, table } from './lib/table.ts';

const USUAL = [
  EARSHOT,
  'partysocket',
  'socket.io-client',
  'centrifuge',
  'livekit-client',
  'hls.js + startLoad()',
  'AWS full jitter',
  'AWS decorrelated jitter',
];

/** All that the command prints. */
interface Result {
  readonly crowd: Crowd;
  /** Of doors-open, whole, in a process of its own. */
  readonly cost: Cost | null;
  readonly rows: readonly Row[];
}

const HEADS = ['incident', 'client', 'listeners', 'N/C', 'in 50 %', '95 %', '99 %', '99.9 %'];
const MORE = ['hear 50 %', '95 %', '99 %', '99.9 %', 'peak/C', 'requests', 'documents', 'recovers'];

const cellsOf = (row: Row): Cell[] => {
  const { admitted, hearing } = row;
  const times = [admitted, hearing].map(({ p50, p95, p99, p999 }) => [p50, p95, p99, p999]);
  const [ins = [], hears = []] = times.map((one) => one.map((time) => rounded(time)));
  return [
    INCIDENTS[row.incident].title,
    row.client,
    row.listeners,
    rounded(row.limit),
    ...ins,
    ...hears,
    row.peak.toFixed(2),
    asked(row).toFixed(2),
    row.client === EARSHOT ? row.documents.toFixed(1) : null,
    row.recovers ? 'yes' : 'no',
  ];
};

function print({ rows, cost }: Result): string {
  const figures = table([...HEADS, ...MORE], rows.map(cellsOf));
  if (!cost) return figures;
  const took = `${cost.seconds.toFixed(1)} s and ${Math.round(cost.megabytes)} MB`;
  return `${figures}\n\nDoors open, the whole crowd of Earshot on one core: ${took}.`;
}

const names = Object.keys(INCIDENTS) as IncidentName[];
const clients = [EARSHOT, ...PEERS.map(({ name }) => name)];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    listeners: { type: 'string', default: '8000000' },
    capacity: { type: 'string', default: '10000' },
    refusal: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '1' },
    incident: { type: 'string', default: names.join() },
    policy: { type: 'string', default: USUAL.join() },
    'cost-alone': { type: 'boolean', default: false },
  },
});

const crowd: Crowd = {
  listeners: count('listeners', values.listeners),
  capacity: count('capacity', values.capacity),
  refusalCost: Number(values.refusal),
  seed: count('seed', values.seed),
};

const chosen = <Name extends string>(option: string, text: string, all: readonly Name[]): Name[] =>
  (text === 'all' ? all.join() : text).split(',').map((one) => {
    const found = all.find((name) => name.toLowerCase() === one.trim().toLowerCase());
    if (!found) throw new Error(`--${option}: ${one} is not one of ${all.join(', ')}`);
    return found;
  });

if (values['cost-alone']) measure();
else await compare();

/** In a process of its own, so that the memory is that of this run alone. */
function measure(): void {
  const from = process.hrtime.bigint();
  simulateSync({ incident: 'doors-open', policy: { kind: 'earshot' }, ...crowd });
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1_000 }));
}

async function costOf(): Promise<Cost> {
  const own = [fileURLToPath(import.meta.url), '--cost-alone', ...process.argv.slice(2)];
  const { stdout } = await promisify(execFile)(process.execPath, own);
  return JSON.parse(stdout);
}

async function compare(): Promise<void> {
  const incidents = chosen('incident', values.incident, names);
  const policies = chosen('policy', values.policy, clients);
  const isMeasured = policies.includes(EARSHOT) && incidents.includes('doors-open');
  if (isMeasured) progress('doors-open: what the whole crowd costs');
  const cost = isMeasured ? await costOf() : null;
  const rows: Row[] = [];
  for (const incident of incidents) {
    for (const client of policies) {
      const line = `${incident}: ${client}`;
      let told = 0;
      rows.push(
        await rowOf(incident, client, crowd, (done) => {
          if (process.stderr.isTTY && done > told + 0.01) {
            told = done;
            process.stderr.write(`\r${line} ${Math.round(done * 100)} % `);
          }
        }),
      );
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
      progress(line);
    }
  }
  report(values, { crowd, cost, rows }, print, herdShortfalls(rows, cost));
}

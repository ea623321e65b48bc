// Three nodes of a stage behind a balancer, with a real Redis, and real sessions: nodes are killed, stopped and
// restarted, Redis too. Who is in must stay in, and no message may be lost, doubled or out of order.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { redisStore } from '../src/stage-server/index.ts';
import type { InboxMessage } from '../src/stage-server/store/store.ts';
import { startRedis, whyNoRedis } from '../test/helpers/redis.ts';
import { type Child, startChild } from './lib/child.ts';
import { count, progress, report } from './lib/report.ts';
import type { Account, Order as CrowdOrder, Reply as CrowdReply } from './lib/stage-chaos/crowd.ts';
import type {
  Admitted,
  NodeOrder,
  Order as NodeOrders,
  Reply as NodeReply,
} from './lib/stage-chaos/node.ts';
import { type Blow, NODES, planOf } from './lib/stage-chaos/plan.ts';
import { openRelay } from './lib/stage-chaos/splice.ts';
import { type Figures, shortfallsOf, weigh } from './lib/stage-chaos/weigh.ts';
import { table } from './lib/table.ts';

const CROWDS = 2;
const SPREAD = 5;
/** The default: half of it is the time in which a pass is replaced. */
const PASS_LIFE = 300;
const OPENS_IN = 5;
const ROLL_PAUSE_MS = 4_000;
const SETTLE_WITHIN_MS = 180_000;
const TRY_AGAIN_MS = 300;
/** How much the heap of a node may grow from the middle to the end. */
const MOST_GROWTH = 1.25;
const PAGE = 1_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    sessions: { type: 'string', default: '2000' },
    up: { type: 'string', default: '20000' },
    down: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const seconds = count('seconds', values.seconds);
const sessions = count('sessions', values.sessions);
const up = count('up', values.up);
const down = count('down', values.down);
const seed = count('seed', values.seed);
// All are in after a third of the time, so that the blows hit those who wait and those who are in.
const capacity = Math.max(2, Math.ceil(sessions / (seconds * 0.3)));

const why = whyNoRedis();
if (why) {
  console.error(`This bench needs Redis. ${why}.`);
  process.exit(2);
}

type Node = Child<NodeOrders, NodeReply>;
const folder = await mkdtemp(join(tmpdir(), 'earshot-stage-chaos-'));
const admissions = join(folder, 'admissions');
const redis = await startRedis({ appendOnly: true });
const redisRelay = await openRelay(() => [Number(new URL(redis.url).port)]);
const nodes: (Node | null)[] = Array.from({ length: NODES }, () => null);
const ports = Array.from({ length: NODES }, () => 0);
const balancer = await openRelay(() => ports.filter((_, index) => nodes[index] !== null));
const base = `http://127.0.0.1:${balancer.port}`;
let token = '';

async function startNode(index: number, skew = 0): Promise<void> {
  const node: Node = startChild(new URL('lib/stage-chaos/node.ts', import.meta.url), [
    '--expose-gc',
  ]);
  const options: NodeOrder = {
    ...{ port: ports[index] ?? 0, redisUrl: `redis://127.0.0.1:${redisRelay.port}`, admissions },
    ...{ skew, capacity, listeners: sessions, opensIn: OPENS_IN, passLife: PASS_LIFE },
    spread: SPREAD,
  };
  const { port, operatorToken } = await node.ask({ type: 'start', options }, 'started');
  ports[index] = port;
  nodes[index] = node;
  if (token === '') token = await login(operatorToken);
}

async function login(invitation: string): Promise<string> {
  const response = await fetch(
    `http://127.0.0.1:${ports.find((port) => port)}/operator/api/login`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: invitation }),
    },
  );
  return ((await response.json()) as { token: string }).token;
}

/** Says a number to all, again and again until a node has confirmed it. */
async function say(number: number): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${base}/operator/api/say`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${token}`,
          'Idempotency-Key': `number-${number}`,
        },
        body: JSON.stringify({ message: { type: 'number', payload: number } }),
        signal: AbortSignal.timeout(5_000),
      });
      await response.arrayBuffer();
      if (response.status === 200) return;
    } catch {
      // The node died, or Redis is away: the same again.
    }
    await wait(TRY_AGAIN_MS);
  }
}

let told = 0;
async function sayAll(within: number): Promise<void> {
  const from = Date.now();
  for (; told < down; told++) {
    const due = from + (told / down) * within - Date.now();
    if (due > 0) await wait(due);
    await say(told);
  }
}

async function inspectAll() {
  const alive = nodes.filter((node): node is Node => node !== null);
  return Promise.all(alive.map((node) => node.ask({ type: 'inspect' }, 'inspected')));
}

async function deal({ deed }: Blow): Promise<void> {
  if (deed.kind === 'restartRedis') return redis.restart();
  if (deed.kind === 'cutRedis') {
    redisRelay.cut();
    await wait(deed.ms);
    redisRelay.mend();
    return;
  }
  if (deed.kind === 'kill') {
    const node = nodes[deed.node];
    nodes[deed.node] = null;
    await node?.kill();
    await wait(deed.away);
    return startNode(deed.node);
  }
  if (deed.kind === 'stopKeeper') {
    const states = await Promise.all(
      nodes.map(
        async (node) => node && (await node.ask({ type: 'inspect' }, 'inspected')).isKeeper,
      ),
    );
    const keeper = nodes[states.indexOf(true)];
    keeper?.signal('SIGSTOP');
    await wait(deed.ms);
    keeper?.signal('SIGCONT');
    return;
  }
  for (let index = 0; index < NODES; index++) {
    const node = nodes[index];
    nodes[index] = null;
    await node?.ask({ type: 'drain' }, 'drained');
    node?.close();
    await startNode(index, deed.skews[index]);
    await wait(ROLL_PAUSE_MS);
  }
}

async function inbox(): Promise<InboxMessage[]> {
  const client = await createClient({ url: redis.url }).connect();
  const store = redisStore(client, { stage: 'chaos', timeout: 10_000 });
  const all: InboxMessage[] = [];
  for (;;) {
    const page = await store.inbox(all.at(-1)?.position ?? 0, PAGE);
    all.push(...page);
    if (page.length < PAGE) break;
  }
  client.destroy();
  return all;
}

async function readAdmissions(): Promise<Admitted[]> {
  const text = await readFile(admissions, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Admitted);
}

for (let index = 0; index < NODES; index++) await startNode(index);
const crowds = Array.from({ length: CROWDS }, () =>
  startChild<CrowdOrder, CrowdReply>(new URL('lib/stage-chaos/crowd.ts', import.meta.url)),
);
const from = Date.now();
await Promise.all(
  crowds.map((crowd, index) =>
    crowd.ask(
      {
        ...{ type: 'come', documentUrl: `${base}/stage.json`, within: seconds * 150 },
        ...{ sessions: sessions / CROWDS, seed: seed * 1_000_000 + (index * sessions) / CROWDS },
      },
      'came',
    ),
  ),
);
await wait(3_000);
await Promise.all(
  crowds.map((crowd) =>
    crowd.ask({ type: 'send', messages: up / CROWDS, within: seconds * 900 }, 'sending'),
  ),
);
const saying = sayAll(seconds * 900);
const heaps: { readonly at: number; readonly heap: number; readonly rss: number }[] = [];
const dealt: string[] = [];
for (const blow of planOf(seconds, seed)) {
  await wait(Math.max(0, from + blow.at * 1_000 - Date.now()));
  const at = ((Date.now() - from) / 1_000).toFixed(0);
  progress(`${at} s: ${blow.name}`);
  dealt.push(`${at} s: ${blow.name}`);
  await deal(blow);
}
await wait(Math.max(0, from + seconds * 1_000 - Date.now()));
await saying;
const sample = async () => {
  for (const { heap, rss } of await inspectAll()) heaps.push({ at: Date.now() - from, heap, rss });
};
await sample();
const settledFrom = Date.now();
for (;;) {
  const seen = await Promise.all(crowds.map((crowd) => crowd.ask({ type: 'look' }, 'seen')));
  const sum = (read: (one: (typeof seen)[number]) => number) =>
    seen.reduce((total, one) => total + read(one), 0);
  const isCalm =
    sum(({ inside }) => inside) === sessions &&
    sum(({ open }) => open) === sessions &&
    sum(({ unsettled }) => unsettled) === 0 &&
    seen.every(({ newest }) => newest === down - 1);
  if (isCalm || Date.now() - settledFrom > SETTLE_WITHIN_MS) {
    progress(
      `settled after ${((Date.now() - settledFrom) / 1_000).toFixed(0)} s: ${JSON.stringify(seen)}`,
    );
    break;
  }
  await wait(1_000);
}
await sample();
const accounts: Account[] = [];
for (const crowd of crowds) {
  accounts.push(...(await crowd.ask({ type: 'report' }, 'report')).accounts);
}
for (const { name, joins, isOpen, standing } of accounts) {
  if (joins === 0 || !isOpen) progress(`${name}: ${standing}`);
}
const figures = weigh(accounts, await inbox(), await readAdmissions(), told, capacity);
for (const crowd of crowds) crowd.close();
for (const node of nodes) node?.close();
await balancer.close();
await redisRelay.close();
await redis.stop();
await rm(folder, { recursive: true });

const megabytes = (bytes: number) => Number((bytes / 2 ** 20).toFixed(0));
const half = heaps.slice(0, heaps.length / 2);
const mean = (some: typeof heaps) => some.reduce((sum, { heap }) => sum + heap, 0) / some.length;
const growth = mean(heaps.slice(heaps.length / 2)) / mean(half);

function print({ sessions, up, down, ...rest }: Figures): string {
  return [
    table(
      ['people', 'count'],
      [
        ['sessions', sessions],
        ['let in', rest.inside],
        ['sent back after they were in', rest.sentBack],
        ['let in, and the answer was lost', rest.lostAdmissions],
        ['tickets that let in twice', rest.ticketsTwice],
        ['joins in the busiest 5 s, over the capacity', Number(rest.peak.toFixed(2))],
        ['channels not open at the end', rest.shut],
      ],
    ),
    table(
      ['messages', 'up', 'down'],
      [
        ['sent', up.messages, down.messages],
        ['acknowledged, or delivered in all', up.acknowledged, down.deliveries],
        ['lost, and nobody was told', up.missing + up.unsettled, down.missing],
        ['reported as lost', null, down.reported],
        ['twice', up.twice, down.twice],
        ['out of order', up.disordered, down.disordered],
      ],
    ),
    `Outcomes up: ${JSON.stringify(up.outcomes)}`,
    `Heap of the nodes: ${heaps.map(({ heap, rss }) => `${megabytes(heap)} (${megabytes(rss)} resident)`).join(', ')} MB`,
    ...dealt,
  ].join('\n\n');
}

report({ json: values.json, check: values.check }, figures, print, [
  ...shortfallsOf(figures),
  ...(growth > MOST_GROWTH ? [`the heap of the nodes grew ${growth.toFixed(2)} times`] : []),
]);
process.exit();

// What one node of a stage bears, beside the barest server in the same run: checks at the door, idle channels, messages
// to all, messages of listeners, and the stage document.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSigner } from '../src/stage-server/index.ts';
import { startRedis, warnOfSkipped, whyNoRedis } from '../test/helpers/redis.ts';
import { type Child, startChild } from './lib/child.ts';
import { count, progress, report } from './lib/report.ts';
import type { Order as ClientOrder, Reply as ClientReply } from './lib/stage-load/client.ts';
import type {
  Keeping,
  Order as ServerOrder,
  Reply as ServerReply,
} from './lib/stage-load/server.ts';
import { table } from './lib/table.ts';

const CONNECTIONS = 64;
const DEPTH = 4;
const SENDERS = 500;
const BROADCASTS = 15;
/** Measured anew for each round, one after the other, so that both meet the same machine. */
const ROUNDS = 3;
const GOALS = { checks: 20_000, memory: 1.3, broadcast: 1.2 };

const { values } = parseArgs({
  options: {
    channels: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const channels = count('channels', values.channels);
const ms = count('seconds', values.seconds) * 1_000;

type Server = Child<ServerOrder, ServerReply>;
type Client = Child<ClientOrder, ClientReply>;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;

async function open(order: ServerOrder): Promise<{ server: Server; port: number }> {
  const server: Server = startChild(new URL('lib/stage-load/server.ts', import.meta.url), [
    '--expose-gc',
  ]);
  const { port } = await server.ask(order, 'listening');
  return { server, port };
}

const startClient = (): Client => startChild(new URL('lib/stage-load/client.ts', import.meta.url));
const MEMORY: ServerOrder = { type: 'stage', keeping: { kind: 'memory' } };

const headOf = (path: string, headers: readonly string[] = []) =>
  [`GET ${path} HTTP/1.1`, 'Host: stage', ...headers, '', ''].join('\r\n');

/** Requests per second. */
async function rateOf(port: number, head: string, status: string): Promise<number> {
  const client = startClient();
  const order = { port, head, connections: CONNECTIONS, depth: DEPTH };
  await client.ask({ type: 'requests', ...order, ms: 1_000 }, 'done');
  const done = await client.ask({ type: 'requests', ...order, ms }, 'done');
  client.close();
  const others = Object.keys(done.statuses).filter((one) => one !== status);
  if (others.length > 0) throw new Error(`${head}: ${JSON.stringify(done.statuses)}`);
  return (done.count / ms) * 1_000;
}

async function measureRequests() {
  const stage = await open(MEMORY);
  const bare = await open({ type: 'bare' });
  const response = await fetch(`http://127.0.0.1:${stage.port}/door/floor/check`);
  const [pass = ''] = (response.headers.get('earshot-pass') ?? '').split(';');
  const claims = await createSigner(['a secret of 32 bytes or more, please']).read(pass);
  if (claims?.kind !== 'pass') throw new Error('The door gave no pass.');
  const rates: Record<'pass' | 'join' | 'document' | 'bare', number[]> = {
    ...{ pass: [], join: [], document: [], bare: [] },
  };
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare.push(await rateOf(bare.port, headOf('/'), '204'));
    const shown = headOf('/door/floor/check', [`Earshot-Pass: ${pass}`]);
    rates.pass.push(await rateOf(stage.port, shown, '204'));
    rates.join.push(await rateOf(stage.port, headOf('/door/floor/check'), '204'));
    rates.document.push(
      await rateOf(stage.port, headOf('/stage.json').replace('GET', 'HEAD'), '200'),
    );
  }
  const { documents, renders } = await stage.server.ask({ type: 'stats' }, 'stats');
  stage.server.close();
  bare.server.close();
  const of = (name: keyof typeof rates) => median(rates[name]);
  return {
    ...{ pass: of('pass'), join: of('join'), document: of('document'), bare: of('bare') },
    rendersPerRequest: renders / documents,
    renders,
    documents,
  };
}

/** Bytes for each idle channel, and ms until the last of them has a message. */
async function measureChannels(order: ServerOrder) {
  const { server, port } = await open(order);
  const client = startClient();
  // What the first channels need besides, such as compiled code, is none of theirs.
  await client.ask({ type: 'open', port, channels: 500 }, 'opened');
  const before = (await server.ask({ type: 'memory' }, 'memory')).bytes;
  await client.ask({ type: 'open', port, channels: channels + 500 }, 'opened');
  const after = (await server.ask({ type: 'memory' }, 'memory')).bytes;
  const times: number[] = [];
  for (let number = 0; number < BROADCASTS; number++) {
    const from = performance.timeOrigin + performance.now();
    const got = client.ask({ type: 'await', number }, 'got');
    await server.ask({ type: 'broadcast', number }, 'sent');
    times.push((await got).at - from);
  }
  client.close();
  server.close();
  return { bytes: (after - before) / channels, broadcast: median(times.slice(3)) };
}

/** Acknowledged messages per second. */
async function measureMessages(order: ServerOrder): Promise<number> {
  const { server, port } = await open(order);
  const client = startClient();
  await client.ask({ type: 'open', port, channels: SENDERS }, 'opened');
  const done = await client.ask({ type: 'messages', ms, depth: 1 }, 'done');
  client.close();
  server.close();
  return (done.count / ms) * 1_000;
}

progress('checks at the door');
const requests = await measureRequests();
const measured = {
  stage: [] as Awaited<ReturnType<typeof measureChannels>>[],
  bare: [] as Awaited<ReturnType<typeof measureChannels>>[],
};
for (let round = 0; round < ROUNDS; round++) {
  progress(`${channels} channels, round ${round + 1}`);
  measured.bare.push(await measureChannels({ type: 'bare' }));
  measured.stage.push(await measureChannels(MEMORY));
}
const folder = await mkdtemp(join(tmpdir(), 'earshot-stage-load-'));
const why = whyNoRedis();
if (why) warnOfSkipped('acknowledged messages with Redis', why);
const redis = why ? null : await startRedis({ appendOnly: true });
const keepings: [string, Keeping][] = [
  ['memory', { kind: 'memory' }],
  ['memory and a journal', { kind: 'journal', path: join(folder, 'journal') }],
  ...(redis
    ? [['Redis, `appendfsync always`', { kind: 'redis', url: redis.url }] as [string, Keeping]]
    : []),
];
const messages: [string, number][] = [];
progress('messages of listeners');
messages.push(['bare `ws`, forgets them', await measureMessages({ type: 'bare' })]);
for (const [name, keeping] of keepings) {
  messages.push([name, await measureMessages({ type: 'stage', keeping })]);
}
await redis?.stop();
await rm(folder, { recursive: true });

const of = (who: 'stage' | 'bare', what: 'bytes' | 'broadcast') =>
  median(measured[who].map((one) => one[what]));
const ratio = (what: 'bytes' | 'broadcast') => of('stage', what) / of('bare', what);
const perGiB = (bytes: number) => Math.round(2 ** 30 / bytes);
const figures = {
  requests,
  channels: {
    stage: { bytes: of('stage', 'bytes'), broadcast: of('stage', 'broadcast') },
    bare: { bytes: of('bare', 'bytes'), broadcast: of('bare', 'broadcast') },
    memoryRatio: ratio('bytes'),
    broadcastRatio: ratio('broadcast'),
  },
  messages: Object.fromEntries(messages),
};

const print = () =>
  [
    table(
      ['requests', 'a second', 'of the bare server'],
      (['bare', 'pass', 'join', 'document'] as const).map((name) => [
        {
          bare: 'bare `node:http`, 204',
          pass: 'check of a pass',
          join: 'join without a ticket',
          document: 'the document',
        }[name],
        Math.round(requests[name]),
        Number((requests[name] / requests.bare).toFixed(2)),
      ]),
    ),
    table(
      [`${channels} channels`, 'bare `ws`', 'stage', 'ratio'],
      [
        [
          'idle channels per GiB',
          ...(['bare', 'stage'] as const).map((who) => perGiB(of(who, 'bytes'))),
          Number(ratio('bytes').toFixed(2)),
        ],
        [
          'ms until the last has a message',
          ...(['bare', 'stage'] as const).map((who) => Number(of(who, 'broadcast').toFixed(0))),
          Number(ratio('broadcast').toFixed(2)),
        ],
      ],
    ),
    table(
      ['messages of listeners, kept in', 'acknowledged a second'],
      messages.map(([name, rate]) => [name, Math.round(rate)]),
    ),
    `The document was rendered ${requests.renders} times for ${requests.documents} requests.`,
  ].join('\n\n');

report({ json: values.json, check: values.check }, figures, print, [
  ...(requests.pass < GOALS.checks
    ? [`${Math.round(requests.pass)} checks a second, ${GOALS.checks} are wanted`]
    : []),
  ...(ratio('bytes') > GOALS.memory
    ? [`an idle channel needs ${ratio('bytes').toFixed(2)} times the memory`]
    : []),
  ...(ratio('broadcast') > GOALS.broadcast
    ? [`a broadcast takes ${ratio('broadcast').toFixed(2)} times as long`]
    : []),
  ...(requests.renders > 60 + (ms * ROUNDS * 5) / 1_000
    ? [`${requests.renders} renders of the document`]
    : []),
]);
process.exit();

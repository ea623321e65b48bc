// A node of the stage, in a process that can be killed.
import { appendFileSync } from 'node:fs';
import { createClient } from 'redis';
import { createStage, redisStore, type StageServer } from '../../../src/stage-server/index.ts';
import { type ServedStage, serveStage } from '../../../src/stage-server/node/serve.ts';
import type { EntryResult, Store } from '../../../src/stage-server/store/store.ts';
import { obeyParent } from '../child.ts';

/** What a node is started with. */
export interface NodeOrder {
  /** 0: any. */
  readonly port: number;
  readonly redisUrl: string;
  /** A file, to which each admission is appended as a line: {@link Admitted}. */
  readonly admissions: string;
  /** How far this node's clock is ahead, ms. */
  readonly skew: number;
  /** Joins per second. */
  readonly capacity: number;
  readonly listeners: number;
  readonly opensIn: number;
  /** Seconds. */
  readonly passLife: number;
  /** Seconds. */
  readonly spread: number;
}

/** A line of the admissions. */
export interface Admitted {
  readonly at: number;
  readonly session: string;
  readonly ticket: string | null;
  readonly isAgain: boolean;
}

export type Order =
  | { readonly type: 'start'; readonly options: NodeOrder }
  | { readonly type: 'inspect' }
  | { readonly type: 'drain' };
export type Reply =
  | { readonly type: 'started'; readonly port: number; readonly operatorToken: string }
  | {
      readonly type: 'inspected';
      readonly isKeeper: boolean;
      readonly heap: number;
      readonly rss: number;
      readonly connections: number;
      readonly storeErrors: number;
    }
  | { readonly type: 'drained' };

let stage: StageServer | null = null;
let served: ServedStage | null = null;

/** The store, and a record of whom it let in. */
function recorded(store: Store, file: string): Store {
  const isIn = (result: EntryResult) => 'session' in result;
  return {
    ...store,
    async enter(key, limits, asked) {
      const results = await store.enter(key, limits, asked);
      const lines = results.flatMap((result, index) => {
        if (!isIn(result) || !('session' in result)) return [];
        const { session, at, outcome } = result;
        const ticket = asked.entries[index]?.ticket ?? null;
        const admitted: Admitted = { at, session, ticket, isAgain: outcome === 'again' };
        return [`${JSON.stringify(admitted)}\n`];
      });
      if (lines.length > 0) appendFileSync(file, lines.join(''));
      return results;
    },
  };
}

async function start(order: NodeOrder): Promise<Reply> {
  const client = createClient({
    url: order.redisUrl,
    // A command of a minute ago must not run when the connection is back.
    disableOfflineQueue: true,
    socket: { reconnectStrategy: () => 200, connectTimeout: 2_000 },
  });
  client.on('error', () => {});
  // The node must start while Redis is away, too.
  client.connect().catch(() => {});
  const store = recorded(redisStore(client, { stage: 'chaos' }), order.admissions);
  const { capacity, listeners, opensIn, passLife, spread, skew } = order;
  stage = createStage({
    ...{ stage: 'chaos', secrets: ['the secret of all nodes, of 32 bytes or more'], store, spread },
    refresh: 10,
    sources: [
      { kind: 'hls', url: 'floor/talk.m3u8', door: 'floor' },
      { kind: 'hls', url: 'talk.m3u8' },
    ],
    doors: { floor: { capacity, listeners, opensIn, passLife } },
    tickets: { perMinute: 1_000_000, burst: 1_000_000 },
    channel: { accepts: ['note'], socketsPerAddress: 100_000, pace: 10 },
    timers: {
      now: () => Date.now() + skew,
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
  });
  const own = stage;
  await own.ready;
  served = await serveStage(own, {
    port: order.port,
    host: '127.0.0.1',
    before(request, response) {
      const isGuarded = request.url === '/floor/talk.m3u8';
      if (!isGuarded && request.url !== '/talk.m3u8') return false;
      void answer();
      return true;

      async function answer(): Promise<void> {
        const join = isGuarded ? await own.door('floor')?.join(request.headers) : null;
        const status = join && !join.ok ? join.status : 200;
        response.writeHead(status, { 'Cache-Control': 'private, no-store', ...join?.headers });
        response.end(status === 200 ? '#EXTM3U\n' : 'refused\n');
      }
    },
  });
  const path = await own.operatorPath('chaos');
  const port = Number(new URL(served.url).port);
  return { type: 'started', port, operatorToken: path.split('token=')[1] ?? '' };
}

obeyParent<Order, Reply>(async (order) => {
  if (order.type === 'start') return start(order.options);
  if (order.type === 'drain') {
    await served?.close({ window: 5 });
    return { type: 'drained' };
  }
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const stats = stage?.stats();
  return {
    type: 'inspected',
    isKeeper: stats?.isKeeper ?? false,
    heap: heapUsed,
    rss,
    connections: stats?.channel.open ?? 0,
    storeErrors: stats?.counts.storeErrors ?? 0,
  };
});

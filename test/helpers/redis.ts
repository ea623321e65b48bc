import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisClient } from '../../src/stage-server/store/redis-calls.ts';

/** A Redis for a test or a bench. */
export interface TestRedis {
  readonly url: string;
  /** False for the Redis of `REDIS_URL`, which others may use: it can only be used. */
  readonly isOwn: boolean;
  /** Kills it, unless told otherwise, and starts it on the same port and the same data. */
  restart(options?: { readonly signal?: NodeJS.Signals }): Promise<void>;
  /** Stops the process with SIGSTOP: connections stay open, and nothing answers. */
  pause(): void;
  resume(): void;
  /** Removes its data too. */
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Keeps its data over a restart, and has it on disk before it answers. Default `false`. */
  readonly appendOnly?: boolean;
  /** A cluster of one node, which has all slots. Default `false`. */
  readonly isCluster?: boolean;
}

/** Why no Redis can be started; `null`: one can. */
export function whyNoRedisServer(): string | null {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'There is no redis-server in PATH';
  }
}

/** Why there is no Redis for tests; `null`: there is one. */
export const whyNoRedis = (): string | null => {
  const why = process.env.REDIS_URL ? null : whyNoRedisServer();
  return why && `REDIS_URL is not set. ${why}`;
};

/** A loud line, because such a run proves less. */
export const warnOfSkipped = (what: string, why: string, debian = 'redis-server'): void =>
  console.error(`\n!!! SKIPPED: ${what}. ${why}. On Debian: apt-get install ${debian}\n`);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether Redis answers, and has loaded its data. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (isReady: boolean) => {
      socket.destroy();
      resolve(isReady);
    };
    socket.on('data', (data) => end(String(data).startsWith('+PONG')));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}

async function launch(args: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = once(server, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  while (!(await Promise.race([answers(port), failed]))) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return server;
}

/** Ends a process, even one that is stopped. */
async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill(signal);
  await exit;
}

/** Starts a Redis on a free port, with its data in a temporary folder. */
export async function startRedis({
  appendOnly = false,
  isCluster = false,
}: RedisOptions = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-redis-'));
  const port = await freePort();
  const durable = appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  const all = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const clusterPort = String(await freePort());
  const cluster = isCluster
    ? [
        '--cluster-enabled',
        'yes',
        '--cluster-announce-ip',
        '127.0.0.1',
        '--cluster-port',
        clusterPort,
      ]
    : [];
  let server = await launch([...all, ...durable, ...cluster], port);
  // A test that fails must leave no process behind.
  const killAtExit = () => server.kill('SIGKILL');
  process.on('exit', killAtExit);

  return {
    url: `redis://127.0.0.1:${port}`,
    isOwn: true,
    async restart({ signal = 'SIGKILL' } = {}) {
      await end(server, signal);
      server = await launch([...all, ...durable, ...cluster], port);
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async stop() {
      await end(server, 'SIGKILL');
      process.off('exit', killAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The Redis of `REDIS_URL`, or one of its own. */
export async function findRedis(): Promise<TestRedis> {
  const url = process.env.REDIS_URL;
  if (!url) return startRedis();
  const isNotOurs = () => {
    throw new Error('REDIS_URL belongs to others: use startRedis().');
  };
  return {
    url,
    isOwn: false,
    restart: isNotOurs,
    pause: isNotOurs,
    resume: isNotOurs,
    async stop() {},
  };
}

const send = (client: RedisClient, command: string, ...args: string[]): Promise<unknown> =>
  'call' in client ? client.call(command, ...args) : client.sendCommand([command, ...args]);

/** All keys of stages with this prefix. */
export async function keysOf(client: RedisClient, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const page = await send(client, 'SCAN', cursor, 'MATCH', `{${prefix}:*`, 'COUNT', '1000');
    const [next, found] = page as [string, string[]];
    keys.push(...found);
    cursor = next;
  } while (cursor !== '0');
  return keys;
}

/** Leaves nothing in a Redis that others use. */
export async function removeKeys(client: RedisClient, prefix: string): Promise<void> {
  for (const key of await keysOf(client, prefix)) await send(client, 'UNLINK', key);
}

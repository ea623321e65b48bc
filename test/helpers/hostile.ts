import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createStage, memoryStore, type StageServer } from '../../src/stage-server/index.ts';
import { type ServedStage, serveStage } from '../../src/stage-server/node/index.ts';
import type { StageOptions } from '../../src/stage-server/options.ts';
import { until } from './condition.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export const SECRET = 'the secret of the stage, of 32 bytes and more';
export const CDN = 'https://cdn.example/talk.m3u8';

/** A stage on a real port, and the turn of its clock. */
export interface Target extends ServedStage {
  readonly stage: StageServer;
  readonly port: number;
  /** Its clock goes on from `ms` later. */
  turn(ms: number): void;
  close(): Promise<void>;
}

/** Serves a stage with one door. It may be told that time passes, as its timers are not fake. */
export async function target(options: Partial<StageOptions> = {}): Promise<Target> {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const stage = createStage({
    stage: 'talk',
    secrets: [SECRET],
    sources: [{ kind: 'hls', url: CDN, door: 'floor' }],
    doors: { floor: { capacity: 1_000 } },
    channel: { accepts: ['ask'], pace: 50, socketsPerAddress: 10_000 },
    tickets: { perMinute: 1_000_000, burst: 1_000_000 },
    store: memoryStore({ now }),
    timers: {
      now,
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    ...options,
  });
  const served = await serveStage(stage, { port: 0, host: '127.0.0.1' });
  await stage.ready;
  const { port } = served.server.address() as AddressInfo;
  return {
    ...served,
    ...{ stage, port },
    turn: (ms) => {
      ahead += ms;
    },
    close: () => served.close({ window: 1 }),
  };
}

/** What came back over a connection. */
export interface Raw {
  /** The status of the first answer; 0: none came. */
  readonly status: number;
  readonly text: string;
}

/** Sends bytes as they are, and returns all that came until the other end closed or `enough` says so. */
export async function raw(
  port: number,
  chunks: string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  enough: (text: string) => boolean = () => false,
): Promise<Raw> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => {
    text += data;
    if (enough(text)) socket.destroy();
  });
  // Who sends too much may be cut off in the middle of it.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  await Promise.race([sendAll(socket, typeof chunks === 'string' ? [chunks] : chunks), closed]);
  await closed;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
}

async function sendAll(
  socket: Socket,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  for await (const chunk of chunks) {
    if (socket.destroyed) return;
    if (socket.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      socket.once('drain', resolve);
      socket.once('close', () => resolve());
    });
  }
}

/** A request on a connection of its own, with any bytes as its head and body. */
export const request = (port: number, head: string, body: Iterable<string> = []): Promise<Raw> =>
  raw(port, [`${head}\r\nHost: stage\r\nConnection: close\r\n\r\n`, ...body]);

const MEGABYTE = 'a'.repeat(1024 * 1024);

/** Ten megabytes, one at a time. */
export function* tenMegabytes(): Iterable<string> {
  for (let i = 0; i < 10; i++) yield MEGABYTE;
}

/** The same in the chunked coding (RFC 9112, section 7.1). */
export function* tenMegabytesInChunks(): Iterable<string> {
  for (const part of tenMegabytes()) yield `${part.length.toString(16)}\r\n${part}\r\n`;
  yield '0\r\n\r\n';
}

/** Another server on a real port. */
export async function listenOn(
  listener: RequestListener,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const connectionsOf = ({ server }: ServedStage): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

const MOST_GROWN_BYTES = 48 * 1024 * 1024;

/** Bytes that are in use. */
export function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Resolves once the stage answers, and holds no more than before; rejects if that never comes. */
export async function assertUnhurt(served: Target, before: number): Promise<void> {
  const { status } = await fetch(`${served.url}/healthz`, { headers: { connection: 'close' } });
  if (status !== 200) throw new Error(`/healthz answers ${status}.`);
  // A connection of `fetch` may be kept alive.
  await until('its connections are closed', async () => (await connectionsOf(served)) <= 8, 60_000);
  await until('its channels are closed', () => served.stage.stats().channel.open === 0, 60_000);
  await until('it has decided all', () => served.stage.stats().channel.waiting === 0, 60_000);
  await until('its heap is as before', () => heap() - before < MOST_GROWN_BYTES, 60_000);
}

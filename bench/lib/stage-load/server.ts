// What is measured, in a process of its own: a stage, or the barest server that does the same by hand.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  createStage,
  memoryStore,
  redisStore,
  type StageServer,
} from '../../../src/stage-server/index.ts';
import { fileJournal } from '../../../src/stage-server/node/file-journal.ts';
import { serveStage } from '../../../src/stage-server/node/serve.ts';
import { obeyParent } from '../child.ts';

/** Where a stage keeps what it must not lose. */
export type Keeping =
  | { readonly kind: 'memory' }
  | { readonly kind: 'journal'; readonly path: string }
  | { readonly kind: 'redis'; readonly url: string };

export type Order =
  | { readonly type: 'stage'; readonly keeping: Keeping }
  | { readonly type: 'bare' }
  /** Sends one message to all channels. */
  | { readonly type: 'broadcast'; readonly number: number }
  | { readonly type: 'memory' }
  | { readonly type: 'stats' };
export type Reply =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'sent' }
  | { readonly type: 'memory'; readonly bytes: number }
  | { readonly type: 'stats'; readonly documents: number; readonly renders: number };

const HOST = '127.0.0.1';
const PROTOCOL = 'earshot.v1';

let stage: StageServer | null = null;
const sockets = new Set<WebSocket>();

async function storeOf(keeping: Keeping) {
  if (keeping.kind === 'memory') return memoryStore();
  if (keeping.kind === 'journal') return memoryStore({ journal: fileJournal(keeping.path) });
  const client = createClient({ url: keeping.url });
  // The bench stops Redis first.
  client.on('error', () => {});
  await client.connect();
  return redisStore(client, { stage: 'load', pace: 10 });
}

async function openStage(keeping: Keeping): Promise<number> {
  stage = createStage({
    secrets: ['a secret of 32 bytes or more, please'],
    sources: [{ kind: 'hls', url: 'https://cdn.example/talk.m3u8' }],
    doors: { floor: { capacity: 10_000_000, listeners: 1, tickets: false } },
    channel: { accepts: ['note'], pace: 50, socketsPerAddress: 1_000_000 },
    store: await storeOf(keeping),
  });
  await stage.ready;
  const { url } = await serveStage(stage, { port: 0, host: HOST });
  return Number(new URL(url).port);
}

/** The same bytes over the wire, and nothing else: no door, no proof, no order. */
async function openBare(): Promise<number> {
  const server: Server = createServer((_, response) => {
    response.writeHead(204, { 'Cache-Control': 'private, no-store' });
    response.end();
  });
  const channel = new WebSocketServer({
    server,
    perMessageDeflate: false,
    handleProtocols: () => PROTOCOL,
  });
  channel.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => {
      const { op, from, seq } = JSON.parse(String(data));
      socket.send(JSON.stringify(op === 'hello' ? { op: 'welcome' } : { op: 'ack', from, seq }));
    });
  });
  server.listen({ port: 0, host: HOST, backlog: 4_096 });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

obeyParent<Order, Reply>(async (order) => {
  switch (order.type) {
    case 'stage':
      return { type: 'listening', port: await openStage(order.keeping) };
    case 'bare':
      return { type: 'listening', port: await openBare() };
    case 'broadcast': {
      const { number } = order;
      if (stage) await stage.say({ message: { type: 'number', payload: number } });
      else {
        const text = JSON.stringify({
          op: 'message',
          type: 'number',
          payload: number,
          offset: number,
        });
        for (const socket of sockets) socket.send(text);
      }
      return { type: 'sent' };
    }
    case 'memory': {
      for (let round = 0; round < 3; round++) globalThis.gc?.();
      return { type: 'memory', bytes: process.memoryUsage().rss };
    }
    default: {
      const { documents = 0, renders = 0 } = stage?.stats().counts ?? {};
      return { type: 'stats', documents, renders };
    }
  }
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

const HOST = '127.0.0.1';
const BACKLOG = 4096;
const IDLE_MS = 30_000;
const REOPEN_TRIES = 100;
const REOPEN_EVERY_MS = 50;

/** Takes over a connection that is to be upgraded; it is no business of the port's any more. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface PortOptions {
  port: number;
  handler: RequestListener;
  /** When not given, an upgrade is answered like any other request. */
  onUpgrade?: UpgradeListener | undefined;
  /** When given, a shut port stays open, and each connection is reported here and destroyed. */
  onRefused?: (() => void) | undefined;
}

/** A listening port that can be shut, and opened again under the same number. */
export interface Port {
  readonly url: string;
  setOpen(open: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function openPort({
  port,
  handler,
  onUpgrade,
  onRefused,
}: PortOptions): Promise<Port> {
  let refusing = false;
  const server = createServer({ keepAliveTimeout: IDLE_MS }, handler);
  if (onUpgrade) server.on('upgrade', onUpgrade);
  if (onRefused) {
    server.prependListener('connection', (socket: Socket) => {
      if (!refusing) return;
      socket.resetAndDestroy();
      onRefused();
    });
  }
  await listen(server, port);
  const { port: number } = server.address() as AddressInfo;

  return {
    url: `http://${HOST}:${number}`,
    async setOpen(open) {
      refusing = !open;
      if (open) return server.listening ? undefined : relisten(server, number);
      if (onRefused) server.closeAllConnections();
      else await shut(server);
    },
    close: () => shut(server),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: HOST, port, backlog: BACKLOG });
  await once(server, 'listening');
}

// While the port is shut, the system may lend its number to an outgoing connection for a moment.
async function relisten(server: Server, port: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await listen(server, port);
    } catch (error) {
      if (tries === REOPEN_TRIES) throw error;
      await wait(REOPEN_EVERY_MS);
    }
  }
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/// <reference types="node" preserve="true" />
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { ServerSocket, SocketEvents } from '../channel/connection.ts';
import { MAX_CLIENT_FRAME_BYTES, SUBPROTOCOL } from '../channel/frames.ts';
import { pageAnswer } from '../operator/pages.ts';
import type { StageServer, UpgradeHead } from '../stage-api.ts';
import { parseUrl } from '../url.ts';
import { readOperatorPages } from './operator-pages.ts';

/** A WebSocket of the package `ws`, by structure. */
export interface NodeWebSocket {
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Equals {@link NodeWebSocket.OPEN} while frames can be sent. */
  readonly readyState: number;
  /** The state of an open connection. */
  readonly OPEN: number;
  /** Sends a text frame, or a binary one. */
  send(data: string | Uint8Array): void;
  /** Starts the closing handshake. */
  close(code: number): void;
  /** Ends the connection at once. */
  terminate(): void;
  /** Sends a ping frame. */
  ping(): void;
}

/** Takes over a connection that is to be upgraded to a WebSocket. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The options of {@link serveStage}. */
export interface ServeOptions {
  /** 0: any free port. Default 8080. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: all addresses. */
  readonly host?: string | undefined;
  /** Answers a request before the stage does; `false` leaves it to the stage. */
  readonly before?: ((...request: Parameters<RequestListener>) => boolean) | undefined;
}

/** A server that listens. */
export interface ServedStage {
  /** `http://` and the port, with the address that it listens on, or `localhost`. */
  readonly url: string;
  /** The server, for example to close its connections. */
  readonly server: Server;
  /** Drains the stage, and closes the port. */
  close(options?: { readonly window?: number | undefined }): Promise<void>;
}

const DEFAULT_PORT = 8_080;
const BACKLOG = 4_096;
/** A client that sends slowly holds a connection no longer. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 65_000;
const MOST_HEADERS = 64;

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

/** The listener for `http.createServer`. */
export function createStageListener(stage: Pick<StageServer, 'fetch'>): RequestListener {
  return getRequestListener(
    (request, env) => {
      const { incoming } = env as { incoming: IncomingMessage };
      return stage.fetch(request, { address: addressOf(incoming) });
    },
    { overrideGlobalObjects: false },
  );
}

/** The head of an upgrade. A whole `Request` of each would be much to make, and to throw away. */
function headOf({ url = '/', headers }: IncomingMessage): UpgradeHead {
  const target = parseUrl(url, 'http://stage') ?? new URL('http://stage');
  return {
    url: `http://stage${target.pathname}${target.search}`,
    headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
  };
}

function refuse(socket: Duplex, status: number, headers: Readonly<Record<string, string>>): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Connection: close', ...lines];
  socket.end([...head, 'Content-Length: 0', '', ''].join('\r\n'));
  (socket as Socket).destroySoon?.();
}

/** Methods on a prototype: a node holds many of these. */
class AdaptedSocket implements ServerSocket {
  readonly #socket: NodeWebSocket;
  constructor(socket: NodeWebSocket) {
    this.#socket = socket;
  }
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }
  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }
  close(code: number): void {
    this.#socket.close(code);
  }
  terminate(): void {
    this.#socket.terminate();
  }
  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }
}

const EVENTS = Symbol('events');

type Attached = WebSocket & { [EVENTS]: SocketEvents };

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as Attached)[EVENTS].receive(isBinary ? null : data.toString());
}

function onPong(this: WebSocket): void {
  (this as Attached)[EVENTS].pong();
}

function onClose(this: WebSocket): void {
  (this as Attached)[EVENTS].closed();
}

function onError(): void {}

/** One function for all sockets: closures of their own would keep the whole request of each alive. */
function attach(socket: WebSocket, events: SocketEvents): void {
  Object.assign(socket, { [EVENTS]: events });
  socket.on('message', onMessage);
  socket.on('pong', onPong);
  socket.on('close', onClose);
  socket.on('error', onError);
}

/**
 * The listener for the event `upgrade` of an `http.Server`: the stage's channel, with the package `ws`.
 *
 * @param wrap stands between the stage and each socket. Default: nothing does.
 */
export function createUpgradeListener<Socket extends NodeWebSocket = NodeWebSocket>(
  stage: Pick<StageServer, 'judgeUpgrade' | 'connect'>,
  wrap: (socket: Socket) => ServerSocket = (socket) => new AdaptedSocket(socket),
): UpgradeListener {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  return (incoming, socket, head) => {
    socket.on('error', onError);
    const request = headOf(incoming);
    const info = { address: addressOf(incoming) };
    const refusal = stage.judgeUpgrade(request, info);
    if (refusal) return refuse(socket, refusal.status, refusal.headers);
    sockets.handleUpgrade(incoming, socket, head, (webSocket) =>
      attach(webSocket, stage.connect(wrap(webSocket as unknown as Socket), request, info)),
    );
  };
}

/** The host of a URL that leads to an address to listen on. */
function nameOf(host = '::'): string {
  if (host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** The stage, with the operator's page. */
function withPage(stage: StageServer): Pick<StageServer, 'fetch'> {
  const pages = readOperatorPages();
  return {
    fetch: async (request, info) => pageAnswer(pages, request) ?? stage.fetch(request, info),
  };
}

/**
 * Starts a server for a stage, with the operator's page at `/operator/`.
 *
 * @throws an Error if the port cannot be opened.
 */
export async function serveStage(
  stage: StageServer,
  options: ServeOptions = {},
): Promise<ServedStage> {
  const { port = DEFAULT_PORT, host, before } = options;
  const listener = createStageListener(withPage(stage));
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      if (!before?.(request, response)) listener(request, response);
    },
  );
  server.maxHeadersCount = MOST_HEADERS;
  server.on('upgrade', createUpgradeListener(stage));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `http://${nameOf(host)}:${opened}`,
    server,
    async close(closing) {
      await stage.close(closing);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

import type { WebSocket } from 'ws';
import type { Fault } from '../faults.ts';
import { type FromClient, type FromServer, parseFrame } from './frames.ts';
import { createNoise } from './noise.ts';

const HELLO_WITHIN_MS = 10_000;
/** One that reads too slowly is cut off. A frame of 10 MB must fit. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;
const MOST_UNSAID = 5_000;
const PROTOCOL_ERROR = 1002;
const INTERNAL_ERROR = 1011;

/** One listener's end of the channel. */
export interface Connection {
  /** From the welcome to the end. */
  isOpen(): boolean;
  send(frame: FromServer): void;
  close(code: number): void;
  /** Brings about what a fault does to a connection that is there. */
  obey(fault: Fault): void;
  /** Ends it if nothing came back since the last call. */
  beat(): void;
}

export interface ConnectionParts {
  socket: WebSocket;
  fault: () => Fault;
  welcome: () => FromServer;
  /** After the welcome. */
  onOpen(connection: Connection): void;
  onFrame(connection: Connection, frame: FromClient): void;
  /** Once, when it is over for this end. */
  onEnd(connection: Connection): void;
}

export function createConnection(parts: ConnectionParts): Connection {
  const { socket, fault } = parts;
  let isOpen = false;
  let isOver = false;
  let isDead = false;
  let isAlive = true;
  let isGreeted = false;
  /** What a frozen server has not said yet. */
  let unsaid: FromServer[] = [];
  const noise = createNoise((data) => write(data));

  function write(data: string | Buffer): void {
    if (isDead || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate();
    else socket.send(data);
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    isOpen = false;
    clearTimeout(timer);
    noise.stop();
    parts.onEnd(connection);
  }

  const connection: Connection = {
    isOpen: () => isOpen,
    send(frame) {
      if (fault().kind !== 'frozen') return write(JSON.stringify(frame));
      if (unsaid.push(frame) > MOST_UNSAID) socket.terminate();
    },
    close(code) {
      if (!isDead) socket.close(code);
    },
    obey({ kind, ...rest }) {
      if (kind === 'closes' && 'code' in rest) connection.close(rest.code);
      if (kind === 'reset' || kind === 'refuse') socket.terminate();
      if (kind === 'halfOpen') {
        isDead = true;
        socket.pause();
      }
      noise.make(isOpen ? kind : 'none');
      if (kind === 'frozen') return;
      for (const frame of unsaid) connection.send(frame);
      unsaid = [];
    },
    beat() {
      if (!isAlive && isDead) return end();
      if (!isAlive) return socket.terminate();
      isAlive = false;
      if (!isDead && socket.readyState === socket.OPEN) socket.ping();
    },
  };

  function welcome(): void {
    if (isOver || socket.readyState !== socket.OPEN) return;
    isOpen = true;
    const { kind } = fault();
    connection.send(parts.welcome());
    parts.onOpen(connection);
    noise.make(kind);
    if (kind === 'curt') socket.close(INTERNAL_ERROR);
  }

  function greet(frame: FromClient | null): void {
    const now = fault();
    clearTimeout(timer);
    isGreeted = frame?.op === 'hello';
    if (!isGreeted) socket.close(PROTOCOL_ERROR);
    else if (now.kind === 'closes') socket.close(now.code);
    else if (now.kind === 'slow') timer = setTimeout(welcome, now.ms);
    else welcome();
  }

  function hear(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? null : parseFrame(data.toString());
    if (!isGreeted) greet(frame);
    else if (frame && isOpen) parts.onFrame(connection, frame);
  }

  let timer = setTimeout(() => socket.close(PROTOCOL_ERROR), HELLO_WITHIN_MS);
  socket.on('message', hear);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('error', () => {});
  socket.on('close', end);
  if (fault().kind === 'halfOpen') connection.obey(fault());
  return connection;
}

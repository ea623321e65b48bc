import type { Bucket } from '../door/bucket.ts';
import type { ClientFrame } from './frames.ts';
import { readClientFrame } from './frames.ts';

/** A WebSocket, whatever library it comes from. */
export interface ServerSocket {
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Sends a text frame. Does nothing once the socket is closing. */
  send(text: string): void;
  /** Starts the closing handshake (RFC 6455, section 7.1.2). */
  close(code: number): void;
  /** Ends the connection at once. */
  terminate(): void;
  /** Sends a ping frame; `undefined` where the library cannot. */
  ping?: (() => void) | undefined;
}

/** What the socket's owner must report. */
export interface SocketEvents {
  /** A frame came. @param data the text, or `null` for a binary frame. */
  receive(data: string | null): void;
  /** A pong came. */
  pong(): void;
  /** The socket is closed. It may be called twice. */
  closed(): void;
}

/** Where the connection stands: before its hello, while its token is checked, welcomed, or over. */
export type Phase = 'new' | 'greeted' | 'open' | 'over';

/** One client's end of the channel. Kept small, since a node holds many. */
export interface Connection extends SocketEvents {
  readonly socket: ServerSocket;
  /** The client's address, for the limits. */
  readonly address: string;
  phase: Phase;
  /** Epoch ms of its start, by the process's clock. */
  readonly since: number;
  isOperator: boolean;
  /** Something came since the last beat. */
  isAlive: boolean;
  /** The offset of the last frame that was sent. */
  offset: number;
  /** Of the messages that it sends; `null` until the first. */
  pace: Bucket | null;
  /** Frames that came since the last tick. */
  frames: number;
  /** Whether a message of this sender is accepted. The tabs of one browser share a connection, each with its outbox. */
  canSendAs(from: string): boolean;
}

/** What a connection tells the channel. */
export interface ConnectionOwner {
  onFrame(connection: Connection, frame: ClientFrame | null): void;
  /** Once. @param wasOpen it had been welcomed. */
  onEnd(connection: Connection, wasOpen: boolean): void;
}

/** Outboxes of one browser: those of its tabs, and of tabs that were closed. */
const MOST_SENDERS = 100;
// A client that reads too slowly is cut off.
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Sends a frame, unless the client reads too slowly. */
export function sendTo({ socket }: Connection, text: string): void {
  if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate();
  else socket.send(text);
}

class ClientConnection implements Connection {
  readonly socket: ServerSocket;
  readonly address: string;
  readonly since: number;
  readonly #owner: ConnectionOwner;
  phase: Phase = 'new';
  isOperator = false;
  isAlive = true;
  offset = 0;
  pace: Bucket | null = null;
  frames = 0;
  #senders: Set<string> | null = null;

  constructor(socket: ServerSocket, address: string, since: number, owner: ConnectionOwner) {
    this.socket = socket;
    this.address = address;
    this.since = since;
    this.#owner = owner;
  }

  receive(data: string | null): void {
    if (this.phase === 'over') return;
    this.isAlive = true;
    this.frames++;
    this.#owner.onFrame(this, data === null ? null : readClientFrame(data));
  }

  canSendAs(from: string): boolean {
    this.#senders ??= new Set();
    this.#senders.add(from);
    return this.#senders.size <= MOST_SENDERS;
  }

  pong(): void {
    this.isAlive = true;
  }

  closed(): void {
    if (this.phase === 'over') return;
    const wasOpen = this.phase === 'open';
    this.phase = 'over';
    this.#owner.onEnd(this, wasOpen);
  }
}

/** Creates a connection. */
export function createConnection(
  socket: ServerSocket,
  address: string,
  since: number,
  owner: ConnectionOwner,
): Connection {
  return new ClientConnection(socket, address, since, owner);
}

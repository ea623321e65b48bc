import { type Host, onAbort } from '../host/host.ts';
import {
  LATE_AFTER_MS,
  MAX_FRAME_CHARACTERS,
  MESSAGES_PER_SECOND,
  PING_INTERVAL_MS,
  TIMEOUT_MS,
} from '../policy/defaults.ts';
import { type EarshotError, type ErrorCode, errorAt } from '../policy/errors.ts';
import {
  type ClientFrame,
  type Position,
  PROTOCOL,
  readFrame,
  type ServerFrame,
} from './frames.ts';

/** How a connection ended. */
export interface Closed {
  /** RFC 6455, section 7.4; 1006 also if it was found dead. */
  readonly code: number;
  readonly error: EarshotError;
}

/** One connection. */
export interface ChannelSocket {
  /**
   * Sends a message at the server's pace.
   *
   * @param isOwn false for a frame of another tab, which may have to wait. Default `true`.
   */
  post(frame: ClientFrame, isOwn?: boolean): void;
  /** Never rejects. */
  readonly closed: Promise<Closed>;
}

/** The options of a connection. */
export interface SocketOptions {
  readonly host: Host;
  readonly url: string;
  /** For the hello. A promise that never settles makes the welcome late. */
  readonly token: Promise<string | null> | null;
  readonly signal: AbortSignal;
  /** For the hello: up to where this client has all messages. */
  position(): Position | null;
  /** `text` is the raw frame. No frame comes before the welcome. */
  onFrame(frame: ServerFrame, text: string): void;
}

/** Frames that a server may send in a burst, and how many more per second. */
const FLOOD = 500;
const FLOOD_RATE = 100;
/** Malformed frames before the connection is closed. */
const GARBAGE = 10;
/** Messages that wait for their turn to be sent; messages beyond this are sent again later or expire. */
const MOST_QUEUED = 1_000;

/**
 * Opens one WebSocket, sends hello, and keeps it open while the server responds. After one interval of silence it
 * sends a ping; after another one the connection is dead, whatever the socket reports.
 */
export const openSocket = (options: SocketOptions): ChannelSocket => {
  const { host, url, token, signal, position, onFrame } = options;
  const controller = new AbortController();
  const own: ClientFrame[] = [];
  const others: ClientFrame[] = [];
  let socket: ReturnType<NonNullable<Host['connect']>> | undefined;
  let isWelcome = false;
  let ping = PING_INTERVAL_MS;
  let rest = 1_000 / MESSAGES_PER_SECOND;
  let freeAt = 0;
  let garbage = 0;
  let flood = FLOOD;
  let floodAt = host.elapsed();
  let stopWatch = () => {};
  let stopPace = () => {};
  let stopAbort = () => {};
  let resolve: (closed: Closed) => void;
  const closed = new Promise<Closed>((settle) => {
    resolve = settle;
  });

  const end = (closeCode: number, code: ErrorCode, message: string, cause?: unknown) => {
    if (controller.signal.aborted) return;
    controller.abort();
    stopWatch();
    stopPace();
    stopAbort();
    socket?.close();
    resolve({ code: closeCode, error: errorAt(url, code, message, { cause }) });
  };

  const write = (frame: ClientFrame) => {
    // Between its closing and the close event, a socket only warns.
    if (socket?.readyState === 1) socket.send(JSON.stringify(frame));
  };

  /** @param asked how many pings were sent since the last frame. */
  const watch = (ms: number, asked: number) => {
    stopWatch();
    const due = host.now() + ms;
    stopWatch = host.timer(() => {
      // After sleep, unread frames may wait: ping once more. Not again, because the timers of a hidden page are
      // always late.
      const slept = host.now() - due > LATE_AFTER_MS;
      if (asked && (!slept || asked > 1)) return end(1006, 'timeout', `nothing came for ${ms} ms.`);
      watch(ping, asked + 1);
      write({ op: 'ping' });
    }, ms);
  };

  const flush = () => {
    stopPace();
    for (;;) {
      const queue = own.length ? own : others;
      const [frame] = queue;
      if (!frame) return;
      const wait = freeAt - host.elapsed();
      if (wait > 0) {
        stopPace = host.timer(flush, wait);
        return;
      }
      write(frame);
      queue.shift();
      freeAt = host.elapsed() + rest;
    }
  };

  const take = (data: unknown) => {
    const now = host.elapsed();
    flood = Math.min(FLOOD, flood + ((now - floodAt) * FLOOD_RATE) / 1_000) - 1;
    floodAt = now;
    if (flood < 0) return end(0, 'bad-message', `more than ${FLOOD_RATE} frames a second came.`);
    if (typeof data === 'string' && data.length > MAX_FRAME_CHARACTERS)
      return end(
        0,
        'bad-message',
        `a frame of ${data.length} characters came, at most ${MAX_FRAME_CHARACTERS} are taken.`,
      );
    const frame = readFrame(data);
    if (frame === null && ++garbage > GARBAGE)
      return end(
        0,
        'bad-message',
        `no frames of the protocol came (docs/protocol.md): ${JSON.stringify(String(data).slice(0, 60))}`,
      );
    if (!frame || (!isWelcome && frame.op !== 'welcome')) return;
    if (frame.op === 'welcome') {
      isWelcome = true;
      ping = frame.ping;
      rest = 1_000 / frame.pace;
    }
    watch(ping, 0);
    onFrame(frame, data as string);
  };

  const open = async () => {
    const bearer = await token;
    write({ op: 'hello', ...(bearer && { token: bearer }), ...position() });
  };

  watch(TIMEOUT_MS, 1);
  try {
    if (!host.connect) throw new TypeError('The host has no connect().');
    socket = host.connect(url, PROTOCOL);
    const on = (type: string, listener: (event: never) => void) =>
      socket?.addEventListener(type, listener as EventListener, { signal: controller.signal });
    on('open', open);
    on('message', ({ data }: MessageEvent) => take(data));
    on('close', ({ code }: CloseEvent) =>
      end(code, code === 1013 ? 'overload' : 'network', `the connection closed with code ${code}.`),
    );
  } catch (cause) {
    // For example ws: on an https page.
    end(1008, 'unsupported', 'this page cannot open it. An https page needs wss.', cause);
  }
  stopAbort = onAbort(signal, () => end(1000, 'network', 'closed by this page.'));
  return {
    closed,
    post(frame, isOwn = true) {
      const queue = isOwn ? own : others;
      if (controller.signal.aborted || queue.length === MOST_QUEUED) return;
      queue.push(frame);
      flush();
    },
  };
};

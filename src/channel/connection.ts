import type { Governor } from '../governor/api.ts';
import { bearer, dial as dialUp, dialWait } from '../governor/connect.ts';
import { delay, type Host } from '../host/host.ts';
import { CHANNEL_WINDOW_MS, RECENTLY_OFFLINE_MS } from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import { reconnectAfterClose } from '../policy/reconnect-after-close.ts';
import type { ChannelState } from '../policy/state.ts';
import type { ClientFrame, Position, ServerFrame } from './frames.ts';
import { type ChannelSocket, openSocket } from './socket.ts';

/** The options of a channel connection. */
export interface ConnectionOptions {
  readonly host: Host;
  readonly governor: Governor;
  /** Up to where this client has all messages. */
  position(): Position | null;
  /** Each frame, and of each connection the first `welcome`. */
  onFrame(frame: ServerFrame, text: string): void;
  onError(error: EarshotError): void;
  onChange(): void;
  /** The server has sent `welcome`; `null`: the connection is lost. */
  onOpen(post: ((frame: ClientFrame) => void) | null): void;
}

/** The connection to the stage, across all reconnects. */
export interface ChannelConnection {
  readonly state: Omit<ChannelState, 'isLeader'>;
  update(document: StageDocument): void;
  /** @param isOwn false for a frame of another tab. */
  post(frame: ClientFrame, isOwn: boolean): void;
  close(): void;
}

export const createConnection = (options: ConnectionOptions): ChannelConnection => {
  const { host, governor, position, onFrame, onError, onChange, onOpen } = options;
  const { parts } = governor;
  let url: string | null = null;
  let isFirst = true;
  let spread: number | null = null;
  let window: number | null = null;
  let status: ChannelState['status'] = 'none';
  let listeners: number | null = null;
  let post: ChannelSocket['post'] | null = null;
  let controller = new AbortController();
  let offlineUntil = Number.NEGATIVE_INFINITY;

  const become = (next: typeof status) => {
    status = next;
    onChange();
  };

  /** One connection, from its turn to its end. @returns false if it must not reconnect. */
  const connect = async (to: string, signal: AbortSignal, renew: { isDue: boolean }) => {
    become(dialWait(parts, to, host.now()) ? 'waiting' : 'connecting');
    const dial = await dialUp(parts, to, signal);
    become('connecting');
    let terminal: readonly number[] = [];
    let provesAt = 0;
    let isOpen = false;
    const token = bearer(parts, to, renew.isDue);
    const link = openSocket({
      host,
      url: to,
      token,
      signal,
      position,
      onFrame(frame, text) {
        if (frame.op === 'welcome') {
          dial.opened();
          provesAt = host.elapsed() + frame.ping;
          terminal = frame.terminal;
          // The window applied to this reconnect only.
          window = null;
          if (isOpen) return;
          isOpen = true;
          post = link.post;
          become('open');
          onOpen(post);
          return onFrame(frame, text);
        }
        // A server that still sends frames after one interval works, even if it had nothing to confirm.
        if (frame.op === 'ack' || frame.op === 'pong' || host.elapsed() >= provesAt) {
          dial.proved();
          renew.isDue = false;
        }
        if (frame.op === 'window') window = frame.window;
        else if (frame.op === 'listeners') {
          listeners = frame.count;
          onChange();
        }
        onFrame(frame, text);
      },
    });
    const { code, error } = await link.closed;
    if (signal.aborted) {
      // An aborted attempt tells us nothing but still uses up a retry token.
      if (!isOpen) dial.lost(error);
      return false;
    }
    post = null;
    listeners = null;
    status = 'connecting';
    if (isOpen) onOpen(null);
    const isLocal = host.now() < offlineUntil;
    let way = reconnectAfterClose(code, { terminal, window, spread, isLocal });
    if (!way && token && !renew.isDue) {
      // The token may be invalid: request a new one once.
      renew.isDue = true;
      way = reconnectAfterClose(0, { terminal: [], window, spread, isLocal });
    }
    onError(error);
    return !!way && dial.lost(error, way.floor, way.spread);
  };

  const run = async (to: string, ms: number) => {
    const { signal } = controller;
    const renew = { isDue: false };
    try {
      if (ms) await delay(host, ms, signal);
      while (await connect(to, signal, renew));
      if (!signal.aborted) become('excluded');
    } catch {
      // Both waits reject only when the signal aborts.
    }
  };

  const stopPage = host.onPage((event) => {
    if (event === 'offline') offlineUntil = Number.POSITIVE_INFINITY;
    else if (event === 'online') offlineUntil = host.now() + RECENTLY_OFFLINE_MS;
  });

  return {
    get state() {
      const wait = status === 'waiting' && url ? dialWait(parts, url, host.now()) : null;
      return { status, wait, listeners };
    },
    update(document) {
      spread = document.spread;
      const wasFirst = isFirst;
      isFirst = false;
      if (document.channel === url) return;
      const hadOne = post;
      url = document.channel;
      controller.abort();
      controller = new AbortController();
      post = null;
      listeners = null;
      if (hadOne) onOpen(null);
      become(url ? 'connecting' : 'none');
      // All listeners learn of another channel at once, so add jitter; at the start they arrive at different times.
      const ms = wasFirst ? 0 : host.random() * (spread ?? CHANNEL_WINDOW_MS);
      if (url) void run(url, ms);
    },
    post: (frame, isOwn) => post?.(frame, isOwn),
    close() {
      stopPage();
      controller.abort();
      if (post) onOpen(null);
      post = null;
    },
  };
};

/**
 * Page events. `pageshow` comes to a page that was restored from the back/forward cache or that the browser had frozen.
 * `online` makes no request earlier: `offline` and `online` only tell a loss of this device from a loss of everybody.
 */
export type PageEvent = 'visible' | 'hidden' | 'pageshow' | 'pagehide' | 'offline' | 'online';

/** A small string store. Any method may throw: full, forbidden, gone. */
export interface Store {
  /** The text under that key; `null` if there is none. */
  get(key: string): string | null;
  /** Keeps a text under that key. */
  set(key: string, value: string): void;
  /** Forgets what is under that key, if anything is. */
  remove(key: string): void;
}

/** What realtime sources need of the platform. */
export interface Realtime {
  /** As `new RTCPeerConnection(config)`. */
  createPeer(config: RTCConfiguration): RTCPeerConnection;
  /** `null` where the browser has no Web Audio. It may be suspended until a gesture. */
  createAudio(): AudioContext | null;
  /** Epoch ms at which {@link Host.elapsed} was 0. */
  readonly origin: number;
}

/**
 * Ambient time, randomness, network, storage and page life, behind one seam. {@link browserHost}
 * is the real one; tests and the herd bring their own.
 */
export interface Host {
  /** Epoch ms. It may jump. */
  now(): number;
  /** Monotonic ms, on the platform's performance timeline. */
  elapsed(): number;
  /** In [0, 1). */
  random(): number;
  /** Calls once after `ms`; returns what cancels it. Late calls are expected. */
  timer(callback: () => void, ms: number): () => void;
  /** As the platform's `fetch`; `signal` must be obeyed. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** `tab` outlives a reload; `browser` is shared by the tabs of one origin. */
  readonly stores: Readonly<Record<'tab' | 'browser', Store>>;
  /** As the platform's `WebSocket`. Absent where no channel is wanted; it may throw. */
  connect?(url: string, protocol: string): WebSocket;
  /** Tells page events until the returned function is called; `hidden` at once where the page is hidden. */
  onPage(listener: (event: PageEvent) => void): () => void;
  /** A fresh element that is on no page. Default: `audio`. */
  createMedia(kind?: 'audio' | 'video'): HTMLMediaElement;
  /** Peer connections and Web Audio; `null` where there is no WebRTC, absent where none is wanted. */
  readonly realtime?: Realtime | null | undefined;
  /** What a relative URL is resolved against. */
  readonly base: string;
}

/**
 * Calls once as the signal aborts, at once if it has: a listener that is added to such a signal is never called.
 *
 * @returns what takes the call back.
 */
export const onAbort = (signal: AbortSignal, callback: () => void): (() => void) => {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
};

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export const delay = (host: Pick<Host, 'timer'>, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = host.timer(() => {
      stop();
      resolve();
    }, ms);
    const stop = onAbort(signal, () => {
      cancel();
      reject(signal.reason);
    });
  });

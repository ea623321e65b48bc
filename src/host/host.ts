/**
 * Page events. `pageshow`: the page was restored from the back/forward cache, or the browser had frozen it. `online`
 * does not bring a request forward: `offline` and `online` only separate a loss of this device's network from a loss
 * for everybody.
 */
export type PageEvent = 'visible' | 'hidden' | 'pageshow' | 'pagehide' | 'offline' | 'online';

/** A small string store. Any method may throw: full, forbidden, gone. */
export interface Store {
  /** The value of the key; `null` if there is none. */
  get(key: string): string | null;
  /** Stores a value under the key. */
  set(key: string, value: string): void;
  /** Removes the key, if it exists. */
  remove(key: string): void;
}

/** The platform features that realtime sources need. */
export interface Realtime {
  /** Like `new RTCPeerConnection(config)`. */
  createPeer(config: RTCConfiguration): RTCPeerConnection;
  /** `null` if the browser has no Web Audio. The context may be suspended until a user gesture. */
  createAudio(): AudioContext | null;
  /** Epoch ms at which {@link Host.elapsed} was 0. */
  readonly origin: number;
}

/**
 * Time, randomness, network, storage and page events, behind one interface. {@link browserHost} is the real one;
 * tests and the simulator pass their own.
 */
export interface Host {
  /** Epoch ms. The clock may jump. */
  now(): number;
  /** Monotonic ms, on the platform's performance timeline. */
  elapsed(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Calls `callback` once after `ms`; returns a function that cancels it. The call may be late. */
  timer(callback: () => void, ms: number): () => void;
  /** Like the platform's `fetch`. It must respect `signal`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** `tab` survives a reload; the tabs of one origin share `browser`. */
  readonly stores: Readonly<Record<'tab' | 'browser', Store>>;
  /** Like `new WebSocket(url, protocol)`; it may throw. Absent: no channel. */
  connect?(url: string, protocol: string): WebSocket;
  /** Reports page events until you call the returned function. Reports `hidden` at once if the page is hidden. */
  onPage(listener: (event: PageEvent) => void): () => void;
  /** A new element that is on no page. Default: `audio`. */
  createMedia(kind?: 'audio' | 'video'): HTMLMediaElement;
  /** Peer connections and Web Audio. `null`: no WebRTC in this browser. Absent: not wanted. */
  readonly realtime?: Realtime | null | undefined;
  /** The listener's languages, best first, as BCP 47 tags. Default: those of the browser. */
  readonly languages?: readonly string[] | undefined;
  /** The base URL for relative URLs. */
  readonly base: string;
}

/**
 * Calls `callback` once when the signal aborts, or at once if it already has: an abort listener added later never
 * runs.
 *
 * @returns a function that removes the callback.
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

import type { Host, PageEvent, Realtime, Store } from './host.ts';

// A timer's delay is a signed 32-bit number of ms; a larger one would fire at once.
const LONGEST = 2 ** 31 - 1;

const storeOf = (name: 'sessionStorage' | 'localStorage'): Store => {
  // Reading the property throws if storage is forbidden, so read it at each use.
  const area = () => globalThis[name];
  return {
    get: (key) => area().getItem(key),
    set: (key, value) => area().setItem(key, value),
    remove: (key) => area().removeItem(key),
  };
};

const onPage = (listener: (event: PageEvent) => void): (() => void) => {
  const controller = new AbortController();
  const { signal } = controller;
  const look = () => listener(document.hidden ? 'hidden' : 'visible');
  if (document.hidden) look();
  document.addEventListener('visibilitychange', look, { signal });
  // Chromium pauses the media of a frozen page, and reports it when the page resumes (Page Lifecycle, section 4.1).
  const resume = () => {
    listener('pageshow');
    look();
  };
  document.addEventListener('resume', resume, { signal });
  for (const type of ['pageshow', 'pagehide', 'offline', 'online'] as const) {
    // `pageshow` also fires for a normal page load.
    const tell = ({ persisted }: Partial<PageTransitionEvent>) =>
      (type !== 'pageshow' || persisted) && listener(type);
    globalThis.addEventListener(type, tell, { signal });
  }
  return () => controller.abort();
};

const realtime: Realtime = {
  createPeer: (config) => new RTCPeerConnection(config),
  createAudio: () => ('AudioContext' in globalThis ? new AudioContext() : null),
  get origin() {
    return performance.timeOrigin;
  },
};

/** The real browser. It reads globals at each call, so importing this module touches none. */
export const browserHost: Host = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  timer(callback, ms) {
    const id = setTimeout(callback, Math.min(ms, LONGEST));
    return () => clearTimeout(id);
  },
  fetch: (url, init) => fetch(url, init),
  connect: (url, protocol) => new WebSocket(url, protocol),
  stores: { tab: storeOf('sessionStorage'), browser: storeOf('localStorage') },
  onPage,
  createMedia: (kind = 'audio') => document.createElement(kind),
  get realtime() {
    return 'RTCPeerConnection' in globalThis ? realtime : null;
  },
  get base() {
    return document.baseURI;
  },
};

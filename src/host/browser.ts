import type { Host, PageEvent, Realtime, Store } from './host.ts';

// A timer's delay is a signed 32-bit number of ms; anything larger would fire at once.
const LONGEST = 2 ** 31 - 1;

const storeOf = (name: 'sessionStorage' | 'localStorage'): Store => {
  // Reading the property alone throws where storage is forbidden, so it is read at each use.
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
  // Chromium pauses the media of a page that it freezes, and tells of it once the page goes on (Page Lifecycle, section 4.1).
  const resume = () => {
    listener('pageshow');
    look();
  };
  document.addEventListener('resume', resume, { signal });
  for (const type of ['pageshow', 'pagehide', 'offline', 'online'] as const) {
    // A page that is loaded is shown too.
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

/** The browser as it is. Globals are looked up at each call, so importing this touches none. */
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

import type { PeerModel } from './types.ts';

/** A peer in its formula: `n` counts the failures from 0, `r` is one draw in [0, 1). Milliseconds. */
const peer = (
  name: string,
  of: string,
  delay: (n: number, r: () => number, memory: number) => number | null,
  requestsPerDial = 1,
): PeerModel => ({
  name,
  of,
  delay: (attempt, _previous, memory, _timedOut, random) => delay(attempt - 1, random, memory),
  requestsPerDial,
});

const SIGNALR = [0, 2000, 10_000, 30_000];
const LIVEKIT = [0, 300, 1200, 2700, 4800, 7000, 7000, 7000, 7000, 7000];

/** Retries of a refused hls.js fragment before it is fatal, and of one that timed out. */
const REFUSED = 6;
const TIMED_OUT = 4;

/** The wait after the nth error of an hls.js fragment or playlist, ms. */
const hlsWait = (n: number): number => Math.min(2 ** n * 1000, 8000);

/**
 * What other clients do when a dial fails, as they come from the registry with nothing set. Delays
 * are in milliseconds, from the end of the failed dial (or the drop) to the start of the next one.
 *
 * What a formula cannot say:
 * - signalr and livekit retry a lost connection only: a first dial that fails is the page's matter.
 * - graphql-ws retries closes only. A dial that fails before the socket opens is an error event,
 *   which ends it at once; the formula then holds for `shouldRetry: () => true`.
 * - hls.js asks for refused fragments on a tick of 100 ms, so a dial may come that much later. With
 *   one rendition a 429, a 404 or a refused connection waits like a 503; with several it switches.
 */
export const PEERS: readonly PeerModel[] = [
  peer('partysocket', 'partysocket@1.3.0', (n) => Math.min(3000 * 1.3 ** n, 10_000)),
  peer('reconnecting-websocket', 'reconnecting-websocket@4.4.0', (n, _r, memory) =>
    Math.min((1000 + memory * 4000) * 1.3 ** n, 10_000),
  ),
  peer('socket.io-client', 'socket.io-client@4.8.4', (n, random) => {
    const wait = 1000 * 2 ** n;
    const r = random();
    // The tenths of the one draw decide the sign, so the jitter is not uniform.
    const jitter = Math.floor(r * 0.5 * wait) * (Math.floor(r * 10) % 2 === 0 ? -1 : 1);
    // `| 0` as there: from the 1016th failure on the jitter overflows, and half the waits are 0.
    return Math.min(wait + jitter, 5000) | 0;
  }),
  // A dial that is let in asks twice: the negotiation and the socket.
  peer('@microsoft/signalr', '@microsoft/signalr@10.0.11', (n) => SIGNALR[n] ?? null, 2),
  peer('centrifuge', 'centrifuge@5.8.0', (n, random) => {
    const most = Math.min(20_000, 500 * 2 ** n);
    return Math.min(20_000, 500 + Math.floor(random() * (most + 1)));
  }),
  // A dial that fails asks twice: the socket, then why it failed.
  peer(
    'livekit-client',
    'livekit-client@2.23.0',
    (n, random) => {
      const wait = LIVEKIT[n];
      if (wait === undefined) return null;
      return wait === 0 ? random() * 500 : Math.round(wait * (0.5 + random()));
    },
    2,
  ),
  peer('graphql-ws', 'graphql-ws@6.4.2', (n, random) =>
    n < 5 ? 1000 * 2 ** n + 300 + Math.floor(random() * 2700) : null,
  ),
  {
    name: 'hls.js',
    of: 'hls.js@1.7.4, fragments',
    delay(attempt, _previous, _memory, timedOut) {
      if (attempt > (timedOut ? TIMED_OUT : REFUSED)) return null;
      return timedOut ? 0 : hlsWait(attempt - 1);
    },
    requestsPerDial: 1,
  },
  {
    name: 'hls.js playlists',
    of: 'hls.js@1.7.4, live media playlists',
    delay(attempt, _previous, _memory, timedOut) {
      if (attempt > 2) return null;
      return timedOut ? 0 : hlsWait(attempt - 1);
    },
    requestsPerDial: 1,
  },
  {
    name: 'hls.js + startLoad()',
    of: 'hls.js@1.7.4, fragments, startLoad() on every fatal network error',
    delay(attempt, _previous, _memory, timedOut) {
      // The recipe's own dial follows the fatal error at once, and the count begins anew.
      const n = (attempt - 1) % (REFUSED + 1);
      return timedOut || n === REFUSED ? 0 : hlsWait(n);
    },
    requestsPerDial: 1,
  },
  peer(
    'AWS full jitter',
    'AWS Architecture Blog, "Exponential Backoff And Jitter": base 1 s, cap 30 s',
    (n, random) => random() * Math.min(30_000, 1000 * 2 ** n),
  ),
  {
    name: 'AWS decorrelated jitter',
    of: 'AWS Architecture Blog, "Exponential Backoff And Jitter": base 1 s, cap 30 s',
    delay(_attempt, previous, _memory, _timedOut, random) {
      const most = 3 * Math.max(previous, 1000);
      return Math.min(30_000, 1000 + random() * (most - 1000));
    },
    requestsPerDial: 1,
  },
  peer('EventSource', 'Chromium, a connection that the network refused', () => 3000),
  peer('fixed 1 s', 'setTimeout(connect, 1000)', () => 1000),
];

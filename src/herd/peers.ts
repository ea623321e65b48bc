import type { PeerModel } from './types.ts';

/** A peer as a formula: `n` counts the failures from 0, `r` is one draw in [0, 1). Milliseconds. */
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

/** Retries before a refused, or a timed-out, hls.js fragment is fatal. */
const REFUSED = 6;
const TIMED_OUT = 4;

/** The wait after the nth error of an hls.js fragment or playlist, ms. */
const hlsWait = (n: number): number => Math.min(2 ** n * 1000, 8000);

/**
 * The retry delays of other clients with their default settings. Milliseconds from the end of the failed dial (or the
 * drop) to the start of the next one.
 *
 * The formulas leave out:
 * - signalr and livekit retry only a lost connection; the page must retry a failed first dial.
 * - graphql-ws retries only closes. A dial that fails before the socket opens is an error event, which ends it at
 *   once; the formula then applies to `shouldRetry: () => true`.
 * - hls.js requests refused fragments on a tick of 100 ms, so a dial may come that much later. With one rendition a
 *   429, a 404 or a refused connection waits like a 503; with several it switches.
 */
export const PEERS: readonly PeerModel[] = [
  peer('partysocket', 'partysocket@1.3.0', (n) => Math.min(3000 * 1.3 ** n, 10_000)),
  peer('reconnecting-websocket', 'reconnecting-websocket@4.4.0', (n, _r, memory) =>
    Math.min((1000 + memory * 4000) * 1.3 ** n, 10_000),
  ),
  peer('socket.io-client', 'socket.io-client@4.8.4', (n, random) => {
    const wait = 1000 * 2 ** n;
    const r = random();
    // One digit of the same draw decides the sign, so the jitter is not uniform.
    const jitter = Math.floor(r * 0.5 * wait) * (Math.floor(r * 10) % 2 === 0 ? -1 : 1);
    // `| 0` as in the original: from the 1016th failure on the jitter overflows, and half the waits are 0.
    return Math.min(wait + jitter, 5000) | 0;
  }),
  // A successful dial sends two requests: the negotiation and the socket.
  peer('@microsoft/signalr', '@microsoft/signalr@10.0.11', (n) => SIGNALR[n] ?? null, 2),
  peer('centrifuge', 'centrifuge@5.8.0', (n, random) => {
    const most = Math.min(20_000, 500 * 2 ** n);
    return Math.min(20_000, 500 + Math.floor(random() * (most + 1)));
  }),
  // A failed dial sends two requests: the socket, then one for the cause.
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
      // The recipe's own dial follows the fatal error at once, and the count restarts.
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

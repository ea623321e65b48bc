import { delay, type Host, onAbort } from '../host/host.ts';
import { LATE_AFTER_MS, MAX_WAIT_MS, MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import { EarshotError, type Purpose } from '../policy/errors.ts';
import { afterClockSetBack, type Gate, isIdle, openGate, tokensOf } from '../policy/gate.ts';
import type { Wait } from '../policy/state.ts';
import { createMemory, type Memory } from './gate-storage.ts';

/** A gate in memory: its stored state, and the requests at it. */
export interface Entry {
  readonly key: string;
  gate: Gate;
  /** Its last error, as far as this page knows. */
  error: EarshotError | null;
  /** A request is probing whether a failing gate is open again. */
  isProbing: boolean;
  /** Grows with each failure, so that requests sent before it do not count twice. */
  failureCount: number;
  /** The latest stored deadline that this page knows, including its own. */
  storedDeadline: number;
  /** The deadline that was set when the machine woke up. */
  putOff: number;
  /** Another tab drew its deadline, and may get a response earlier. */
  isAdopted: boolean;
  /**
   * Of an origin: when it last answered a request. Of a URL: when it last failed since its last success. Ms of
   * {@link Host.elapsed}.
   */
  answeredAt: number;
  failedAt: number;
  /** Of an origin: the URL that failed last. */
  failedBy: string;
  /** Of a URL: it failed first, so other URLs probe whether the whole origin is down. */
  isSuspect: boolean;
  /** Of a kind of request: the last refused URL, since the last success. */
  refused: string;
  /** The requests that wait for a change of this gate. */
  readonly waiters: Set<() => void>;
}

/** The gates that a request passes. */
export type Passage =
  | readonly [origin: Entry, path: Entry]
  | readonly [origin: Entry, path: Entry, kind: Entry];

/** All gates of a page, and their storage. */
export interface Gates {
  readonly memory: Memory;
  /**
   * The gates of the origin and of the URL without its query, which may contain a signature. For a segment, also the
   * gate of all segments of the origin, because each segment URL is requested only once.
   */
  of(url: string, purpose?: Purpose): Passage;
  all(): Iterable<Entry>;
  store(entry: Entry, gate: Gate): void;
  /** Stores the gate, ends the probe, and wakes the waiting requests. */
  release(entry: Entry, gate: Gate): void;
  /** Resolves when the gate may be open, has changed, or the signal aborted: check again. */
  untilOpen(entry: Entry, signal: AbortSignal): Promise<void>;
  /** Takes over a later deadline from another tab, and drops it once that tab got a response. */
  syncFromStorage(entry: Entry): void;
  /**
   * This device was offline, not the server, and is back. Requests that got no response since then are retried soon,
   * if a retry token is left.
   */
  reconnect(since: number): void;
}

const MAX_ENTRIES = 64;

/** The reason why a gate is closed. */
export const reasonFor = (entry: Entry): EarshotError => {
  // Cached: every tick reads it, and creating a stack costs more than the rest of the tick.
  const code = entry.gate.code ?? 'timeout';
  const message = `${entry.key} failed before (${code}).`;
  entry.error ??= new EarshotError(code, message);
  return entry.error;
};

/** The wait of a request through these gates at `now`, or `null`. */
export const waitOf = (entries: readonly Entry[], now: number): Wait | null => {
  const closed = entries.filter(({ gate }) => gate.failing || gate.until > now);
  const [entry] = closed.sort((a, b) => b.gate.until - a.gate.until);
  if (!entry) return null;
  const { until, since, attempt } = entry.gate;
  return { until, since, attempt, error: reasonFor(entry) };
};

/** @param draw returns a random wait in ms, which separates clients that got the same time. */
export const createGates = (host: Host, draw: () => number): Gates => {
  const memory = createMemory(host);
  const entries = new Map<string, Entry>();

  const store = (entry: Entry, gate: Gate) => {
    entry.gate = gate;
    entry.storedDeadline = gate.until;
    entry.isAdopted = false;
    memory.write(entry.key, gate);
  };

  const entryOf = (key: string): Entry => {
    const known = entries.get(key);
    if (known) return known;
    const stored = memory.read(key);
    const gate = stored ?? openGate(host.now());
    const state = {
      error: null,
      isProbing: false,
      failureCount: 0,
      storedDeadline: 0,
      putOff: 0,
      isAdopted: false,
      answeredAt: Number.NEGATIVE_INFINITY,
      failedAt: Number.POSITIVE_INFINITY,
      failedBy: '',
      isSuspect: false,
      refused: '',
      waiters: new Set<() => void>(),
    };
    const entry: Entry = { key, gate, ...state };
    // Store the corrected record, or each read would move the deadline again.
    if (stored) store(entry, stored);
    // An idle gate has no waiting requests.
    for (const [old, { gate: other }] of entries) {
      if (entries.size < MAX_ENTRIES) break;
      if (isIdle(other, host.now())) entries.delete(old);
    }
    entries.set(key, entry);
    return entry;
  };

  return {
    memory,
    store,
    all: () => entries.values(),
    of(url, purpose) {
      const { origin, pathname } = new URL(url);
      const both = [entryOf(origin), entryOf(origin + pathname)] as const;
      return purpose === 'segment' ? [...both, entryOf(`${origin} ${purpose}`)] : both;
    },
    release(entry, gate) {
      entry.isProbing = false;
      entry.isSuspect = false;
      store(entry, gate);
      for (const waiter of [...entry.waiters]) waiter();
    },
    syncFromStorage(entry) {
      entry.gate = afterClockSetBack(entry.gate, host.now());
      const stored = memory.read(entry.key);
      if (entry.isAdopted && !stored?.failing) {
        entry.isAdopted = false;
        const soon = host.now() + MINIMUM_WAIT_MS + host.random() * LATE_AFTER_MS;
        // A Retry-After of that response still applies.
        const until = Math.max(stored?.until ?? 0, Math.min(entry.gate.until, soon));
        entry.gate = { ...entry.gate, ...stored, failing: false, until };
      }
      const known = Math.max(entry.storedDeadline, entry.gate.until);
      if (!stored || stored.until <= known || entry.isProbing) return;
      entry.storedDeadline = stored.until;
      entry.isAdopted = true;
      entry.error = null;
      // Jitter: otherwise all tabs of a browser would return in the same instant.
      entry.gate = { ...stored, until: stored.until + draw(), failing: true };
    },
    reconnect(since) {
      const now = host.now();
      for (const entry of entries.values()) {
        const { gate, isProbing } = entry;
        const isOwn = /^(network|timeout)$/.test(gate.code ?? '') && gate.since >= since;
        if (isProbing || !gate.failing || !isOwn || tokensOf(gate, now) < 1) continue;
        const until = Math.min(gate.until, now + MINIMUM_WAIT_MS + host.random() * LATE_AFTER_MS);
        this.release(entry, { ...gate, until });
      }
    },
    async untilOpen(entry, signal) {
      const { until } = entry.gate;
      const wake = new AbortController();
      const waiter = () => wake.abort();
      entry.waiters.add(waiter);
      const stopAbort = onAbort(signal, waiter);
      const ms = until - host.now();
      try {
        // A probe has no deadline: wait for its end.
        const most = entry.isAdopted ? LATE_AFTER_MS : MAX_WAIT_MS;
        await delay(host, ms > 0 ? Math.min(ms, most) : MAX_WAIT_MS, wake.signal);
        const late = host.now() - until;
        if (entry.gate.until !== until || (entry.isAdopted && late < 0)) return;
        // After sleep, add jitter once: the timers of a hidden page are late each time. Ignore a clock that was put
        // back, and a timer that fires early.
        const put = late > LATE_AFTER_MS && until !== entry.putOff ? MINIMUM_WAIT_MS + draw() : 0;
        entry.putOff = host.now() + put;
        entry.gate = { ...entry.gate, until: entry.putOff };
      } catch {
        // A change woke it, or the signal aborted: the caller checks again.
      } finally {
        entry.waiters.delete(waiter);
        stopAbort();
      }
    },
  };
};

import { delay, type Host, onAbort } from '../host/host.ts';
import { LATE_AFTER_MS, MAX_WAIT_MS, MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import { EarshotError, type Purpose } from '../policy/errors.ts';
import { afterClockSetBack, type Gate, isIdle, openGate, tokensOf } from '../policy/gate.ts';
import type { Wait } from '../policy/state.ts';
import { createMemory, type Memory } from './gate-storage.ts';

/** A gate at work: what is remembered, and who is at it now. */
export interface Entry {
  readonly key: string;
  gate: Gate;
  /** What it failed with, as far as this page knows. */
  error: EarshotError | null;
  /** A request is finding out whether a failing gate is open again. */
  isProbing: boolean;
  /** Grows with each failure, so that what was asked before it does not count twice. */
  failureCount: number;
  /** The latest deadline that this page knows from storage, its own writing included. */
  storedDeadline: number;
  /** The deadline that it was put off to when the machine woke. */
  putOff: number;
  /** Another tab drew its deadline, and may be answered before that. */
  isAdopted: boolean;
  /** Of an origin: when a request to it was answered last; of a URL: when it failed last,
   * since it was answered. Ms of {@link Host.elapsed}. */
  answeredAt: number;
  failedAt: number;
  /** Of an origin: the URL that failed last. */
  failedBy: string;
  /** Of a URL: it failed first, so that others find out whether its origin failed with it. */
  isSuspect: boolean;
  /** Of a kind of requests: the URL that was refused last, since none was answered. */
  refused: string;
  /** Those who wait for a change of this gate. */
  readonly waiters: Set<() => void>;
}

/** The gates that a request passes. */
export type Passage =
  | readonly [origin: Entry, path: Entry]
  | readonly [origin: Entry, path: Entry, kind: Entry];

/** All gates of a page, and their memory. */
export interface Gates {
  readonly memory: Memory;
  /**
   * The gates of the origin and of the URL without its query, which may carry a signature; of a segment
   * also that of all segments of the origin, since each URL is asked once only.
   */
  of(url: string, purpose?: Purpose): Passage;
  all(): Iterable<Entry>;
  store(entry: Entry, gate: Gate): void;
  /** Stores, ends the probe, and wakes those who wait. */
  release(entry: Entry, gate: Gate): void;
  /** Resolves when it may be open, or has changed, or the signal aborted: look again. */
  untilOpen(entry: Entry, signal: AbortSignal): Promise<void>;
  /** Takes over a later deadline that another tab has drawn, and lets go of it once that tab was answered. */
  syncFromStorage(entry: Entry): void;
  /**
   * This device, and no server, was off the network, and is back. What got no answer since then is asked for
   * soon, if a retry is left.
   */
  reconnect(since: number): void;
}

const MAX_ENTRIES = 64;

/** Why a gate is closed. */
export const reasonFor = (entry: Entry): EarshotError => {
  // Made once: it is looked at with each tick, and a stack costs more than all the rest of one.
  const code = entry.gate.code ?? 'timeout';
  const message = `${entry.key} failed before (${code}).`;
  entry.error ??= new EarshotError(code, message);
  return entry.error;
};

/** What a request through these gates would have to wait for at `now`, or `null`. */
export const waitOf = (entries: readonly Entry[], now: number): Wait | null => {
  const closed = entries.filter(({ gate }) => gate.failing || gate.until > now);
  const [entry] = closed.sort((a, b) => b.gate.until - a.gate.until);
  if (!entry) return null;
  const { until, since, attempt } = entry.gate;
  return { until, since, attempt, error: reasonFor(entry) };
};

/** @param draw a wait that keeps those who are told the same time apart, in ms. */
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
    // Store the corrected record, or each look would move the deadline again.
    if (stored) store(entry, stored);
    // Nobody waits at a gate that is idle.
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
        // A Retry-After that came with the answer still holds.
        const until = Math.max(stored?.until ?? 0, Math.min(entry.gate.until, soon));
        entry.gate = { ...entry.gate, ...stored, failing: false, until };
      }
      const known = Math.max(entry.storedDeadline, entry.gate.until);
      if (!stored || stored.until <= known || entry.isProbing) return;
      entry.storedDeadline = stored.until;
      entry.isAdopted = true;
      entry.error = null;
      // The tabs of one browser would otherwise come back in the same instant.
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
        // Behind a probe there is no deadline to wait for, only its end.
        const most = entry.isAdopted ? LATE_AFTER_MS : MAX_WAIT_MS;
        await delay(host, ms > 0 ? Math.min(ms, most) : MAX_WAIT_MS, wake.signal);
        const late = host.now() - until;
        if (entry.gate.until !== until || (entry.isAdopted && late < 0)) return;
        // A machine that slept is jittered, once: a hidden page's timers are late each time.
        // A clock put back, or a timer too early, is ignored.
        const put = late > LATE_AFTER_MS && until !== entry.putOff ? MINIMUM_WAIT_MS + draw() : 0;
        entry.putOff = host.now() + put;
        entry.gate = { ...entry.gate, until: entry.putOff };
      } catch {
        // Woken by a change, or aborted: the caller looks again.
      } finally {
        entry.waiters.delete(waiter);
        stopAbort();
      }
    },
  };
};

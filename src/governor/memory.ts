import type { Host } from '../host/host.ts';
import { DEFAULTS } from '../policy/defaults.ts';
import type { ErrorCode } from '../policy/errors.ts';
import type { Gate } from '../policy/gate.ts';

const KEY = 'earshot:gates';
const MOST = 32;
const KEPT = 3_600_000;
const CODES: readonly string[] = [
  'network',
  'timeout',
  'overload',
  'refused',
  'gone',
  'http',
  'media',
  'frozen',
  'stalled',
] satisfies ErrorCode[];

const number = (value: unknown, least: number, most: number, fallback: number): number =>
  typeof value === 'number' && value >= least && value <= most ? value : fallback;

/** A stored gate made safe, or `null`: storage is as hostile as the network, and may be old. */
const revive = (value: unknown, now: number): Gate | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { attempt, failing, until, since, code, budget } = value as Record<string, unknown>;
  const deadline = number(until, 0, Infinity, 0);
  if (deadline < now - KEPT) return null;
  const { tokens, at } = (typeof budget === 'object' && budget ? budget : {}) as Partial<
    Record<string, unknown>
  >;
  return {
    attempt: Math.floor(number(attempt, 0, 32, 0)),
    failing: failing === true,
    // A deadline beyond what could ever be set means that the clock was put back.
    until: deadline > now + DEFAULTS.maxWait ? now + DEFAULTS.first : deadline,
    since: number(since, 0, now, now),
    code: CODES.includes(code as string) ? (code as ErrorCode) : null,
    budget: { tokens: number(tokens, 0, DEFAULTS.tokens, 0), at: number(at, 0, now, now) },
  };
};

const isPlain = (gate: Gate, now: number): boolean =>
  !gate.failing && gate.attempt === 0 && gate.until <= now;

/**
 * The gates as they outlive a reload: per tab, and shared by the tabs of one browser. Storage that
 * throws, is full or holds garbage costs memory, never function.
 */
export class Memory {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The gate that was stored under `key`, the stricter one where tab and browser differ. */
  read(key: string): Gate | null {
    const now = this.#host.now();
    const [tab, browser] = (['tab', 'browser'] as const).map((name) =>
      revive(this.#load(name)[key], now),
    );
    if (!tab || !browser) return tab ?? browser ?? null;
    return browser.until >= tab.until ? browser : tab;
  }

  write(key: string, gate: Gate): void {
    for (const name of ['tab', 'browser'] as const) {
      const now = this.#host.now();
      const gates = this.#load(name);
      if (isPlain(gate, now) && !(key in gates)) continue;
      delete gates[key];
      const kept = Object.entries(gates).filter(([, stored]) => revive(stored, now));
      if (!isPlain(gate, now)) kept.push([key, gate]);
      this.#save(name, Object.fromEntries(kept.slice(-MOST)));
    }
  }

  #load(name: 'tab' | 'browser'): Record<string, unknown> {
    try {
      const stored: unknown = JSON.parse(this.#host.stores[name].get(KEY) ?? '{}');
      return typeof stored === 'object' && stored && !Array.isArray(stored)
        ? { ...(stored as Record<string, unknown>) }
        : {};
    } catch {
      return {};
    }
  }

  #save(name: 'tab' | 'browser', gates: Record<string, unknown>): void {
    try {
      if (Object.keys(gates).length) this.#host.stores[name].set(KEY, JSON.stringify(gates));
      else this.#host.stores[name].remove(KEY);
    } catch {
      // The page's own memory still holds.
    }
  }
}

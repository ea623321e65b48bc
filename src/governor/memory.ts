import type { Host } from '../host/host.ts';
import { MAX_WAIT, TOKENS } from '../policy/defaults.ts';
import type { ErrorCode } from '../policy/errors.ts';
import { type Gate, rewound } from '../policy/gate.ts';

const KEY = 'earshot:gates';
const MOST = 32;
const KEPT = 3_600_000;
const STORES = ['tab', 'browser'] as const;

/** A stored gate made safe, or `null`: storage is as hostile as the network, and may be old. */
const revive = (value: unknown, now: number): Gate | null => {
  const stored = Object(value) as Record<keyof Gate, unknown>;
  const bounded = (name: keyof Gate, most: number, fallback: number): number => {
    const number = stored[name];
    return typeof number === 'number' && number >= 0 && number <= most ? number : fallback;
  };
  const gate = rewound(
    {
      until: bounded('until', Infinity, 0),
      attempt: Math.floor(bounded('attempt', 32, 0)),
      failing: stored.failing === true,
      // A reload begins a patience of its own.
      since: now,
      code: typeof stored.code === 'string' ? (stored.code as ErrorCode) : null,
      tokens: bounded('tokens', TOKENS, 0),
      at: bounded('at', Infinity, now),
    },
    now,
  );
  if (Math.max(gate.until, gate.at) < now - KEPT) return null;
  // No policy could have set a deadline beyond this.
  return gate.until > now + MAX_WAIT ? null : gate;
};

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
    const gates = STORES.map((name) => this.#load(name).get(key) ?? null);
    return gates.sort((a, b) => (b?.until ?? -1) - (a?.until ?? -1))[0] ?? null;
  }

  write(key: string, gate: Gate): void {
    for (const name of STORES) {
      const gates = this.#load(name);
      gates.delete(key);
      if (gate.attempt || gate.until > this.#host.now()) gates.set(key, gate);
      try {
        const store = this.#host.stores[name];
        if (gates.size) store.set(KEY, JSON.stringify([...gates].slice(-MOST)));
        else store.remove(KEY);
      } catch {
        // The page's own memory still holds.
      }
    }
  }

  #load(name: (typeof STORES)[number]): Map<string, Gate> {
    const gates = new Map<string, Gate>();
    try {
      for (const [key, value] of JSON.parse(this.#host.stores[name].get(KEY) ?? '[]')) {
        const gate = revive(value, this.#host.now());
        if (gate) gates.set(String(key), gate);
      }
    } catch {
      // Garbage is as good as nothing.
    }
    return gates;
  }
}

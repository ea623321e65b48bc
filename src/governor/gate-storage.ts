import type { Host } from '../host/host.ts';
import { persistentRecords } from '../host/persistent-records.ts';
import { MAX_WAIT_MS, TOKENS } from '../policy/defaults.ts';
import type { ErrorCode } from '../policy/errors.ts';
import { afterClockSetBack, type Gate, isIdle } from '../policy/gate.ts';

const MOST = 32;

const validate = (value: unknown, now: number): Gate | null => {
  const stored = Object(value) as Record<keyof Gate, unknown>;
  const bounded = (name: keyof Gate, most: number, fallback: number): number => {
    const number = stored[name];
    return typeof number === 'number' && number >= 0 && number <= most ? number : fallback;
  };
  const gate = afterClockSetBack(
    {
      until: bounded('until', Infinity, 0),
      attempt: Math.floor(bounded('attempt', 32, 0)),
      failing: stored.failing === true,
      // After a reload the patience starts again.
      since: now,
      code: typeof stored.code === 'string' ? (stored.code as ErrorCode) : null,
      tokens: bounded('tokens', TOKENS, 0),
      at: bounded('at', Infinity, now),
    },
    now,
  );
  if (isIdle(gate, now)) return null;
  // No policy can set a later deadline.
  return gate.until > now + MAX_WAIT_MS ? null : gate;
};

/** The stored gates, which survive a reload. */
export interface Memory {
  /** The gate stored under `key`; the stricter one if tab and browser differ. */
  read(key: string): Gate | null;
  write(key: string, gate: Gate): void;
}

export const createMemory = (host: Host): Memory => {
  // Each segment has its own URL: many lost segments must not evict a gate that is closed for an hour.
  const records = persistentRecords(host, 'earshot:gates', MOST, validate, ({ until }) => until);
  return {
    read: (key) => records.read(key).sort((a, b) => b.until - a.until)[0] ?? null,
    write: (key, gate) => records.write(key, isIdle(gate, host.now()) ? null : gate),
  };
};

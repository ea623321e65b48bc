import { FIRST_WINDOW_MS, MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import { type EarshotError, isCollective } from '../policy/errors.ts';
import { afterFailure, type Gate, withTokenSpent } from '../policy/gate.ts';
import { minimumWaitFrom } from '../policy/retry-after.ts';
import type { Governor, GovernorOptions } from './api.ts';
import type { Outcome } from './exchange.ts';
import { type Entry, type Gates, type Passage, reasonFor } from './gates.ts';

/** A request as it was when it was sent. */
export interface Made {
  /** The failure count of its origin. */
  readonly failureCount: number;
  /** Ms of the host's `elapsed()`. */
  readonly askedAt: number;
  /** Another request can replace it. */
  readonly isReplaceable: boolean;
}

/** Applies the outcome of a request to the gates. */
export interface Outcomes {
  /** @returns false if the policy says to stop. */
  fail(entry: Entry, error: EarshotError, floor: number | null, spread?: number | null): boolean;
  succeed(entry: Entry, floor: number | null): void;
  /** @returns false if the policy says to stop. */
  settle(passage: Passage, made: Made, outcome: Outcome): boolean;
  /** Stores a probe before it is sent, so that a reload during the probe gains nothing. */
  bookProbe(entry: Entry): void;
}

export const createOutcomes = (
  { host, policy, onError }: GovernorOptions,
  gates: Gates,
  governor: () => Pick<Governor, 'spread' | 'hearing'>,
): Outcomes => {
  const draw = () => host.random() * (governor().spread ?? FIRST_WINDOW_MS);

  const nextGate = (
    entry: Entry,
    error: EarshotError,
    floor: number | null,
    onBadPolicy: GovernorOptions['onError'],
    spread = governor().spread,
  ): Gate | null => {
    const { hearing } = governor();
    const now = host.now();
    const random = () => host.random();
    const onError = onBadPolicy;
    return afterFailure(entry.gate, {
      now,
      random,
      error,
      floor,
      spread,
      hearing,
      policy,
      onError,
    });
  };

  const fail: Outcomes['fail'] = (entry, error, floor, spread) => {
    entry.failureCount++;
    entry.error = error;
    entry.failedAt = host.elapsed();
    const gate = nextGate(entry, error, floor, onError, spread);
    gates.release(entry, gate ?? entry.gate);
    return gate !== null;
  };

  const succeed: Outcomes['succeed'] = (entry, floor) => {
    const { gate } = entry;
    if (!gate.failing && !floor) return;
    const now = host.now();
    entry.error = null;
    // Attempts stay: only hearing reduces them. Another response never shortens a server's minimum wait.
    const kept = gate.failing ? 0 : gate.until;
    const until = Math.max(now, kept, floor ? now + floor + draw() : 0);
    gates.release(entry, { ...gate, failing: false, code: null, until, at: now });
  };

  /** The origin has responded: URLs that failed alone may be retried. */
  const serves = (origin: Entry, floor: number | null) => {
    origin.answeredAt = host.elapsed();
    succeed(origin, floor);
    for (const entry of gates.all()) {
      if (!entry.isSuspect || !entry.key.startsWith(`${origin.key}/`)) continue;
      const until = host.now() + MINIMUM_WAIT_MS + host.random() * FIRST_WINDOW_MS * 0.2;
      gates.release(entry, { ...entry.gate, until: Math.min(entry.gate.until, until) });
    }
  };

  /** Other URLs probe whether the origin is down. The URL that failed first is retried after they had time for it. */
  const suspect = (path: Entry, origin: Entry, error: EarshotError) => {
    const { until, code, since } = origin.gate;
    const { attempt } = path.gate;
    path.error = error;
    path.isSuspect = true;
    gates.store(path, {
      ...path.gate,
      ...{
        failing: true,
        code,
        since,
        attempt: attempt + 1,
        until: until + FIRST_WINDOW_MS,
        at: host.now(),
      },
    });
  };

  /** Refusals of several segments in a row count as one: each segment has its own URL. */
  const refuse = (kind: Entry, path: Entry, error: EarshotError) => {
    const isSecond = kind.refused && kind.refused !== path.key;
    kind.refused = path.key;
    if (kind.gate.failing || isSecond) fail(kind, error, null);
  };

  return {
    fail,
    succeed,
    settle([origin, path, kind], { failureCount, askedAt, isReplaceable }, { error, headers }) {
      const now = host.now();
      const floor = minimumWaitFrom((name) => headers?.get(name) ?? null, now);
      // A request sent before the last failure says nothing about the time after it.
      const isFresh = origin.failureCount === failureCount;
      if (error) (error as { retryAfter?: number | null }).retryAfter = floor;
      if (!error || !isCollective(error)) {
        if (isFresh) serves(origin, error ? null : floor);
        if (error) {
          if (kind && error.code === 'refused') refuse(kind, path, error);
          else if (kind?.isProbing) gates.release(kind, kind.gate);
          return fail(path, error, floor);
        }
        if (kind) {
          kind.refused = '';
          succeed(kind, null);
        }
        path.failedAt = Number.POSITIVE_INFINITY;
        succeed(path, null);
        return true;
      }
      for (const entry of [path, kind]) {
        if (entry?.isProbing) gates.release(entry, entry.gate);
      }
      // If other URLs were answered meanwhile, only this URL fails, unless the server limits the rate.
      const isOwn = origin.answeredAt > Math.min(askedAt, path.failedAt) && !origin.gate.failing;
      if (isOwn && floor === null && error.status !== 429) return fail(path, error, null);
      if (isFresh) {
        origin.failedBy = path.key;
        path.failedAt = host.elapsed();
        const goesOn = fail(origin, error, floor);
        if (isReplaceable && floor === null && goesOn) suspect(path, origin, error);
        return goesOn;
      }
      // Another failure has already closed this gate for this round; only a longer minimum wait still counts.
      const until = now + (floor ?? 0) + draw();
      if (floor && until > origin.gate.until) gates.store(origin, { ...origin.gate, until });
      return true;
    },
    bookProbe(entry) {
      entry.isProbing = true;
      entry.gate = withTokenSpent(entry.gate, host.now());
      // The failure itself reports an unusable policy; do not report it twice.
      const ahead = nextGate(entry, reasonFor(entry), null, () => {});
      if (!ahead) return;
      entry.storedDeadline = ahead.until;
      gates.memory.write(entry.key, ahead);
    },
  };
};

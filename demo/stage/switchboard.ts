import type { Fault, Origin } from './faults.ts';
import { idle } from './idle.ts';

export interface FaultState {
  readonly fault: Fault;
  readonly since: number;
  /** When it ends by itself; null if it stays. */
  readonly until: number | null;
}

export interface Switchboard {
  /** Those that the stage has. */
  readonly origins: readonly Origin[];
  state(origin: Origin): FaultState;
  /** Sets a fault; for some seconds only, unless another one is set before, when they are given. */
  set(origin: Origin, fault: Fault, seconds?: number | null): Promise<void>;
  onChange(listener: (origin: Origin, state: FaultState) => void): () => void;
  /** Settles when no fault is taking effect any more. */
  close(): Promise<void>;
}

/** Brings about what a fault does to an origin besides its answers. */
export type Effect = (origin: Origin, fault: Fault) => Promise<void>;

/** Keeps the fault of each origin. Faults of one origin take effect in the order they are set. */
export function createSwitchboard(
  origins: readonly Origin[],
  now: () => number,
  effect: Effect,
): Switchboard {
  const healthy: FaultState = { fault: { kind: 'none' }, since: now(), until: null };
  const states = new Map(origins.map((origin) => [origin, healthy]));
  const timers = new Map<Origin, NodeJS.Timeout>();
  const moves = new Map<Origin, Promise<void>>();
  const listeners = new Set<(origin: Origin, state: FaultState) => void>();

  function set(origin: Origin, fault: Fault, seconds: number | null = null): Promise<void> {
    clearTimeout(timers.get(origin));
    const since = now();
    const until = seconds === null ? null : since + seconds * 1000;
    const state = { fault, since, until };
    states.set(origin, state);
    for (const listener of listeners) listener(origin, state);
    if (seconds !== null) {
      const restore = () => void set(origin, { kind: 'none' }).catch(() => {});
      timers.set(origin, idle(setTimeout(restore, seconds * 1000)));
    }
    return move(origin, fault);
  }

  function move(origin: Origin, fault: Fault): Promise<void> {
    const moved = (moves.get(origin) ?? Promise.resolve()).then(() => effect(origin, fault));
    const settled = moved.catch(() => {});
    moves.set(origin, settled);
    return moved;
  }

  return {
    origins,
    state: (origin) => states.get(origin) ?? healthy,
    set,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(moves.values());
    },
  };
}

/** A token bucket of joins. */
export interface JoinBucket {
  /** Joins that may come at once. */
  readonly level: number;
  /** Epoch ms at which it had this level. */
  readonly at: number;
}

// Ten times a tenth of a join is one join.
const ROUNDING = 1e-9;
/** What comes in 0.4 s, so that joins in any 5 s stay within 1.08 of the capacity. */
const BURST_S = 0.4;

/** Nobody knows how many came just before, so it starts with a single join. */
export const createJoinBucket = (now: number): JoinBucket => ({ level: 1, at: now });

/** @param capacity joins per second, 0 or more. */
export function fill({ level, at }: JoinBucket, capacity: number, now: number): JoinBucket {
  // At least one, so that a capacity below 2.5 per second admits at all.
  const ceiling = capacity > 0 ? Math.max(1, capacity * BURST_S) : 0;
  // A clock that is set back fills nothing.
  const more = (Math.max(0, now - at) / 1_000) * capacity;
  return { level: Math.min(ceiling, level + more), at: now };
}

/** `null`: there is too little left. */
export const takeJoin = ({ level, at }: JoinBucket): JoinBucket | null =>
  level < 1 - ROUNDING ? null : { level: Math.max(0, level - 1), at };

/** Takes a part of a join, or what is left. */
export const spend = ({ level, at }: JoinBucket, cost: number): JoinBucket => ({
  level: Math.max(0, level - cost),
  at,
});

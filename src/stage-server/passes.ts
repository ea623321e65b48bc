import { createMemory } from './memory.ts';
import type { PassClaims } from './tokens.ts';

// Requests overlap: those in flight when a pass is replaced still carry the one before.
const GRACE = 30_000;

/** The result for a pass: the serial of the pass to return, `null` for no new pass, or a replay. */
export type Judgement = { readonly next: number | null } | 'replayed';

/** The newest pass of each session. */
export interface Passes {
  /** @param isJoin the listener joins again, and gets a new pass in any case. */
  judge(pass: PassClaims, isJoin: boolean, now: number): Judgement;
  clear(): void;
  readonly size: number;
}

interface Newest {
  readonly serial: number;
  /** Epoch ms at which it was first shown; `null`: its owner may not have received it. */
  readonly shownAt: number | null;
}

/**
 * Passes rotate like OAuth refresh tokens. The door does not remember a session whose first pass is still valid. A
 * session that is forgotten because memory is full continues with the pass that it shows.
 *
 * @param life the lifetime of a pass, ms.
 * @param most the maximum of remembered sessions.
 */
export const createPasses = (life: number, most: number): Passes => {
  const sessions = createMemory<Newest>(life, most);

  return {
    judge({ id, serial, expires }, isJoin, now) {
      const newest = sessions.get(id, now);
      if (newest && serial < newest.serial) {
        if (serial < newest.serial - 1) return 'replayed';
        // The response with the newest pass may be lost: issue it again until it is shown.
        if (newest.shownAt === null) return { next: newest.serial };
        return now - newest.shownAt < GRACE ? { next: null } : 'replayed';
      }
      if (isJoin || expires - now < life / 2) {
        sessions.set(id, { serial: serial + 1, shownAt: null }, now);
        return { next: serial + 1 };
      }
      if (newest?.shownAt === null) sessions.set(id, { serial, shownAt: now }, now);
      return { next: null };
    },
    clear: sessions.clear,
    get size() {
      return sessions.size;
    },
  };
};

import { createMemory } from './memory.ts';
import type { PassClaims } from './tokens.ts';

// Requests overlap: those under way when a pass is replaced still carry the one before.
const GRACE = 30_000;

/** What has become of a pass: the serial to answer with, `null` for none, or that it is a replay. */
export type Judgement = { readonly next: number | null } | 'replayed';

/** Which pass of each session is the newest one. */
export interface Passes {
  /** @param isJoin whether the listener joins anew, and gets a new pass in any case. */
  judge(pass: PassClaims, isJoin: boolean, now: number): Judgement;
  clear(): void;
  readonly size: number;
}

interface Newest {
  readonly serial: number;
  /** When it was first shown, epoch ms; `null`: its owner may not have received it. */
  readonly shownAt: number | null;
}

/**
 * Passes are replaced as OAuth refresh tokens are. A session whose first pass is still in force is
 * not remembered, and one that is forgotten for want of room goes on with the pass that it shows.
 *
 * @param life of a pass, ms.
 * @param most sessions that are remembered.
 */
export const createPasses = (life: number, most: number): Passes => {
  const sessions = createMemory<Newest>(life, most);

  return {
    judge({ id, serial, expires }, isJoin, now) {
      const newest = sessions.get(id, now);
      if (newest && serial < newest.serial) {
        if (serial < newest.serial - 1) return 'replayed';
        // The answer that carried the newest pass may be lost: until that is shown, give it again.
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

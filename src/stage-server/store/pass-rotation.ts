import type { Session } from './records.ts';
import type { Renewal, RenewalResult } from './store.ts';

/** Requests overlap: those in flight when a pass is replaced still carry the one before. */
export const GRACE_MS = 30_000;

type Newest = Pick<Session, 'serial' | 'shownAt'>;

/** The result for a pass, and the newest pass of its session from now on. */
export interface Judgement {
  readonly result: RenewalResult;
  readonly newest: Newest;
}

/**
 * Passes rotate like OAuth refresh tokens. A session that was forgotten continues with the pass that it shows.
 *
 * @param newest `undefined`: the session is not known.
 * @param now epoch ms.
 */
export function judgePass(
  newest: Newest | undefined,
  { serial, isDue }: Renewal,
  now: number,
): Judgement {
  if (newest && serial < newest.serial) {
    if (serial < newest.serial - 1) return { result: 'replayed', newest };
    // The response with the newest pass may be lost: issue it again until it is shown.
    if (newest.shownAt === null) return { result: { next: newest.serial }, newest };
    const isOverlapping = now - newest.shownAt < GRACE_MS;
    return { result: isOverlapping ? { next: null } : 'replayed', newest };
  }
  if (isDue) return { result: { next: serial + 1 }, newest: { serial: serial + 1, shownAt: null } };
  const shownAt = newest?.serial === serial ? (newest.shownAt ?? now) : now;
  return { result: { next: null }, newest: { serial, shownAt } };
}

import type { Outcome } from './outcome.ts';
import type { Scene } from './scenes.ts';

/** What a scene may cost, ms. What the instrument does not see, 20 ms at one place, is no damage. */
interface Budget {
  /** From the act until the word sounds. */
  readonly after: number;
  /** Skipped, and heard again, at the word after the act. */
  readonly skipped: number;
  readonly again: number;
  /** From the act until live again. */
  readonly liveAfter?: number;
}

const BACK: Budget = { after: 700, skipped: 20, again: 20 };
const LIVE_WITHIN = 300_000;

const BUDGETS: Record<Scene, Budget> = {
  back: BACK,
  untilLive: { ...BACK, liveAfter: LIVE_WITHIN },
  pause: { after: 700, skipped: 20, again: 100 },
  // What is in the buffer when the tunnel begins plays on, and how soon a request is allowed is not judged here.
  tunnel: { after: Infinity, skipped: 20, again: 150, liveAfter: LIVE_WITHIN },
};

/** Where Earshot does not keep its budgets. */
export function shortfalls(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ source, scene, run, after, off, lost, liveAfter }) => {
    const budget = BUDGETS[scene];
    const over = (what: string, found: number, allowed: number) =>
      found > allowed
        ? [`${source}, ${scene}, run ${run}: ${found.toFixed(0)} ms ${what}, allowed ${allowed}`]
        : [];
    return [
      ...over('until the word sounds', after, budget.after),
      ...over('skipped', off, budget.skipped),
      ...over('heard again', -off, budget.again),
      ...over('lost on the way forward', lost, 0),
      ...over('until live', liveAfter ?? 0, budget.liveAfter ?? Infinity),
    ];
  });
}

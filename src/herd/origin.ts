import type { Random } from './random.ts';
import { TICK } from './time.ts';

// What an accept queue smooths, s of capacity: enough for the noise, too little to hide a rush.
const DEPTH = 1;

/** How an origin answered those who asked in one tick. */
export interface Verdict {
  admitted: number;
  refused: number;
  timedOut: number;
}

/** What an origin did since it was last looked at; `given` is its whole budget, in joins. */
export interface Seen {
  arrivals: number;
  admitted: number;
  refused: number;
  used: number;
  given: number;
}

/**
 * A server that bears so many joins a second: a bucket as deep as the embedded stage's. With A asking,
 * refusals at r joins each and a budget B, (B - rA) / (1 - r) are let in and the rest is refused; where
 * refusing alone is more than the budget, B / r are refused, the others time out, and nobody is in.
 */
export class Origin {
  readonly seen: Seen = { arrivals: 0, admitted: 0, refused: 0, used: 0, given: 0 };
  readonly verdict: Verdict = { admitted: 0, refused: 0, timedOut: 0 };
  readonly #refusalCost: number;
  readonly #random: Random;
  #tokens = 0;
  #hopeful = 0;

  constructor(refusalCost: number, random: Random) {
    this.#refusalCost = refusalCost;
    this.#random = random;
  }

  /**
   * Decides about all who ask in a tick. Each of them then calls {@link Origin.next} once.
   *
   * @param bears joins a second in this tick.
   * @param asking how many ask with a right to be let in.
   * @param hopeless how many ask with a pass of an earlier epoch.
   * @param weight requests that each of them makes.
   */
  decide(bears: number, asking: number, hopeless = 0, weight = 1): Verdict {
    const given = (bears * TICK) / 1_000;
    const tokens = Math.min(Math.max(1, bears * DEPTH), this.#tokens + given);
    const refusal = this.#refusalCost * weight;
    const join = 1 + this.#refusalCost * (weight - 1);
    const fits = asking * join + hopeless * refusal <= tokens;
    const room = Math.floor(
      (tokens - refusal * (asking + hopeless)) / Math.max(1e-9, join - refusal),
    );
    const admitted = fits ? asking : Math.max(0, Math.min(asking, room));
    const rest = asking + hopeless - admitted;
    const left = tokens - admitted * join;
    // A budget that admits is one that bears all refusals besides; rounding must not say otherwise.
    const refused =
      fits || admitted || refusal <= 0 ? rest : Math.min(rest, Math.floor(left / refusal));
    const used = admitted * join + refused * refusal;
    // Requests that time out hold what was left of the budget.
    const idle = refused < rest ? 0 : Math.max(0, tokens - used);
    this.#tokens = idle;
    this.#note(admitted, refused, rest - refused, asking);
    const { seen } = this;
    // As the stage server counts: a pass of an earlier epoch tells nothing of this door's crowd.
    seen.arrivals += asking * weight;
    seen.admitted += admitted;
    seen.refused += asking - admitted;
    seen.used += refused < rest ? given : used;
    seen.given += given;
    return this.verdict;
  }

  /** An origin that is down: nothing is spent, and each who asks knows at once. */
  down(asking: number): Verdict {
    this.#tokens = 0;
    this.#note(0, asking, 0, asking);
    return this.verdict;
  }

  #note(admitted: number, refused: number, timedOut: number, hopeful: number): void {
    this.verdict.admitted = admitted;
    this.verdict.refused = refused;
    this.verdict.timedOut = timedOut;
    this.#hopeful = hopeful;
  }

  /** What becomes of the next one of this tick: drawn, so that no order is better than another. */
  next(hopeless = false): keyof Verdict {
    const { verdict } = this;
    if (!hopeless) {
      const draw = this.#random.next() * this.#hopeful--;
      if (draw < verdict.admitted) {
        verdict.admitted--;
        return 'admitted';
      }
    }
    const refused = this.#random.next() * (verdict.refused + verdict.timedOut) < verdict.refused;
    const one = refused ? 'refused' : 'timedOut';
    verdict[one]--;
    return one;
  }
}

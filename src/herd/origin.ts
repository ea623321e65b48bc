import type { Places } from './places.ts';
import type { Random } from './random.ts';
import { TICK } from './time.ts';

// The depth of the accept queue, s of capacity: enough for random variation, too little to hide a rush.
const DEPTH = 1;

/** The origin's answer to all requests of one tick. */
export interface Verdict {
  admitted: number;
  refused: number;
  timedOut: number;
  /** Of the refused, those who were refused only because all places were taken. */
  full: number;
}

/** The outcome of one request. */
export type Decided = 'admitted' | 'refused' | 'timedOut';

/** What an origin did since the last revision; `given` is its whole budget, in joins. */
export interface Seen {
  arrivals: number;
  admitted: number;
  refused: number;
  used: number;
  given: number;
}

/**
 * A server with a capacity in joins per second: a token bucket as deep as that of the demo stage.
 *
 * With A requests, refusals at r joins each and a budget B, it admits (B - rA) / (1 - r) and refuses the rest. If the
 * refusals alone exceed the budget, it refuses B / r, the others time out, and it admits nobody.
 */
export class Origin {
  readonly seen: Seen = { arrivals: 0, admitted: 0, refused: 0, used: 0, given: 0 };
  readonly verdict: Verdict = { admitted: 0, refused: 0, timedOut: 0, full: 0 };
  readonly places: Places | null;
  readonly #refusalCost: number;
  readonly #random: Random;
  #tokens = 0;
  #hopeful = 0;

  constructor(refusalCost: number, random: Random, places: Places | null = null) {
    this.places = places;
    this.#refusalCost = refusalCost;
    this.#random = random;
  }

  /**
   * Decides all requests of a tick. Each of them then calls {@link Origin.next} once.
   *
   * @param bears joins per second in this tick.
   * @param asking the number of requests that may be admitted.
   * @param hopeless the number of requests with a pass of an earlier epoch.
   * @param weight requests that each of them sends.
   */
  decide(bears: number, asking: number, hopeless = 0, weight = 1): Verdict {
    const given = (bears * TICK) / 1_000;
    const tokens = Math.min(Math.max(1, bears * DEPTH), this.#tokens + given);
    const refusal = this.#refusalCost * weight;
    const join = 1 + this.#refusalCost * (weight - 1);
    const fits = asking * join + hopeless * refusal <= tokens;
    const free = this.places?.free ?? Infinity;
    const room = Math.floor(
      (tokens - refusal * (asking + hopeless)) / Math.max(1e-9, join - refusal),
    );
    const borne = fits ? asking : Math.max(0, Math.min(asking, room));
    const admitted = Math.min(borne, free);
    const rest = asking + hopeless - admitted;
    const left = tokens - admitted * join;
    // A budget that admits also covers all refusals; rounding must not change this.
    const refused =
      borne || fits || refusal <= 0 ? rest : Math.min(rest, Math.floor(left / refusal));
    const used = admitted * join + refused * refusal;
    // Requests that time out use up the rest of the budget.
    const idle = refused < rest ? 0 : Math.max(0, tokens - used);
    this.#tokens = idle;
    this.#note(admitted, refused, rest - refused, asking);
    this.verdict.full = borne - admitted;
    if (this.places) this.places.inside += admitted;
    const { seen } = this;
    // Like the stage server: a pass of an earlier epoch says nothing about this door's crowd.
    seen.arrivals += asking * weight;
    seen.admitted += admitted;
    seen.refused += asking - admitted;
    seen.used += refused < rest ? given : used;
    seen.given += given;
    return this.verdict;
  }

  /** An origin that is down: it spends nothing, and each request fails at once. */
  down(asking: number): Verdict {
    this.#tokens = 0;
    this.#note(0, asking, 0, asking);
    return this.verdict;
  }

  #note(admitted: number, refused: number, timedOut: number, hopeful: number): void {
    this.verdict.admitted = admitted;
    this.verdict.refused = refused;
    this.verdict.timedOut = timedOut;
    this.verdict.full = 0;
    this.#hopeful = hopeful;
  }

  /** The outcome of the next request of this tick: random, so that order gives no advantage. */
  next(hopeless = false): Decided {
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

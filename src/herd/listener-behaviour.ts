import type { RetryPolicy } from '../policy/backoff.ts';
import { CLIMB_AFTER_MS, TIMEOUT_MS } from '../policy/defaults.ts';
import type { Door } from '../policy/document.ts';
import { lotOf, turnOf } from '../policy/door.ts';
import { EarshotError } from '../policy/errors.ts';
import { afterFailure, type Failure, withTokenSpent } from '../policy/gate.ts';
import { climbAt } from '../policy/ladder.ts';
import { nextPollDelay, pollDelayAfterLoss } from '../policy/polling.ts';
import { RETRY_AFTER } from './door-publisher.ts';
import type { Listener, ScratchGate } from './listener.ts';
import { NEVER } from './time.ts';
import type { World } from './world.ts';

/** The name of the door. */
export const DOOR = 'floor';
const TWO_32 = 2 ** 32;
// Time from the start of HLS to its first sound, ms.
export const LATENCY = 1_000;

const overload = new EarshotError('overload', 'The origin answered 503.', { status: 503 });
const timeout = new EarshotError('timeout', 'No answer in time.');
const network = new EarshotError('network', 'No answer.');

/** How a request failed. */
export type Failing = 'refused' | 'timedOut' | 'down';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The decisions of one Earshot session at each event, all from `policy/`. */
export class ListenerBehaviour {
  readonly #world: World;
  readonly #failure: Mutable<Failure>;

  constructor(world: World, policy: RetryPolicy) {
    const { random, spread } = world;
    this.#world = world;
    this.#failure = {
      now: 0,
      random: random.next,
      error: overload,
      floor: null,
      spread,
      hearing: false,
      policy,
      onError: () => {},
    };
  }

  /** An admitted listener with a pass loses the source. */
  lose(one: Listener, now: number): void {
    const { keeper, random, spread } = this.#world;
    one.begin(now);
    one.seed = random.bits();
    one.epoch = 1;
    one.pass = true;
    if (keeper) one.look = Math.floor(now + pollDelayAfterLoss(spread, random.next()));
  }

  /** A new listener arrives and polls at once. */
  arrive(one: Listener, now: number): void {
    one.begin(now);
    one.seed = this.#world.random.bits();
    if (this.#world.keeper) one.look = now;
  }

  look(one: Listener): void {
    const { keeper, random, refresh } = this.#world;
    if (!keeper) return;
    const { epoch, door, at } = keeper.seen;
    const now = one.look;
    if (epoch !== one.epoch) {
      one.epoch = epoch;
      one.pass = one.refused = false;
      one.idle = 0;
      one.lot = (lotOf((one.seed >>> 0) / TWO_32, DOOR, epoch) * TWO_32) | 0;
      one.turn = NEVER;
    }
    let due = 0;
    if (!one.pass) {
      due = at + turnOf(door as Door, (one.lot >>> 0) / TWO_32) - now;
      one.turn = due > 0 ? Math.ceil(now + due) : Math.min(one.turn, now);
    }
    one.idle = due > 0 ? 0 : one.idle;
    one.look = Math.floor(now + nextPollDelay(refresh, one.idle, due, random.next()));
    if (due <= 0) one.idle++;
  }

  /** HLS starts. */
  hears(one: Listener, now: number): void {
    const { tally, random, spread, keeper } = this.#world;
    one.start = NEVER;
    one.cdn.failing = false;
    if (one.heard === NEVER) tally.hears(now + LATENCY);
    one.heard = now + LATENCY;
    const climbs = one.pass || !keeper;
    if (climbs) one.turn = Math.floor(climbAt(one.heard, CLIMB_AFTER_MS, spread, random.next()));
  }

  /** @returns false if the policy says to stop requesting HLS. */
  cannotStart(one: Listener, now: number, how: Failing): boolean {
    const goesOn = this.#fail(one, one.cdn, now, how);
    one.start = goesOn ? one.cdn.until : NEVER;
    return goesOn;
  }

  /** @returns false if the policy says to stop. */
  isRefused(one: Listener, now: number, how: Failing): boolean {
    one.refused = true;
    return this.#fail(one, one.stage, now, how);
  }

  #fail(one: Listener, gate: ScratchGate, asked: number, how: Failing): boolean {
    const failure = this.#failure;
    const before = gate.failing ? withTokenSpent(gate, asked) : gate;
    failure.now = how === 'timedOut' ? asked + TIMEOUT_MS : asked;
    failure.error = how === 'refused' ? overload : how === 'timedOut' ? timeout : network;
    failure.floor = how === 'refused' ? RETRY_AFTER * 1_000 : null;
    failure.hearing = one.heard <= failure.now;
    const after = afterFailure(before, failure);
    if (!after) return false;
    gate.attempt = after.attempt;
    gate.failing = true;
    gate.until = Math.min(NEVER, Math.ceil(after.until));
    gate.since = after.since;
    gate.tokens = after.tokens;
    gate.at = after.at;
    return true;
  }
}

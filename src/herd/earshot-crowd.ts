import type { RetryPolicy } from '../policy/backoff.ts';
import { lotOf } from '../policy/door.ts';
import { Listener, WORDS } from './listener.ts';
import { DOOR, type Failing, LATENCY, ListenerBehaviour } from './listener-behaviour.ts';
import type { Decided } from './origin.ts';
import { CALM_WORDS, QueuedListeners } from './queued-listeners.ts';
import { RELOADS, reloadAfter } from './reloads.ts';
import { NEVER, TICK } from './time.ts';
import { Batch, Wheel } from './wheel.ts';
import { type Crowd, comingsOf, type World } from './world.ts';

const TWO_32 = 2 ** 32;

/** A crowd of Earshot sessions: queued listeners in small records, all others in full records. */
export class EarshotCrowd implements Crowd {
  readonly #world: World;
  readonly #conduct: ListenerBehaviour;
  readonly #calm: QueuedListeners;
  readonly #wheel: Wheel;
  readonly #starting = new Batch(WORDS);
  readonly #asking = new Batch(WORDS);
  readonly #comings: Int32Array;
  readonly #one = new Listener();
  readonly #every: number;
  #tick = 0;
  /** The number of listeners so far. */
  #come = 0;
  #hopeless = 0;

  constructor(world: World, policy: RetryPolicy) {
    const { incident, ticks, listeners, random, refresh } = world;
    this.#world = world;
    this.#conduct = new ListenerBehaviour(world, policy);
    this.#every = (incident.reload?.every ?? 0) * 1_000;
    this.#calm = new QueuedListeners(
      ticks,
      world.keeper ? listeners : 0,
      random,
      refresh,
      this.#every,
    );
    const whole = incident.begins === 'dropped' ? listeners : listeners >> 6;
    this.#wheel = new Wheel(WORDS, ticks, whole);
    this.#comings = comingsOf(world);
  }

  tick(tick: number): void {
    const { keeper, tally } = this.#world;
    this.#tick = tick;
    this.#hopeless = this.#starting.size = this.#asking.size = 0;
    this.#calm.looks = 0;
    if (keeper) this.#calm.tick(tick, keeper.seen);
    this.#reload();
    this.#wheel.drain(tick, this.#live);
    this.#start();
    this.#ask();
    const second = Math.floor((tick * TICK) / 1_000);
    tally.looks[second] = (tally.looks[second] as number) + this.#calm.looks;
    tally.events += this.#calm.looks;
  }

  readonly #live = (from: number, to: number): void => {
    const one = this.#one;
    const now = this.#tick * TICK;
    for (let at = from; at < to; at += WORDS) {
      one.read(this.#wheel.data, at);
      if (one.reloads && reloadAfter(one.came, this.#every, this.#tick - 1) < now + TICK) {
        one.look = one.start = now;
      }
      if (one.look < now + TICK) this.#look(one);
      if (one.start < now + TICK) this.#write(one, this.#starting);
      else this.#settle(one);
    }
  };

  #reload(): void {
    const one = this.#one;
    const { reloading } = this.#calm;
    for (let index = 0; index < reloading.size; index++) {
      this.#readCalm(one, reloading, index * CALM_WORDS);
      one.look = one.start = this.#tick * TICK;
      this.#look(one);
      this.#write(one, this.#starting);
    }
  }

  #look(one: Listener): void {
    this.#conduct.look(one);
    this.#calm.looks++;
  }

  /** All that start HLS in this tick: retries and new listeners. */
  #start(): void {
    const { cdn, cdnCapacity, incident, keeper, tally, random, given } = this.#world;
    const one = this.#one;
    const starting = this.#starting;
    const now = this.#tick * TICK;
    const coming = this.#comings[this.#tick] ?? 0;
    const { refused, timedOut } = cdn.decide(cdnCapacity, starting.size + coming);
    const everyone = refused + timedOut === 0;
    for (let index = 0; index < starting.size; index++) {
      one.read(starting.data, index * WORDS);
      this.#started(one, everyone ? 'admitted' : cdn.next());
    }
    tally.events += starting.size + coming;
    const arriving = incident.begins === 'arriving';
    const isCalm = everyone && arriving && keeper;
    if (isCalm) tally.hears(now + LATENCY, coming);
    for (let count = coming; count > 0; count--) {
      const came = Math.floor(now + random.next() * TICK);
      const reloads = incident.reload ? random.next() < incident.reload.share : false;
      if (isCalm) {
        const drawn = given ? given.lots[this.#come++] : undefined;
        const lot = ((drawn ?? lotOf(random.next(), DOOR, keeper.epoch)) * TWO_32) | 0;
        this.#calm.enter(lot, reloads ? came | RELOADS : came, this.#tick);
        continue;
      }
      if (arriving) this.#conduct.arrive(one, came);
      else this.#conduct.lose(one, came);
      one.reloads = reloads;
      if (one.look <= came) this.#look(one);
      this.#started(one, everyone ? 'admitted' : cdn.next());
    }
  }

  #started(one: Listener, verdict: Decided): void {
    const { keeper, tally } = this.#world;
    const now = this.#tick * TICK;
    if (verdict === 'admitted') this.#conduct.hears(one, now);
    else if (!this.#conduct.cannotStart(one, now, verdict) && one.turn === NEVER && !keeper) {
      // This listener has no request left to send.
      tally.givenUp++;
      return;
    }
    this.#settle(one);
  }

  /** Stores a listener where its next event finds it. */
  #settle(one: Listener): void {
    const { keeper } = this.#world;
    const end = (this.#tick + 1) * TICK;
    // After a refusal, poll the document before the next request: it may have a new epoch.
    if (keeper && one.stage.failing && one.ask < end) {
      one.look = Math.min(one.look, this.#tick * TICK);
      this.#look(one);
    }
    if (one.ask < end) {
      if (keeper && one.epoch !== keeper.epoch) this.#hopeless++;
      this.#write(one, this.#asking);
      return;
    }
    const { attempt } = one.stage;
    if (keeper && one.epoch === keeper.epoch && !one.pass && !attempt && one.start === NEVER) {
      const came = one.reloads ? one.came | RELOADS : one.came;
      this.#calm.put(one.lot, one.look, one.turn, came, this.#tick);
      return;
    }
    this.#keep(one);
  }

  /** All that request the guarded source in this tick. */
  #ask(): void {
    const { origin, stands, capacityAt, tally, keeper, spread } = this.#world;
    const one = this.#one;
    const calm = this.#calm.asking;
    const asking = this.#asking;
    const all = calm.size + asking.size;
    const tick = this.#tick;
    const up = stands(tick);
    if (up) origin.decide(capacityAt(tick), all - this.#hopeless, this.#hopeless);
    else origin.down(all);
    tally.full += origin.verdict.full;
    tally.arrivals[tick] = all;
    tally.events += all;
    const { refused, timedOut } = origin.verdict;
    const everyone = refused + timedOut === 0;
    const now = tick * TICK;
    // A refused listener leaves this group, so the batch does not grow while it is read.
    for (let at = 0; at < calm.size * CALM_WORDS; at += CALM_WORDS) {
      const verdict = everyone ? 'admitted' : origin.next();
      if (verdict === 'admitted') {
        const came = (calm.data[at + 3] as number) & ~RELOADS;
        this.#admit(calm.data[at + 1] as number, came);
      } else this.#fail(this.#readCalm(one, calm, at), up ? verdict : 'down');
    }
    for (let index = 0; index < asking.size; index++) {
      one.read(asking.data, index * WORDS);
      const hopeless = !!keeper && one.epoch !== keeper.epoch;
      const verdict = up ? origin.next(hopeless) : 'down';
      if (verdict === 'admitted') {
        if (one.heard === NEVER) tally.hears(now);
        if (keeper && now - one.turn > (spread ?? 0)) {
          tally.lostTurns++;
          if (one.refused) tally.refusedTurns++;
        }
        this.#admit(one.look, one.came);
      } else this.#fail(one, verdict);
    }
  }

  #admit(look: number, came: number): void {
    const { tally } = this.#world;
    tally.admits(this.#tick, this.#tick * TICK - came);
    if (look === NEVER) return;
    const second = Math.min(tally.planned.length - 1, Math.floor(look / 1_000));
    tally.planned[second] = (tally.planned[second] as number) + 1;
  }

  #fail(one: Listener, how: Failing): void {
    const { tally } = this.#world;
    tally.refuses(this.#tick, how === 'timedOut');
    if (!this.#conduct.isRefused(one, this.#tick * TICK, how)) {
      tally.givenUp++;
      return;
    }
    this.#keep(one);
  }

  #write(one: Listener, batch: Batch): void {
    const at = batch.append();
    one.write(batch.data, at);
  }

  #keep(one: Listener): void {
    const next = one.reloads ? reloadAfter(one.came, this.#every, this.#tick) : NEVER;
    const at = this.#wheel.append(Math.min(one.ask, one.look, one.start, next), this.#tick);
    if (at >= 0) one.write(this.#wheel.data, at);
  }

  #readCalm(one: Listener, { data }: Batch, at: number): Listener {
    const came = data[at + 3] as number;
    one.begin(came & ~RELOADS);
    one.reloads = (came & RELOADS) !== 0;
    one.lot = data[at] as number;
    one.look = data[at + 1] as number;
    one.turn = data[at + 2] as number;
    one.start = NEVER;
    one.heard = one.came + LATENCY;
    one.epoch = this.#world.keeper?.epoch ?? 0;
    return one;
  }
}

import { CLIMB_AFTER, CLIMB_AT_MOST, PATIENCE, TIMEOUT } from './defaults.ts';
import { EarshotError, isRefusal } from './errors.ts';
import { beginning, candidate, isReady, suspicion } from './ladder.ts';
import type { Effect, Event, Facts, Model, Run } from './model.ts';
import type { Wait } from './state.ts';

type Role = 'active' | 'standby';
type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

const NOTHING: Facts = { advances: null, ahead: 0, target: null, wait: null, frozen: false };

/** One decision in the making: a model that is being changed, and what is to be done. */
class Decision {
  model: Model;
  readonly effects: Effect[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  set(change: Partial<Model>): void {
    this.model = { ...this.model, ...change };
  }

  over(phase: 'closed' | 'ended', error: EarshotError | null): void {
    this.set({ phase, error, active: null, standby: null, climbsAt: null });
    this.effects.push({ type: 'over' });
  }

  open(role: Role, rung: number, now: number, climbing = false): void {
    const generation = this.model.generation + 1;
    const state = { climbing, proven: false, swapping: false, facts: NOTHING };
    const run: Run = { generation, rung, since: now, ...state };
    this.set({ generation, [role]: run });
    this.effects.push({ type: 'open', run, standby: role === 'standby' });
  }

  drop(role: Role): void {
    const run = this.model[role];
    if (run) this.effects.push({ type: 'drop', generation: run.generation });
    this.set({ [role]: null });
  }

  penalize(rung: number, error: EarshotError): void {
    this.effects.push({ type: 'penalize', rung, error });
    // What the policy gave up or the browser cannot play stays left; the rest only waits.
    if (error.code === 'stopped' || error.code === 'unsupported') {
      this.set({ rungs: this.model.rungs.with(rung, { ...this.rung(rung), left: error }) });
    }
  }

  rung(index: number) {
    return this.model.rungs[index] as Model['rungs'][number];
  }

  /** The standby is given up; a climb that failed is tried again later than the last. */
  giveUp(standby: Run, error: EarshotError | null): void {
    this.drop('standby');
    if (standby.climbing) this.rest(error ? 2 * this.model.climbRest : this.model.climbRest);
  }

  /** The next climb needs so much steady sound, from now on. */
  rest(ms: number): void {
    this.set({ climbsAt: null, climbRest: Math.min(CLIMB_AT_MOST, ms) });
  }

  /** A standby takes the place of what is gone at once, ready or not. */
  promote(): void {
    const { standby } = this.model;
    if (!standby) return;
    this.set({ active: { ...standby, climbing: false }, standby: null });
    this.effects.push({ type: 'swap', generation: standby.generation });
  }

  document({ document }: Of<'document'>): void {
    const before = this.model;
    const changed = document.sequence !== before.document?.sequence;
    const rungs = document.sources.map((description) => {
      const rung = before.rungs.find((one) => one.description.url === description.url);
      return { description, wait: rung?.wait ?? null, left: (!changed && rung?.left) || null };
    });
    this.set({ document, rungs, phase: 'running' });
    for (const role of ['active', 'standby'] as const) {
      const run = before[role];
      const url = run && before.rungs[run.rung]?.description.url;
      const rung = rungs.findIndex(({ description }) => description.url === url);
      if (rung < 0) this.drop(role);
      else if (run) this.set({ [role]: { ...run, rung } });
    }
  }

  tick(tick: Of<'tick'>): void {
    const { now } = tick;
    this.observe(tick);
    if (this.patience(tick)) return;
    const { document, wanted, blocked } = this.model;
    if (!document || document.state === 'scheduled') return;
    if (!this.model.active) this.promote();
    const { active, standby } = this.model;
    if (!active) {
      const rung = beginning(this.model, now);
      if (rung >= 0) return this.open('active', rung, now);
      const ended = document.state === 'ended';
      const left = this.model.rungs.find((one) => one.left)?.left;
      return this.over(ended ? 'ended' : 'closed', (!ended && left) || null);
    }
    if (!wanted || blocked) return this.set({ climbsAt: null });
    this.steady(active, tick);
    if (standby) this.prepare(active, standby, now);
    else this.move(active, now);
  }

  /** Takes over what was seen. */
  observe({ now, active, standby, waits }: Of<'tick'>): void {
    for (const [role, facts] of [
      ['active', active],
      ['standby', standby],
    ] as const) {
      const run = this.model[role];
      if (!run || !facts) continue;
      const proven = run.proven || facts.advances === true;
      // The time for a first sound counts from when it could be asked for.
      this.set({ [role]: { ...run, facts, proven, since: facts.wait ? now : run.since } });
    }
    const runs = [this.model.active, this.model.standby];
    const rungs = this.model.rungs.map((rung, index) => {
      const run = runs.find((one) => one?.rung === index);
      const wait = run?.facts.wait ?? waits[index] ?? null;
      const only = this.model.rungs.every((other) => other === rung || other.left);
      return { ...rung, wait, left: wait?.error.code === 'refused' && !only ? wait.error : rung.left };
    });
    this.set({ rungs });
  }

  /** Ends the session once every source has refused for longer than its patience. */
  patience({ now, documentWait }: Of<'tick'>): boolean {
    const { document, rungs, active } = this.model;
    const waits = document ? rungs.filter(({ left }) => !left).map(({ wait }) => wait) : [documentWait];
    const isOut = (wait: Wait | null) => wait && isRefusal(wait.error) && now - wait.since > PATIENCE;
    if (active?.facts.advances || !waits.length || !waits.every(isOut)) return false;
    this.over('closed', waits[0]?.error ?? null);
    return true;
  }

  /** Sets the time of the next climb when sound gets steady, and takes it back when it stalls. */
  steady({ proven, facts, rung }: Run, { now, draw }: Of<'tick'>): void {
    const { climbsAt, climbRest, document } = this.model;
    const isSteady = rung > 0 && proven && facts.advances !== false;
    // All who fell together have been steady equally long, hence the draw.
    const wait = climbRest + draw * Math.max(CLIMB_AFTER, document?.spread ?? 0);
    this.set({ climbsAt: isSteady ? (climbsAt ?? now + wait) : null });
  }

  prepare(active: Run, standby: Run, now: number): void {
    const { climbing, facts, generation, since, swapping, rung } = standby;
    if (swapping) return;
    const suspect = suspicion(active, now);
    if (climbing ? suspect : !suspect) return this.giveUp(standby, null);
    if (isReady(standby)) {
      this.effects.push({ type: 'swap', generation });
      return this.set({ standby: { ...standby, swapping: true } });
    }
    if (facts.wait) return this.giveUp(standby, facts.wait.error);
    if (now - since > 2 * TIMEOUT) {
      const error = new EarshotError('timeout', 'The next source did not start.');
      this.giveUp(standby, error);
      this.penalize(rung, error);
    }
  }

  /** Falls if it must, climbs if it may. */
  move(active: Run, now: number): void {
    const { climbsAt } = this.model;
    const suspect = suspicion(active, now);
    if (!suspect) {
      const better = candidate(this.model, now, active.rung, active.rung);
      if (climbsAt !== null && now >= climbsAt && better >= 0) this.open('standby', better, now, true);
      return;
    }
    const next = candidate(this.model, now, active.rung);
    if (next < 0) return;
    const { frozen, wait } = active.facts;
    if (frozen) this.penalize(active.rung, new EarshotError('frozen', 'The playlist is frozen.'));
    // Where nothing can be heard any more there is nothing to hand over.
    const gone = suspect === 'silent' && wait;
    if (gone) this.drop('active');
    this.open(gone ? 'active' : 'standby', next, now);
  }

  failed({ generation, error }: Of<'failed'>): void {
    const { active, standby } = this.model;
    if (standby?.generation === generation) {
      this.giveUp(standby, error);
      this.penalize(standby.rung, error);
    } else if (active?.generation === generation) {
      this.drop('active');
      this.penalize(active.rung, error);
      this.promote();
    }
  }

  swapped({ generation, now }: Of<'swapped'>): void {
    const { standby, active } = this.model;
    if (standby?.generation !== generation) return;
    // Falling soon after a climb is a climb that failed.
    const flapped = !standby.climbing && active && now - active.since < 5 * CLIMB_AFTER;
    this.rest(flapped ? 2 * this.model.climbRest : standby.climbing ? this.model.climbRest : CLIMB_AFTER);
    this.drop('active');
    this.set({ active: { ...standby, swapping: false, climbing: false, since: now }, standby: null });
  }
}

/**
 * The session's decisions: the model after an event, and what is to be done. Pure; the same events
 * give the same decisions, in a browser, under test and in the herd.
 */
export const reduce = (model: Model, event: Event): readonly [Model, readonly Effect[]] => {
  const decision = new Decision(model);
  if (model.phase === 'closed' || model.phase === 'ended') return [model, []];
  if (event.type === 'wanted') decision.set({ wanted: event.wanted });
  else if (event.type === 'blocked') decision.set({ blocked: event.blocked });
  else if (event.type === 'close') decision.over('closed', event.error);
  else if (event.type === 'finished') {
    if (event.generation === model.active?.generation) decision.over('ended', null);
  } else decision[event.type](event as never);
  return [decision.model, decision.effects];
};

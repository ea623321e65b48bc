import { CLIMB_AFTER, CLIMB_AT_MOST, FIRST_PACKET, TIMEOUT } from './defaults.ts';
import { kindOf } from './document.ts';
import { authorityOf, playableOf, verdictOf } from './ending.ts';
import { type EarshotError, type ErrorCode, errorAt, isCollective } from './errors.ts';
import {
  candidate,
  climbAt,
  fits,
  isHeldBack,
  isOut,
  isReady,
  isRecording,
  patienceFor,
  restAfter,
  suspicion,
} from './ladder.ts';
import type { Effect, Event, Facts, Model, Run } from './model.ts';

type Draft = { -readonly [Name in keyof Model]: Model[Name] };
type Role = 'active' | 'standby';
type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

const NOTHING: Facts = {
  advances: null,
  ahead: 0,
  target: null,
  wait: null,
  frozen: false,
  complete: false,
  pulse: null,
};

/**
 * The session's decisions: the model after an event, and what is to be done. Pure; the same events
 * give the same decisions, in a browser, under test and in the herd.
 */
export const reduce = (before: Model, event: Event): readonly [Model, readonly Effect[]] => {
  const effects: Effect[] = [];
  if (before.phase === 'closed' || before.phase === 'ended') return [before, effects];
  const model: Draft = { ...before };

  const over = (phase: 'closed' | 'ended', error: EarshotError | null) => {
    Object.assign(model, { phase, error, active: null, standby: null, climbsAt: null });
    effects.push({ type: 'over' });
  };

  const open = (role: Role, rung: number, since: number, climbing = false) => {
    const generation = ++model.generation;
    const isWhep = model.rungs[rung]?.description.kind === 'whep';
    const firstWithin = isWhep ? FIRST_PACKET : TIMEOUT / 2;
    const state = { climbing, firstWithin, proven: false, swapping: false, facts: NOTHING };
    const run: Run = { generation, rung, since, goodAt: since, ...state };
    model[role] = run;
    effects.push({ type: 'open', run, standby: role === 'standby' });
  };

  const drop = (role: Role) => {
    const run = model[role];
    if (run) effects.push({ type: 'drop', generation: run.generation });
    model[role] = null;
  };

  /** The next climb needs so much steady sound, from now on. */
  const rest = (ms: number) => {
    model.climbsAt = null;
    model.climbRest = ms;
  };

  /** Falling soon after a climb is a climb that failed. */
  const restAfterFall = ({ climbing, since }: Run, now: number) =>
    climbing && now - since < 5 * CLIMB_AFTER
      ? Math.min(CLIMB_AT_MOST, 2 * model.climbRest)
      : CLIMB_AFTER;

  const leave = (index: number, error: EarshotError) => {
    model.rungs = model.rungs.map((rung, at) => (at === index ? { ...rung, left: error } : rung));
  };

  const errorOf = (rung: number, code: ErrorCode, what: string) =>
    errorAt(model.rungs[rung]?.description.url ?? '', code, what);

  const penalize = (rung: number, error: EarshotError) => {
    effects.push({ type: 'penalize', rung, error });
    // What the policy gave up or the browser cannot play stays left; the rest only waits.
    if (error.code === 'stopped' || error.code === 'unsupported') leave(rung, error);
  };

  /** The standby is given up; a climb that failed is tried again later than the last. */
  const giveUp = ({ climbing }: Run, error: EarshotError | null) => {
    drop('standby');
    // An origin that refuses is the governor's to ask again: the listener has rested all the same.
    if (climbing && !(error && isCollective(error))) rest(restAfter(model.climbRest, error));
  };

  /** A standby takes the place of what is gone at once, with whatever it has. */
  const promote = () => {
    const { standby } = model;
    if (!standby?.facts.ahead) return drop('standby');
    // A handover that is under way ends with the same.
    if (!standby.swapping) effects.push({ type: 'swap', generation: standby.generation });
    model.active = { ...standby, climbing: false, swapping: false };
    model.standby = null;
  };

  const onDocument = ({ document, isFixed }: Of<'document'>) => {
    const isNext = document.sequence !== model.document?.sequence;
    const changed = isNext || kindOf(document) !== kindOf(model.document);
    const { rungs } = model;
    model.document = document;
    model.isFixed = isFixed;
    model.phase = 'running';
    model.rungs = document.sources.map((description) => {
      const rung = rungs.find((one) => one.description.url === description.url);
      const { wait = null, standing = null, left = null } = rung ?? {};
      return { description, wait, standing, left: changed ? null : left };
    });
    for (const role of ['active', 'standby'] as const) {
      const run = model[role];
      const url = rungs[run?.rung ?? -1]?.description.url;
      const rung = model.rungs.findIndex(({ description }) => description.url === url);
      if (run && rung >= 0) model[role] = { ...run, rung };
      else drop(role);
    }
  };

  /** Takes over what was seen. */
  const observe = (tick: Of<'tick'>) => {
    const goesOn = verdictOf(authorityOf(model), 'finished') === 'on';
    for (const role of ['active', 'standby'] as const) {
      const run = model[role];
      const facts = tick[role];
      if (!run || !facts) continue;
      const { wait, complete } = facts;
      // The document decides the end: until it does, a playlist that is complete stands still.
      const frozen = facts.frozen || (goesOn && complete && !isRecording(model.rungs[run.rung]));
      const isMeant = model.wanted && !model.blocked;
      // While there is too little to tell, as after a seek, what was told last stands.
      const advances = facts.advances ?? (isMeant ? run.facts.advances : null);
      const wentBack = tick.now < run.goodAt;
      const isGood = advances || wait || frozen || wentBack || !isMeant;
      const since = wentBack ? tick.now : run.since;
      if (wentBack) model.climbsAt = null;
      model[role] = {
        ...run,
        facts: { ...facts, advances, frozen },
        proven: run.proven || advances === true,
        since,
        goodAt: isGood ? tick.now : run.goodAt,
      };
    }
    const { active, standby } = model;
    const rungs = [...model.rungs];
    rungs.forEach((rung, index) => {
      const run = [active, standby].find((one) => one?.rung === index);
      const wait = run?.facts.wait ?? tick.waits[index] ?? null;
      const error = wait?.error.code === 'refused' ? wait.error : null;
      // Who is refused is left alone while there is another who is not, until the document changes.
      const hasOther = rungs.some(
        (one) => one !== rung && fits(model, one) && !isOut(one.wait, tick.now),
      );
      const wasRefused = rung.left?.code === 'refused';
      const isLeft = hasOther && (wasRefused || wait?.until !== rung.wait?.until);
      const left = (isLeft && error) || (wasRefused ? null : rung.left);
      const standing = tick.standings[index] ?? null;
      rungs[index] = { ...rung, wait, standing, left };
    });
    model.rungs = rungs;
  };

  const prepare = (active: Run, standby: Run, now: number) => {
    const { climbing, facts, generation, since, rung } = standby;
    const suspect = suspicion(active, now);
    // A door that has drawn anew, or shut, is asked again at the turn.
    const queued = (model.rungs[rung]?.standing?.turn ?? 0) > now;
    if (queued || (climbing ? suspect || facts.frozen : !suspect)) giveUp(standby, null);
    else if (isReady(standby, active)) {
      effects.push({ type: 'swap', generation });
      model.standby = { ...standby, swapping: true };
    } else if (isHeldBack(facts, now)) giveUp(standby, facts.wait?.error ?? null);
    else if (facts.pulse === 'lost' || now - since > patienceFor(standby)) {
      // Whoever got in and then heard nothing rests longer; who did not get in waits at the gate.
      const code = facts.pulse === 'lost' ? 'stalled' : 'timeout';
      const error = errorOf(rung, code, 'no sound in time to take over.');
      giveUp(standby, error);
      penalize(rung, error);
    }
  };

  /** Falls if it must, climbs if it may. */
  const move = (active: Run, now: number) => {
    const { rung, facts } = active;
    const suspect = suspicion(active, now);
    const other = candidate(model, now, rung, suspect ? Infinity : rung);
    // Its session may have ended at the server: with nothing else to hear it is asked for another one, while
    // the publisher may still come back to this one.
    const isLost = other < 0 && suspect === 'silent' && facts.pulse === 'lost';
    if (isLost && !model.rungs[rung]?.wait) {
      return penalize(rung, errorOf(rung, 'stalled', 'its packets stopped.'));
    }
    const next = isLost ? candidate(model, now, -1) : other;
    // A turn at a door that has not yet let the listener in is all the patience that is needed.
    const standing = model.rungs[next]?.standing;
    const rested = model.climbsAt !== null && now >= model.climbsAt;
    const climbs = rested || (standing && !standing.admitted && active.proven && facts.advances);
    // With nowhere to go and nothing to wait for it is stuck, and begins anew.
    if (next < 0 && now - active.goodAt > 2 * TIMEOUT) {
      drop('active');
      penalize(rung, errorOf(rung, 'stalled', 'no sound, and no error.'));
    }
    if (next < 0 || !(suspect || climbs)) return;
    if (facts.frozen) penalize(rung, errorOf(rung, 'frozen', 'the playlist has no new segment.'));
    // Where nothing can be heard any more there is nothing to hand over.
    const gone = suspect === 'silent' && facts.wait && next !== rung;
    if (gone) drop('active');
    open(gone ? 'active' : 'standby', next, now, !suspect);
  };

  const onTick = (tick: Of<'tick'>) => {
    const { now, draw, documentWait } = tick;
    observe(tick);
    const { document, rungs, wanted, blocked, climbRest } = model;
    const authority = authorityOf(model, documentWait, now);
    const verdict = verdictOf(authority, playableOf(model, now, documentWait));
    if (verdict === 'ended') return over('ended', null);
    if (verdict === 'closed') {
      const refused = document ? rungs.find((rung) => fits(model, rung))?.wait : documentWait;
      return over('closed', refused?.error ?? rungs.find((one) => one.left)?.left ?? null);
    }
    if (!document || document.state === 'scheduled') return;
    if (!model.active) promote();
    const { active, standby } = model;
    if (!active) {
      const rung = candidate(model, now, -1);
      if (rung >= 0) open('active', rung, now);
      return;
    }
    const steady = active.rung && active.proven && active.facts.advances !== false;
    // All who fell together have been steady equally long, hence the draw.
    const climb = climbAt(now, climbRest, document.spread, draw);
    model.climbsAt = steady && wanted && !blocked ? (model.climbsAt ?? climb) : null;
    if (!wanted || blocked || standby?.swapping) return;
    if (standby) prepare(active, standby, now);
    else move(active, now);
  };

  const onFailed = ({ generation, error, now }: Of<'failed'>) => {
    const { active, standby } = model;
    if (standby?.generation === generation) {
      giveUp(standby, error);
      penalize(standby.rung, error);
    } else if (active?.generation === generation) {
      if (active.climbing) rest(restAfterFall(active, now));
      drop('active');
      penalize(active.rung, error);
      promote();
    }
  };

  const onSwapped = ({ generation, now }: Of<'swapped'>) => {
    const { standby, active, climbRest } = model;
    if (standby?.generation !== generation) return;
    const isRealtime = active?.facts.pulse || active?.firstWithin === FIRST_PACKET;
    // No request has told that it failed, so that it would be tried at the next hitch.
    if (active && isRealtime && !standby.climbing && active.rung !== standby.rung) {
      penalize(active.rung, errorOf(active.rung, 'stalled', 'too few packets came.'));
    }
    rest(standby.climbing || !active ? climbRest : restAfterFall(active, now));
    drop('active');
    // It is at the same word as the one before, and so has been seen to advance.
    const advances = active?.facts.advances ?? null;
    const facts = { ...standby.facts, advances };
    const proven = advances === true;
    model.active = { ...standby, facts, proven, swapping: false, since: now };
    model.standby = null;
  };

  /** The end of a source is the end of the stage only where the table says so. */
  const onFinished = ({ now, generation }: Of<'finished'>) => {
    const { active, standby } = model;
    const run = active?.generation === generation ? active : standby;
    const rung = model.rungs[run?.rung ?? -1];
    if (!rung || run?.generation !== generation) return;
    const authority = authorityOf(model);
    const error = errorOf(run.rung, 'frozen', 'the playlist ended.');
    if (authority === 'none') leave(run.rung, error);
    const hasMore = authority !== 'ended' && model.rungs.some((one) => fits(model, one));
    if (run === active && (isRecording(rung) || !hasMore)) return over('ended', null);
    onFailed({ type: 'failed', now, generation, error });
  };

  if (event.type === 'tick') onTick(event);
  else if (event.type === 'document') onDocument(event);
  else if (event.type === 'failed') onFailed(event);
  else if (event.type === 'swapped') onSwapped(event);
  else if (event.type === 'stopped') leave(event.rung, event.error);
  else if (event.type === 'wanted') model.wanted = event.wanted;
  else if (event.type === 'blocked') model.blocked = event.blocked;
  else if (event.type === 'close') over('closed', event.error);
  else onFinished(event);
  return [model, effects];
};

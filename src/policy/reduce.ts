import { FIRST_PACKET_MS, TIMEOUT_MS } from './defaults.ts';
import { authorityOf, playableOf, verdictOf } from './ending.ts';
import { type EarshotError, type ErrorCode, errorAt, isCollective } from './errors.ts';
import {
  candidate,
  canRewind,
  climbAt,
  cooldownAfter,
  cooldownAfterFall,
  isEligible,
  isReady,
  isRecording,
  isSteady,
  isWaiting,
  mayClimb,
  newRun,
  nextSource,
  patienceFor,
  whyAtRisk,
} from './ladder.ts';
import type { Draft, Effect, Event, Model, Role, Run } from './model.ts';
import { recordFacts } from './observed.ts';
import { takeDocument } from './take-document.ts';

type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

/**
 * The session's decisions: returns the model after an event, and the actions to take. Pure: the same events give the
 * same decisions, in a browser, in tests and in the simulator.
 */
export const reduce = (before: Model, event: Event): readonly [Model, readonly Effect[]] => {
  const effects: Effect[] = [];
  if (before.phase === 'closed' || before.phase === 'ended') return [before, effects];
  const model: Draft = { ...before };

  const over = (phase: 'closed' | 'ended', error: EarshotError | null) => {
    Object.assign(model, { phase, error, active: null, standby: null, climbsAt: null });
    effects.push({ type: 'over' });
  };

  const open = (role: Role, rung: number, since: number, isClimbing = false, from?: number) => {
    const run = newRun(model, rung, since, isClimbing, from);
    model.generation = run.generation;
    model[role] = run;
    effects.push({ type: 'open', run, standby: role === 'standby' });
  };

  const drop = (role: Role) => {
    const run = model[role];
    if (run) effects.push({ type: 'drop', generation: run.generation });
    model[role] = null;
  };

  /** From now on, the next climb needs this much steady sound. */
  const startCooldown = (ms: number) => {
    model.climbsAt = null;
    model.climbCooldownMs = ms;
  };

  const exclude = (index: number, error: EarshotError) => {
    model.rungs = model.rungs.map((rung, at) =>
      at === index ? { ...rung, excludedBy: error } : rung,
    );
  };

  const errorOf = (rung: number, code: ErrorCode, what: string) =>
    errorAt(model.rungs[rung]?.description.url ?? '', code, what);

  const penalize = (rung: number, error: EarshotError) => {
    effects.push({ type: 'penalize', rung, error });
    // Exclude what the policy gave up or the browser cannot play. Everything else only waits.
    if (error.code === 'stopped' || error.code === 'unsupported') exclude(rung, error);
  };

  /** Drops the standby. After a failed climb the next attempt comes later. */
  const dropStandby = ({ isClimbing, from }: Run, error: EarshotError | null) => {
    drop('standby');
    if (from !== null) model.isReplaying = false;
    // The governor retries an origin that fails as a whole, so no new cooldown starts.
    if (isClimbing && !(error && isCollective(error)))
      startCooldown(cooldownAfter(model.climbCooldownMs, error));
  };

  /** Replaces a lost source with the standby at once, whatever it has buffered. */
  const promote = () => {
    const { standby } = model;
    if (!standby?.facts.ahead) return drop('standby');
    // A running handover already ends this way.
    if (!standby.isSwapping) effects.push({ type: 'swap', generation: standby.generation });
    model.active = { ...standby, isClimbing: false, isSwapping: false };
    model.standby = null;
  };

  const advanceStandby = (active: Run, standby: Run, now: number) => {
    const { isClimbing, facts, generation, since, rung, from } = standby;
    const suspect = whyAtRisk(active, now);
    // A door that has closed, or started a new epoch, is tried again at the turn.
    const queued = (model.rungs[rung]?.position?.turn ?? 0) > now;
    const isNeeded = isClimbing ? !suspect && !facts.isFrozen : suspect || from !== null;
    if (queued || !isNeeded) dropStandby(standby, null);
    else if (isReady(standby, active, now)) {
      effects.push({ type: 'swap', generation });
      model.standby = { ...standby, isSwapping: true };
    } else if (isWaiting(facts, now)) dropStandby(standby, facts.wait?.error ?? null);
    else if (facts.liveness === 'lost' || now - since > patienceFor(standby)) {
      // A source that connected and stayed silent needs a longer cooldown; one that refused waits at its gate.
      const code = facts.liveness === 'lost' ? 'stalled' : 'timeout';
      const error = errorOf(rung, code, 'no sound in time to take over.');
      dropStandby(standby, error);
      penalize(rung, error);
    }
  };

  /** Falls if necessary, climbs if possible. */
  const fallOrClimb = (active: Run, now: number) => {
    const { rung, facts } = active;
    const suspect = whyAtRisk(active, now);
    const other = suspect ? nextSource(model, now, rung) : candidate(model, now, rung, rung);
    // The session may have ended at the server. If nothing else can play, ask for a new session, because the
    // publisher may return to this one.
    const isLost = other < 0 && suspect === 'silent' && facts.liveness === 'lost';
    if (isLost && !model.rungs[rung]?.wait) {
      return penalize(rung, errorOf(rung, 'stalled', 'its packets stopped.'));
    }
    const next = isLost ? nextSource(model, now, -1) : other;
    const climbs = mayClimb(model, active, next, now);
    // No alternative and nothing to wait for: the source is stuck, so restart it.
    if (next < 0 && now - active.healthyAt > 2 * TIMEOUT_MS) {
      drop('active');
      penalize(rung, errorOf(rung, 'stalled', 'no sound, and no error.'));
    }
    if (next < 0 || !(suspect || climbs)) return;
    if (facts.isFrozen) penalize(rung, errorOf(rung, 'frozen', 'the playlist has no new segment.'));
    // Already silent: switch at once instead of cross-fading.
    const gone = suspect === 'silent' && facts.wait && next !== rung;
    if (gone) drop('active');
    open(gone ? 'active' : 'standby', next, now, !suspect);
  };

  const onObserved = (seen: Of<'observed'>) => {
    const { now, draw, documentWait } = seen;
    recordFacts(model, seen);
    const { document, rungs, playWhenReady, isBlocked, climbCooldownMs } = model;
    const authority = authorityOf(model, documentWait, now);
    const verdict = verdictOf(authority, playableOf(model, now, documentWait));
    if (verdict === 'ended') return over('ended', null);
    if (verdict === 'closed') {
      const refused = document ? rungs.find((rung) => isEligible(model, rung))?.wait : documentWait;
      return over(
        'closed',
        refused?.error ?? rungs.find((one) => one.excludedBy)?.excludedBy ?? null,
      );
    }
    if (!document || document.state === 'scheduled') return;
    if (!model.active) promote();
    const { active, standby } = model;
    if (!active) {
      const rung = nextSource(model, now, -1);
      if (rung >= 0) open('active', rung, now);
      return;
    }
    const steady = isSteady(model, active);
    // Listeners who fell together have been steady equally long, so a draw separates them.
    const climb = climbAt(now, climbCooldownMs, document.spread, draw);
    model.climbsAt = steady && playWhenReady && !isBlocked ? (model.climbsAt ?? climb) : null;
    if (!playWhenReady || isBlocked || standby?.isSwapping) return;
    if (standby) advanceStandby(active, standby, now);
    else fallOrClimb(active, now);
  };

  const onFailed = ({ generation, error, now }: Of<'failed'>) => {
    const { active, standby } = model;
    if (standby?.generation === generation) {
      dropStandby(standby, error);
      penalize(standby.rung, error);
    } else if (active?.generation === generation) {
      if (active.isClimbing) startCooldown(cooldownAfterFall(active, now, model.climbCooldownMs));
      drop('active');
      penalize(active.rung, error);
      promote();
    }
  };

  const onSwapped = ({ generation, now }: Of<'swapped'>) => {
    const { standby, active, climbCooldownMs } = model;
    if (standby?.generation !== generation) return;
    const isRealtime = active?.facts.liveness || active?.firstSoundWithinMs === FIRST_PACKET_MS;
    // No request has failed, so without this the source would be tried again at the next short fault.
    const isFall = !standby.isClimbing && standby.from === null;
    if (active && isRealtime && isFall && active.rung !== standby.rung) {
      penalize(active.rung, errorOf(active.rung, 'stalled', 'too few packets came.'));
    }
    startCooldown(
      active && isFall ? cooldownAfterFall(active, now, model.climbCooldownMs) : climbCooldownMs,
    );
    drop('active');
    // It plays the same word as the previous source, so it has been seen to advance.
    const isAdvancing = active?.facts.isAdvancing ?? null;
    const facts = { ...standby.facts, isAdvancing };
    const hasPlayed = isAdvancing === true;
    model.active = { ...standby, facts, hasPlayed, isSwapping: false, since: now };
    model.standby = null;
  };

  const onSeek = ({ now, from, isReplaying }: Of<'seek'>) => {
    const { active, standby } = model;
    if (!active || standby?.isSwapping) return;
    // A standby has prepared another word.
    drop('standby');
    startCooldown(model.climbCooldownMs);
    const rung = from === null ? -1 : candidate(model, now, active.rung, Infinity, canRewind);
    if (from !== null && rung >= 0) open('standby', rung, now, false, from);
    else if (from === null) model.active = { ...active, seeksUntil: now + TIMEOUT_MS / 2 };
    model.isReplaying = isReplaying && (rung >= 0 || from === null);
  };

  /** The end of a source is the end of the event only if the truth table says so. */
  const onFinished = ({ now, generation }: Of<'finished'>) => {
    const { active, standby } = model;
    const run = active?.generation === generation ? active : standby;
    const rung = model.rungs[run?.rung ?? -1];
    if (!rung || run?.generation !== generation) return;
    const authority = authorityOf(model);
    const error = errorOf(run.rung, 'frozen', 'the playlist ended.');
    if (authority === 'none') exclude(run.rung, error);
    const hasMore = authority !== 'ended' && model.rungs.some((one) => isEligible(model, one));
    if (run === active && (isRecording(rung) || !hasMore)) return over('ended', null);
    onFailed({ type: 'failed', now, generation, error });
  };

  const handlers: { readonly [Type in Event['type']]: (event: Of<Type>) => void } = {
    observed: onObserved,
    document(event) {
      takeDocument(model, event).forEach(drop);
      if (!event.isChosen) return;
      drop('standby');
      // While the source plays, the next one is prepared and takes over at the word.
      if (model.active?.facts.isAdvancing) model.climbsAt = 0;
      else drop('active');
    },
    failed: onFailed,
    swapped: onSwapped,
    finished: onFinished,
    stopped: ({ rung, error }) => exclude(rung, error),
    seek: onSeek,
    replayed() {
      model.isReplaying = false;
    },
    wanted({ wanted }) {
      model.playWhenReady = wanted;
    },
    blocked({ blocked }) {
      model.isBlocked = blocked;
    },
    close: ({ error }) => over('closed', error),
  };
  handlers[event.type](event as never);
  return [model, effects];
};

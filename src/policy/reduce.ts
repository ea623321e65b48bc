import { DEFAULTS } from './defaults.ts';
import type { StageDocument } from './document.ts';
import { EarshotError } from './errors.ts';
import { beginning, candidate, climbTime, isReady, isRefusal, suspicion } from './ladder.ts';
import type { Effect, Event, Facts, Model, Run } from './model.ts';

type Step = readonly [Model, readonly Effect[]];
type Tick = Extract<Event, { type: 'tick' }>;

const NOTHING: Facts = { advances: null, ahead: 0, target: null, wait: null, frozen: false };

const close = (model: Model, error: EarshotError | null, phase: 'closed' | 'ended'): Step => [
  { ...model, phase, active: null, standby: null, climbsAt: null, error },
  [{ type: 'over' }],
];

const open = (model: Model, rung: number, now: number, as: 'active' | 'standby', climbing = false): Step => {
  const generation = model.generation + 1;
  const run: Run = {
    generation,
    rung,
    since: now,
    climbing,
    proven: false,
    swapping: false,
    facts: NOTHING,
  };
  return [
    { ...model, generation, [as]: run, ...(climbing ? {} : { climbsAt: null }) },
    [{ type: 'open', run, standby: as === 'standby' }],
  ];
};

/** Runs `next` on the model of `step` and keeps the effects of both. */
const then = ([model, effects]: Step, next: (model: Model) => Step): Step => {
  const [after, more] = next(model);
  return [after, [...effects, ...more]];
};

const dropStandby = (model: Model, failed: EarshotError | null, now: number): Step => {
  const { standby } = model;
  if (!standby) return [model, []];
  const effects: Effect[] = [{ type: 'drop', generation: standby.generation }];
  if (failed) effects.push({ type: 'penalize', rung: standby.rung, error: failed });
  const climb = standby.climbing
    ? { climbFailures: model.climbFailures + (failed ? 1 : 0), steadySince: now, climbsAt: null }
    : {};
  return [{ ...model, ...climb, standby: null }, effects];
};

/** A standby takes the place of what is gone at once, ready or not. */
const promote = (model: Model, standby: Run): Step => [
  { ...model, active: { ...standby, climbing: false }, standby: null },
  [{ type: 'swap', generation: standby.generation }],
];

const onDocument = (model: Model, document: StageDocument): Step => {
  const known = new Map(model.rungs.map((rung) => [rung.description.url, rung]));
  const changed = document.sequence !== model.document?.sequence;
  const rungs = document.sources.map((description) => {
    const rung = known.get(description.url);
    return { description, wait: rung?.wait ?? null, left: changed ? null : (rung?.left ?? null) };
  });
  const effects: Effect[] = [];
  // Only a run whose source is no longer on the ladder is dropped; the others find their new rung.
  const moved = (run: Run | null): Run | null => {
    if (!run) return null;
    const url = model.rungs[run.rung]?.description.url;
    const rung = rungs.findIndex(({ description }) => description.url === url);
    if (rung >= 0) return { ...run, rung };
    effects.push({ type: 'drop', generation: run.generation });
    return null;
  };
  const active = moved(model.active);
  const standby = moved(model.standby);
  const phase = model.phase === 'opening' ? 'running' : model.phase;
  return [{ ...model, phase, document, rungs, active, standby }, effects];
};

const steady = (model: Model, tick: Tick): Model => {
  const { active } = model;
  if (!active?.proven || active.facts.advances === false) {
    return { ...model, steadySince: null, climbsAt: null };
  }
  const steadySince = model.steadySince ?? tick.now;
  const better = model.rungs.slice(0, active.rung).some((rung) => !rung.left);
  const climbsAt = better ? (model.climbsAt ?? climbTime(model, steadySince, tick.draw)) : null;
  return { ...model, steadySince, climbsAt };
};

const onStandby = (model: Model, active: Run, standby: Run, now: number): Step => {
  if (standby.swapping) return [model, []];
  const suspect = suspicion(active, now);
  if (standby.climbing ? suspect : !suspect) return dropStandby(model, null, now);
  if (isReady(standby)) {
    const effects: Effect[] = [{ type: 'swap', generation: standby.generation }];
    return [{ ...model, standby: { ...standby, swapping: true } }, effects];
  }
  if (standby.facts.wait) return dropStandby(model, standby.climbing ? standby.facts.wait.error : null, now);
  if (now - standby.since > 2 * DEFAULTS.timeout) {
    return dropStandby(model, new EarshotError('timeout', 'The next source did not start.'), now);
  }
  return [model, []];
};

const fall = (model: Model, active: Run, now: number): Step | null => {
  const suspect = suspicion(active, now);
  const rung = suspect ? candidate(model, now, active.rung) : -1;
  if (rung < 0) return null;
  const penalty: Effect[] = active.facts.frozen
    ? [
        {
          type: 'penalize',
          rung: active.rung,
          error: new EarshotError('frozen', 'The playlist has stopped growing.'),
        },
      ]
    : [];
  if (suspect === 'soon' || !active.facts.wait) {
    return then([model, penalty], (next) => open(next, rung, now, 'standby'));
  }
  const drop: Effect = { type: 'drop', generation: active.generation };
  return then([model, [...penalty, drop]], (next) => open(next, rung, now, 'active'));
};

const climb = (model: Model, active: Run, now: number): Step => {
  if (model.climbsAt === null || now < model.climbsAt || suspicion(active, now)) return [model, []];
  const rung = candidate(model, now, active.rung, active.rung);
  return rung < 0 ? [model, []] : open(model, rung, now, 'standby', true);
};

/** The error to end with once every source has refused for longer than its patience. */
const patience = (model: Model, tick: Tick): Step | null => {
  const waits = model.document
    ? model.rungs.filter((rung) => !rung.left).map((rung) => rung.wait)
    : [tick.documentWait];
  const refusing =
    !model.active?.facts.advances &&
    waits.length > 0 &&
    waits.every((wait) => wait !== null && isRefusal(wait.error));
  const refusedSince = refusing ? (model.refusedSince ?? tick.now) : null;
  if (refusedSince !== null && tick.now - refusedSince > DEFAULTS.patience) {
    return close(model, waits[0]?.error ?? null, 'closed');
  }
  return refusedSince === model.refusedSince ? null : [{ ...model, refusedSince }, []];
};

const withFacts = (run: Run | null, facts: Facts | null, now: number): Run | null =>
  run && facts
    ? {
        ...run,
        facts,
        proven: run.proven || facts.advances === true,
        // The time for a first sound counts from when it could be asked for.
        since: facts.wait ? now : run.since,
      }
    : run;

const onTick = (before: Model, tick: Tick): Step => {
  const { now } = tick;
  const active = withFacts(before.active, tick.active, now);
  const standby = withFacts(before.standby, tick.standby, now);
  const rungs = before.rungs.map((rung, index) => {
    const run = index === active?.rung ? active : index === standby?.rung ? standby : null;
    const wait = run?.facts.wait ?? tick.waits[index] ?? null;
    const others = before.rungs.some((other, at) => at !== index && !other.left);
    const left = wait?.error.code === 'refused' && others ? wait.error : rung.left;
    return { ...rung, wait, left };
  });
  let model: Model = { ...before, rungs, active, standby };
  const impatient = patience(model, tick);
  if (impatient) {
    model = impatient[0];
    if (model.phase === 'closed') return impatient;
  }
  if (!model.document || model.document.state === 'scheduled') return [model, []];
  if (!active) {
    if (standby) return promote(model, standby);
    const rung = beginning(model, now);
    if (rung >= 0) return open(model, rung, now, 'active');
    const lost = model.rungs.find((one) => one.left)?.left ?? null;
    return model.document.state === 'ended' ? close(model, null, 'ended') : close(model, lost, 'closed');
  }
  if (!model.wanted || model.blocked) return [{ ...model, steadySince: null, climbsAt: null }, []];
  model = steady(model, tick);
  if (standby) return onStandby(model, active, standby, now);
  return fall(model, active, now) ?? climb(model, active, now);
};

const leave = (model: Model, rung: number, error: EarshotError): Model => {
  // What the policy gave up or the browser cannot play stays left; the rest only waits.
  if (error.code !== 'stopped' && error.code !== 'unsupported') return model;
  return {
    ...model,
    rungs: model.rungs.map((one, index) => (index === rung ? { ...one, left: error } : one)),
  };
};

const onFailed = (model: Model, event: Extract<Event, { type: 'failed' }>): Step => {
  const { generation, error, now } = event;
  if (model.standby?.generation === generation) {
    return dropStandby(leave(model, model.standby.rung, error), error, now);
  }
  const { active } = model;
  if (active?.generation !== generation) return [model, []];
  const effects: Effect[] = [
    { type: 'drop', generation },
    { type: 'penalize', rung: active.rung, error },
  ];
  const after = { ...leave(model, active.rung, error), active: null, steadySince: null };
  const { standby } = model;
  return standby
    ? then([after, effects], (next) => promote(next, standby))
    : [after, effects];
};

const onSwapped = (model: Model, now: number, generation: number): Step => {
  const { active, standby } = model;
  if (standby?.generation !== generation) return [model, []];
  const flapped = model.climbedAt !== null && now - model.climbedAt < 5 * DEFAULTS.climbAfter;
  const climbFailures = standby.climbing ? model.climbFailures : flapped ? model.climbFailures + 1 : 0;
  return [
    {
      ...model,
      active: { ...standby, swapping: false, climbing: false, since: now },
      standby: null,
      steadySince: null,
      climbsAt: null,
      climbFailures,
      climbedAt: standby.climbing ? now : null,
    },
    active ? [{ type: 'drop', generation: active.generation }] : [],
  ];
};

/**
 * The session's decisions: the model after an event, and what is to be done. Pure; the same events
 * give the same decisions, in a browser, under test and in the herd.
 */
export const reduce = (model: Model, event: Event): Step => {
  if (model.phase === 'closed' || model.phase === 'ended') return [model, []];
  switch (event.type) {
    case 'document':
      return onDocument(model, event.document);
    case 'tick':
      return onTick(model, event);
    case 'failed':
      return onFailed(model, event);
    case 'swapped':
      return onSwapped(model, event.now, event.generation);
    case 'finished':
      return event.generation === model.active?.generation ? close(model, null, 'ended') : [model, []];
    case 'wanted':
      return [{ ...model, wanted: event.wanted }, []];
    case 'blocked':
      return [{ ...model, blocked: event.blocked }, []];
    case 'close':
      return close(model, event.error, 'closed');
  }
};

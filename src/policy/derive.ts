import { isEarshotError } from './errors.ts';
import type { Model, RungModel } from './model.ts';
import type { Common, Rung, State, Wait } from './state.ts';

/** What the session sees besides its model. */
export interface View {
  readonly programTime: number | null;
  readonly now: number;
  readonly muted: boolean;
  readonly volume: number;
  readonly documentWait: Wait | null;
}

const rungOf = (model: Model, { description, wait, left }: RungModel, index: number): Rung => {
  const status =
    model.active?.rung === index
      ? 'active'
      : model.standby?.rung === index
        ? 'standby'
        : left
          ? 'left'
          : wait
            ? 'waiting'
            : 'ready';
  return { ...description, status, wait, error: left };
};

const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (isEarshotError(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
};

/** The state that a model and a view amount to: derived, frozen, complete. */
export const derive = (model: Model, view: View): State => {
  const { active, document, phase, rungs } = model;
  const { muted, volume, documentWait, programTime, now } = view;
  const facts = active?.facts;
  const silent = muted || volume === 0;
  const advances = phase === 'running' && model.wanted && !model.blocked && facts?.advances === true;
  const common: Common = {
    hearing: advances && !silent,
    stage: { state: document?.state ?? 'unknown', startsAt: document?.startsAt ?? null },
    ladder: rungs.map((rung, index) => rungOf(model, rung, index)),
    source: (active && rungs[active.rung]?.description) ?? null,
    programTime,
    behindLive: programTime === null ? null : Math.max(0, now - programTime),
    ahead: facts?.ahead ?? 0,
    climbsAt: model.climbsAt,
    muted,
    volume,
    documentWait,
  };
  const wait = active ? facts?.wait : document ? null : documentWait;
  const state = ((): State => {
    if (phase === 'closed') return { ...common, status: 'closed', error: model.error };
    if (phase === 'ended') return { ...common, status: 'ended' };
    if (!document) {
      return wait ? { ...common, status: 'waiting', wait } : { ...common, status: 'opening' };
    }
    if (!active && document.state === 'scheduled') return { ...common, status: 'scheduled' };
    if (model.blocked) return { ...common, status: 'blocked' };
    if (!model.wanted) return { ...common, status: 'paused' };
    if (advances) return { ...common, status: silent ? 'muted' : 'hearing' };
    if (wait) return { ...common, status: 'waiting', wait };
    return { ...common, status: active?.proven ? 'stalled' : 'connecting' };
  })();
  return deepFreeze(state);
};

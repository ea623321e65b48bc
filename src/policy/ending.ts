import { MINIMUM_WAIT_MS } from './defaults.ts';
import type { StageState } from './document.ts';
import { hasExhaustedPatience, isEligible } from './ladder.ts';
import type { Model, Run } from './model.ts';
import type { Wait } from './state.ts';

/**
 * The authority that decides whether the event continues: the stage document; `unknown` until it arrives; `none` if
 * nothing can decide, as with a plain HLS URL.
 */
export type Authority = StageState | 'unknown' | 'none';

/**
 * What can still play. `sound`: a run plays, or has buffered sound. `more`: a source may be tried, now or later.
 * `refused`: all sources have refused for longer than their patience. `finished`: everything was played to its end.
 * `nothing`: no source is playable.
 */
export type Playable = 'sound' | 'more' | 'refused' | 'finished' | 'nothing';

/** What happens to the session. */
export type Verdict = 'on' | 'ended' | 'closed';

/** The truth table of the end (docs/states.md shows it in full): the document decides. */
export const verdictOf = (authority: Authority, playable: Playable): Verdict => {
  if (playable === 'sound' || playable === 'more' || authority === 'scheduled') return 'on';
  if (authority === 'ended') return authority;
  const isAlone = authority === 'none' || authority === 'unknown';
  if (playable === 'finished') return authority === 'none' ? 'ended' : 'on';
  // The next poll of the document may name another source: a refusal ends nothing before that.
  if (playable === 'refused') return isAlone ? 'closed' : 'on';
  return authority === 'unknown' ? 'on' : 'closed';
};

/** The authority for a model. A document that is refused for longer than its patience no longer decides. */
export const authorityOf = (
  { document, isFixed }: Model,
  documentWait: Wait | null = null,
  now = 0,
): Authority => {
  if (!document) return 'unknown';
  const { state } = document;
  const isMute = isFixed ? state === 'live' : hasExhaustedPatience(documentWait, now);
  return isMute && (state === 'live' || state === 'held') ? 'none' : state;
};

/** Whether a run plays, or can continue without another request. */
const canSound = ({ facts }: Run): boolean => {
  const { isAdvancing, ahead, wait, isFrozen, isComplete, liveness } = facts;
  return (
    isAdvancing === true ||
    ahead >= MINIMUM_WAIT_MS ||
    !(wait || isFrozen || isComplete || liveness === 'lost')
  );
};

/** What a model can still play. The document comes first. */
export const playableOf = (model: Model, now: number, documentWait: Wait | null): Playable => {
  const { document, rungs, active } = model;
  if (!document) return hasExhaustedPatience(documentWait, now) ? 'refused' : 'more';
  const fitting = rungs.filter((rung) => isEligible(model, rung));
  if (active?.facts.isAdvancing) return 'sound';
  if (fitting.some(({ wait }) => !hasExhaustedPatience(wait, now))) return 'more';
  if (active && canSound(active)) return 'sound';
  if (fitting.length) return 'refused';
  return rungs.some(({ excludedBy }) => excludedBy?.code === 'frozen') ? 'finished' : 'nothing';
};

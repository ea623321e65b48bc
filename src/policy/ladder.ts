import { CLIMB_PROOF, FALL_PROOF, MARGIN, MINIMUM, PATIENCE, TIMEOUT } from './defaults.ts';
import { isRefusal } from './errors.ts';
import type { Model, Run, RungModel } from './model.ts';
import type { Wait } from './state.ts';

const isRecording = ({ description }: RungModel): boolean => description.kind === 'recording';

/** A recording is for a stage that is over, or that is nothing but one. */
export const fits = ({ document, rungs }: Model, rung: RungModel): boolean =>
  !rung.left && isRecording(rung) === (document?.state === 'ended' || rungs.every(isRecording));

/** The best rung that may be tried now, other than `except`, above `below` only; -1 if none. */
export const candidate = (model: Model, now: number, except: number, below = Infinity): number =>
  model.rungs.findIndex(
    (rung, index) =>
      index !== except && index < below && fits(model, rung) && (rung.wait?.until ?? 0) <= now,
  );

/** Whether a source has been saying no for longer than its patience. */
export const isOut = (wait: Wait | null, now: number): boolean =>
  !!wait && isRefusal(wait.error) && now - wait.since > PATIENCE;

/**
 * Why the active run may soon be silent, or already is: `silent` when nothing is left to lose,
 * `soon` when the next source must be prepared now to be in time, `null` when there is no need.
 * One failed request alone is no reason to move a crowd: the retry may still come in time.
 */
export const suspicion = (
  { facts: { wait, advances, ahead, frozen, target }, proven, goodAt }: Run,
  now: number,
): 'silent' | 'soon' | null => {
  const dry = proven ? advances === false : now - goodAt > TIMEOUT / 2;
  if ((!proven && wait) || (dry && ahead < MINIMUM)) return 'silent';
  const inTime = !wait || wait.until + MARGIN <= now + ahead;
  const low = proven && target !== null && ahead < target / 4;
  return dry || frozen || !inTime || low ? 'soon' : null;
};

/** Whether the standby can take over. */
export const isReady = ({ facts, climbing }: Run): boolean =>
  facts.ahead >= (climbing ? CLIMB_PROOF : FALL_PROOF);

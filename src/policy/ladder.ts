import {
  CLIMB_AFTER,
  CLIMB_AT_MOST,
  CLIMB_PROOF,
  FALL_PROOF,
  FALL_PROOF_REALTIME,
  MARGIN,
  MINIMUM,
  MOST_DELAY,
  PATIENCE,
  TIMEOUT,
} from './defaults.ts';
import { type EarshotError, isCollective, isRefusal } from './errors.ts';
import type { Facts, Model, Run, RungModel } from './model.ts';
import type { Wait } from './state.ts';

export const isRecording = (rung: RungModel | undefined): boolean =>
  rung?.description.kind === 'recording';

/** A recording is for a stage that is over, or that is nothing but one. */
export const fits = ({ document, rungs }: Model, rung: RungModel): boolean =>
  !rung.left && isRecording(rung) === (document?.state === 'ended' || rungs.every(isRecording));

/** Epoch ms from which a rung may be tried: both its origin and its door allow it. */
const opensAt = ({ wait, standing }: RungModel): number =>
  Math.max(wait?.until ?? 0, standing?.turn ?? 0);

/** The best rung that may be tried now, other than `except`, above `below` only; -1 if none. */
export const candidate = (model: Model, now: number, except: number, below = Infinity): number =>
  model.rungs.findIndex(
    (rung, index) => index !== except && index < below && fits(model, rung) && opensAt(rung) <= now,
  );

/** Whether a source has been saying no for longer than its patience. */
export const isOut = (wait: Wait | null, now: number): boolean =>
  !!wait && isRefusal(wait.error) && now - wait.since > PATIENCE;

/** Whether a request waits for a deadline; one that finds out whether a gate is open does not. */
export const isHeldBack = ({ wait }: Facts, now: number): boolean => !!wait && wait.until > now;

/**
 * Why the active run may soon be silent, or already is: `silent` when nothing is left to lose,
 * `soon` when the next source must be prepared now to be in time, `null` when there is no need.
 * One failed request alone is no reason to move a crowd: the retry may still come in time.
 */
export const suspicion = (
  { facts, proven, goodAt, firstWithin }: Run,
  now: number,
): 'silent' | 'soon' | null => {
  const { wait, advances, ahead, frozen, target, pulse } = facts;
  const dry = proven ? advances === false : now - goodAt > firstWithin;
  if ((!proven && isHeldBack(facts, now)) || (dry && ahead < MINIMUM)) return 'silent';
  // Packets tell before the media clock does. What a delay line still holds is not lost.
  if (proven && pulse === 'lost' && ahead < MINIMUM) return 'silent';
  if (proven && pulse && pulse !== 'steady') return 'soon';
  const inTime = !wait || wait.until + MARGIN <= now + ahead;
  // So close to live little in hand is how it is meant to be, and plain HLS would repeat seconds.
  const low = proven && target !== null && target >= MARGIN && ahead < target / 4;
  return dry || frozen || !inTime || low ? 'soon' : null;
};

/** Whether the standby can take over from what is heard. */
export const isReady = ({ facts, climbing }: Run, active: Run): boolean => {
  const fall = active.facts.pulse ? FALL_PROOF_REALTIME : FALL_PROOF;
  return facts.ahead >= (climbing ? CLIMB_PROOF : fall);
};

/** How long a standby may take. A realtime one that is well gathers what it is to be delayed by. */
export const patienceFor = ({ facts, climbing }: Run): number =>
  2 * TIMEOUT + (climbing && facts.pulse === 'steady' ? MOST_DELAY : 0);

/**
 * When a better source is tried, epoch ms, for a listener who has heard steadily since `now`. All
 * who fell together have been steady equally long, hence the draw.
 *
 * @param rest steady sound that the climb needs, ms.
 * @param draw in [0, 1).
 */
export const climbAt = (now: number, rest: number, spread: number | null, draw: number): number =>
  now + rest + draw * Math.max(CLIMB_AFTER, spread ?? 0);

/**
 * The rest before the climb after one that failed. An origin that refuses or does not answer is
 * left alone by the governor, which owns that retry; any other failure doubles the rest.
 */
export const restAfter = (rest: number, error: EarshotError | null): number =>
  error && !isCollective(error) ? Math.min(CLIMB_AT_MOST, 2 * rest) : rest;

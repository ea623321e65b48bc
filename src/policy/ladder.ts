import {
  CLIMB_AFTER_MS,
  CLIMB_PROOF_MS,
  FALL_PROOF_MS,
  FALL_PROOF_REALTIME_MS,
  FIRST_PACKET_MS,
  MAX_CLIMB_COOLDOWN_MS,
  MAX_JOIN_DELAY_MS,
  MINIMUM_WAIT_MS,
  PATIENCE_MS,
  PREPARE_BEFORE_EMPTY_MS,
  TIMEOUT_MS,
} from './defaults.ts';
import { type EarshotError, isCollective, isRefusal } from './errors.ts';
import { type Facts, type Model, NOTHING, type Run, type RungModel } from './model.ts';
import type { Wait } from './state.ts';

export const isRecording = (rung: RungModel | undefined): boolean =>
  rung?.description.kind === 'recording';

/** A recording is for a stage that is over, or that is nothing but one. */
export const isEligible = ({ document, rungs }: Model, rung: RungModel): boolean =>
  !rung.excludedBy &&
  isRecording(rung) === (document?.state === 'ended' || rungs.every(isRecording));

/** Epoch ms from which a rung may be tried: both its origin and its door allow it. */
const availableAt = ({ wait, position }: RungModel): number =>
  Math.max(wait?.until ?? 0, position?.turn ?? 0);

/** The best rung that may be tried now, other than `except`, above `below` only; -1 if none. */
export const candidate = (model: Model, now: number, except: number, below = Infinity): number =>
  model.rungs.findIndex(
    (rung, index) =>
      index !== except && index < below && isEligible(model, rung) && availableAt(rung) <= now,
  );

/** Whether a source has been saying no for longer than its patience. */
export const hasExhaustedPatience = (wait: Wait | null, now: number): boolean =>
  !!wait && isRefusal(wait.error) && now - wait.since > PATIENCE_MS;

/** Whether a request waits for a deadline; one that finds out whether a gate is open does not. */
export const isWaiting = ({ wait }: Facts, now: number): boolean => !!wait && wait.until > now;

/**
 * Why the active run may soon be silent, or already is: `silent` when nothing is left to lose,
 * `soon` when the next source must be prepared now to be in time, `null` when there is no need.
 * One failed request alone is no reason to move a crowd: the retry may still come in time.
 */
export const whyAtRisk = (
  { facts, hasPlayed, healthyAt, firstSoundWithinMs }: Run,
  now: number,
): 'silent' | 'soon' | null => {
  const { wait, isAdvancing, ahead, isFrozen, target, liveness } = facts;
  const dry = hasPlayed ? isAdvancing === false : now - healthyAt > firstSoundWithinMs;
  if ((!hasPlayed && isWaiting(facts, now)) || (dry && ahead < MINIMUM_WAIT_MS)) return 'silent';
  // Packets tell before the media clock does. What a delay line still holds is not lost.
  if (hasPlayed && liveness === 'lost' && ahead < MINIMUM_WAIT_MS) return 'silent';
  if (hasPlayed && liveness && liveness !== 'steady') return 'soon';
  const inTime = !wait || wait.until + PREPARE_BEFORE_EMPTY_MS <= now + ahead;
  // So close to live little in hand is how it is meant to be, and plain HLS would repeat seconds.
  const low =
    hasPlayed && target !== null && target >= PREPARE_BEFORE_EMPTY_MS && ahead < target / 4;
  return dry || isFrozen || !inTime || low ? 'soon' : null;
};

/** Whether the standby can take over from what is heard. */
export const isReady = ({ facts, isClimbing }: Run, active: Run): boolean => {
  const fall = active.facts.liveness ? FALL_PROOF_REALTIME_MS : FALL_PROOF_MS;
  return facts.ahead >= (isClimbing ? CLIMB_PROOF_MS : fall);
};

/** How long a standby may take. A realtime one that is well gathers what it is to be delayed by. */
export const patienceFor = ({ facts, isClimbing }: Run): number =>
  2 * TIMEOUT_MS + (isClimbing && facts.liveness === 'steady' ? MAX_JOIN_DELAY_MS : 0);

/**
 * When a better source is tried, epoch ms, for a listener who has heard steadily since `now`. All
 * who fell together have been steady equally long, hence the draw.
 *
 * @param rest steady sound that the climb needs, ms.
 * @param draw in [0, 1).
 */
export const climbAt = (now: number, rest: number, spread: number | null, draw: number): number =>
  now + rest + draw * Math.max(CLIMB_AFTER_MS, spread ?? 0);

/**
 * The rest before the climb after one that failed. An origin that refuses or does not answer is
 * left alone by the governor, which owns that retry; any other failure doubles the rest.
 */
export const cooldownAfter = (rest: number, error: EarshotError | null): number =>
  error && !isCollective(error) ? Math.min(MAX_CLIMB_COOLDOWN_MS, 2 * rest) : rest;

/**
 * The rest, in ms, before the climb after a fall: falling soon after a climb is a climb that failed.
 *
 * @param rest what the last climb needed.
 */
export const cooldownAfterFall = ({ isClimbing, since }: Run, now: number, rest: number): number =>
  isClimbing && now - since < 5 * CLIMB_AFTER_MS
    ? Math.min(MAX_CLIMB_COOLDOWN_MS, 2 * rest)
    : CLIMB_AFTER_MS;

/** The next run of the model, which tries a rung. @param since epoch ms. */
export const newRun = (
  { generation, rungs }: Model,
  rung: number,
  since: number,
  isClimbing: boolean,
): Run => {
  const isWhep = rungs[rung]?.description.kind === 'whep';
  return {
    ...{ generation: generation + 1, rung, since, healthyAt: since, isClimbing },
    firstSoundWithinMs: isWhep ? FIRST_PACKET_MS : TIMEOUT_MS / 2,
    hasPlayed: false,
    isSwapping: false,
    facts: NOTHING,
  };
};

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
  SEAM_LEAD_MS,
  TIMEOUT_MS,
} from './defaults.ts';
import { type EarshotError, isCollective, isRefusal } from './errors.ts';
import { LOST_AFTER_MS } from './liveness.ts';
import { type Facts, type Model, NOTHING, type Run, type RungModel } from './model.ts';
import type { Wait } from './state.ts';

export const isRecording = (rung: RungModel | undefined): boolean =>
  rung?.description.kind === 'recording';

/** A recording is eligible if the event is over, or the stage has only recordings. */
export const isEligible = ({ document, rungs }: Model, rung: RungModel): boolean =>
  !rung.excludedBy &&
  isRecording(rung) === (document?.state === 'ended' || rungs.every(isRecording));

/** Whether a source has kept what was played before. A custom kind may have, but only its run knows. */
export const canRewind = ({ description }: RungModel): boolean => description.kind === 'hls';

/** Epoch ms from which its origin and its door both allow a source. */
const availableAt = ({ wait, position }: RungModel): number =>
  Math.max(wait?.until ?? 0, position?.turn ?? 0);

/**
 * The best source that may be tried now, other than `except`, above `below`, and of those that `fits`; -1 if there is
 * none.
 */
export const candidate = (
  model: Model,
  now: number,
  except: number,
  below = Infinity,
  fits: (rung: RungModel) => boolean = () => true,
): number =>
  model.rungs.findIndex(
    (rung, index) =>
      index !== except &&
      index < below &&
      isEligible(model, rung) &&
      availableAt(rung) <= now &&
      fits(rung),
  );

// A longer silence is no tunnel, and its words are mostly out of reach.
const MAX_MISSED_MS = 60_000;
// A device that saw its own `offline` may request again within this time.
const RETURNS_WITHIN_MS = 3_000;

/**
 * The next source, like {@link candidate}. After a silence, a realtime source would skip what was said meanwhile. So if
 * a source that has kept it may be tried now or soon, it comes first; -1 until then.
 */
export const nextSource = (model: Model, now: number, except: number): number => {
  const silence = now - model.heardAt;
  const isMissed = silence > LOST_AFTER_MS && silence < MAX_MISSED_MS;
  const hasKept = model.rungs.some((rung, index) => {
    const at = availableAt(rung);
    const isInTime = at <= now + RETURNS_WITHIN_MS && (index !== except || at > now);
    return isInTime && canRewind(rung) && isEligible(model, rung);
  });
  return candidate(model, now, except, Infinity, isMissed && hasKept ? canRewind : undefined);
};

/** Whether a source has refused for longer than its patience. */
export const hasExhaustedPatience = (wait: Wait | null, now: number): boolean =>
  !!wait && isRefusal(wait.error) && now - wait.since > PATIENCE_MS;

/** Whether a request waits for a deadline. A probe does not. */
export const isWaiting = ({ wait }: Facts, now: number): boolean => !!wait && wait.until > now;

/**
 * Why the active run may soon be silent, or already is. `silent`: nothing is left to lose. `soon`: prepare the next
 * source now to be in time. `null`: no risk.
 *
 * One failed request alone must not move a crowd: the retry may still be in time.
 */
export const whyAtRisk = (
  { facts, hasPlayed, healthyAt, firstSoundWithinMs, seeksUntil }: Run,
  now: number,
): 'silent' | 'soon' | null => {
  const { wait, isAdvancing, ahead, isFrozen, target, liveness } = facts;
  // After a seek the buffer is empty, and the sound stops until it has grown.
  if (now < seeksUntil && !wait && !isFrozen) return null;
  const dry = hasPlayed ? isAdvancing === false : now - healthyAt > firstSoundWithinMs;
  if ((!hasPlayed && isWaiting(facts, now)) || (dry && ahead < MINIMUM_WAIT_MS)) return 'silent';
  if (hasPlayed && liveness) {
    // Packets need no request: a gate or a door that has closed meanwhile stops none of them.
    if (liveness === 'steady' && !dry) return null;
    // Packets stop before the media clock does. The content of a delay line is not lost.
    return liveness === 'lost' && ahead < MINIMUM_WAIT_MS ? 'silent' : 'soon';
  }
  const inTime = !wait || wait.until + PREPARE_BEFORE_EMPTY_MS <= now + ahead;
  // So close to live a small buffer is normal, and plain HLS would repeat seconds.
  const low = hasPlayed && target && target >= PREPARE_BEFORE_EMPTY_MS && ahead < target / 4;
  return dry || isFrozen || !inTime || low ? 'soon' : null;
};

/** Whether the active source has played well enough, and close enough to live, that a climb may follow. */
export const isSteady = ({ isReplaying }: Model, { rung, hasPlayed, facts }: Run): boolean =>
  !!rung &&
  hasPlayed &&
  facts.isAdvancing !== false &&
  !isReplaying &&
  // A better source could not join further behind live without skipping words.
  (facts.behind ?? 0) <= MAX_JOIN_DELAY_MS;

/** Whether a climb to this source may start: after the cooldown, or at a new turn at its door. */
export const mayClimb = (
  { climbsAt, rungs, isReplaying }: Model,
  { hasPlayed, facts }: Run,
  next: number,
  now: number,
): boolean => {
  const position = rungs[next]?.position;
  const isTurn = position && !position.admitted && hasPlayed && facts.isAdvancing;
  return !isReplaying && !!((climbsAt !== null && now >= climbsAt) || isTurn);
};

/**
 * Whether the standby can take over from the active source. While a realtime source has sound in hand, its packets may
 * return; but one that conceals what is lost always has some.
 */
export const isReady = (
  { facts, isClimbing, since, from }: Run,
  active: Run,
  now: number,
): boolean => {
  const { liveness, ahead } = active.facts;
  const isFall = !isClimbing && from === null;
  if (isFall && liveness && ahead > SEAM_LEAD_MS && now - since < LOST_AFTER_MS) return false;
  const fall = liveness ? FALL_PROOF_REALTIME_MS : FALL_PROOF_MS;
  return facts.ahead >= (isClimbing ? CLIMB_PROOF_MS : fall);
};

/** Time limit of a standby. A healthy realtime standby first buffers its delay; a listener waits for a step back. */
export const patienceFor = ({ facts, isClimbing, from }: Run): number =>
  (from === null ? 2 : 1) * TIMEOUT_MS +
  (isClimbing && facts.liveness === 'steady' ? MAX_JOIN_DELAY_MS : 0);

/**
 * Epoch ms of the attempt at a better source, for a listener who has heard steadily since `now`. Listeners who fell
 * together have been steady equally long, so a draw separates them.
 *
 * @param rest steady sound that the climb needs, ms.
 * @param draw in [0, 1).
 */
export const climbAt = (now: number, rest: number, spread: number | null, draw: number): number =>
  now + rest + draw * Math.max(CLIMB_AFTER_MS, spread ?? 0);

/**
 * The cooldown after a failed climb. If an origin refuses or does not respond, the governor owns the retry; any other
 * failure doubles the cooldown.
 */
export const cooldownAfter = (rest: number, error: EarshotError | null): number =>
  error && !isCollective(error) ? Math.min(MAX_CLIMB_COOLDOWN_MS, 2 * rest) : rest;

/**
 * The cooldown, in ms, after a fall. A fall soon after a climb counts as a failed climb.
 *
 * @param rest the cooldown of the last climb.
 */
export const cooldownAfterFall = ({ isClimbing, since }: Run, now: number, rest: number): number =>
  isClimbing && now - since < 5 * CLIMB_AFTER_MS
    ? Math.min(MAX_CLIMB_COOLDOWN_MS, 2 * rest)
    : CLIMB_AFTER_MS;

/** The next run of the model, for one source. @param since epoch ms. */
export const newRun = (
  { generation, rungs }: Model,
  rung: number,
  since: number,
  isClimbing: boolean,
  from: number | null = null,
): Run => {
  const isWhep = rungs[rung]?.description.kind === 'whep';
  return {
    ...{ generation: generation + 1, rung, since, healthyAt: since, isClimbing },
    firstSoundWithinMs: isWhep ? FIRST_PACKET_MS : TIMEOUT_MS / 2,
    hasPlayed: false,
    isSwapping: false,
    from,
    seeksUntil: 0,
    facts: NOTHING,
  };
};

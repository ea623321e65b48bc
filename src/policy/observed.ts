import { authorityOf, verdictOf } from './ending.ts';
import { hasExhaustedPatience, isEligible, isRecording } from './ladder.ts';
import { type Draft, type Event, ROLES } from './model.ts';

/** What the session saw in one observation. */
export type Observed = Extract<Event, { type: 'observed' }>;

/**
 * Records the observations of the runs, and of all gates and doors.
 *
 * @param model is changed.
 */
export const recordFacts = (model: Draft, seen: Observed): void => {
  const goesOn = verdictOf(authorityOf(model), 'finished') === 'on';
  for (const role of ROLES) {
    const run = model[role];
    const facts = seen[role];
    if (!run || !facts) continue;
    const { wait, isComplete } = facts;
    // The document decides the end. Until it does, a complete playlist counts as frozen.
    const isFrozen =
      facts.isFrozen || (goesOn && isComplete && !isRecording(model.rungs[run.rung]));
    const isMeant = model.playWhenReady && !model.isBlocked;
    // With too few observations, for example after a seek, the last result stays.
    const isAdvancing = facts.isAdvancing ?? (isMeant ? run.facts.isAdvancing : null);
    const wentBack = seen.now < run.healthyAt;
    const isGood = isAdvancing || wait || isFrozen || wentBack || !isMeant;
    const since = wentBack ? seen.now : run.since;
    if (wentBack) model.climbsAt = null;
    if (role === 'active' && isAdvancing) model.heardAt = seen.now;
    model[role] = {
      ...run,
      facts: { ...facts, isAdvancing, isFrozen },
      hasPlayed: run.hasPlayed || isAdvancing === true,
      since,
      healthyAt: isGood ? seen.now : run.healthyAt,
    };
  }
  const { active, standby } = model;
  const rungs = [...model.rungs];
  rungs.forEach((rung, index) => {
    const run = [active, standby].find((one) => one?.rung === index);
    const wait = run?.facts.wait ?? seen.waits[index] ?? null;
    const error = wait?.error.code === 'refused' ? wait.error : null;
    // Exclude a source that refuses while another one does not, until the document changes.
    const hasOther = rungs.some(
      (one) => one !== rung && isEligible(model, one) && !hasExhaustedPatience(one.wait, seen.now),
    );
    const wasRefused = rung.excludedBy?.code === 'refused';
    const isExcluded = hasOther && (wasRefused || wait?.until !== rung.wait?.until);
    const excludedBy = (isExcluded && error) || (wasRefused ? null : rung.excludedBy);
    const position = seen.positions[index] ?? null;
    rungs[index] = { ...rung, wait, position, excludedBy };
  });
  model.rungs = rungs;
};

import { DEFAULTS } from './defaults.ts';
import type { EarshotError } from './errors.ts';
import type { Model, Run, RungModel } from './model.ts';

/** 401, 403, 404 and 410: the server knows, and says no. */
export const isRefusal = (error: EarshotError): boolean =>
  error.code === 'refused' || error.code === 'gone';

const isOpen = (rung: RungModel, now: number): boolean =>
  !rung.left && (rung.wait === null || rung.wait.until <= now);

const isRecording = ({ description }: RungModel): boolean => description.kind === 'recording';

/** A recording is for a stage that is over, or that is nothing but one. */
const fits = ({ document, rungs }: Model, rung: RungModel): boolean =>
  document?.state === 'ended'
    ? isRecording(rung)
    : !isRecording(rung) || rungs.every(isRecording);

/** The best rung that may be tried now, other than `except`, above `below` only; -1 if none. */
export const candidate = (model: Model, now: number, except: number, below = Infinity): number =>
  model.rungs.findIndex(
    (rung, index) =>
      index !== except && index < below && isOpen(rung, now) && fits(model, rung),
  );

/** Where to begin when nothing runs: the best open rung, or the one that opens first; -1 if none. */
export const beginning = (model: Model, now: number): number => {
  const open = candidate(model, now, -1);
  if (open >= 0) return open;
  let best = -1;
  let soonest = Infinity;
  model.rungs.forEach((rung, index) => {
    const until = rung.wait?.until ?? 0;
    if (!rung.left && fits(model, rung) && until < soonest) [best, soonest] = [index, until];
  });
  return best;
};

/**
 * Why the active run may soon be silent, or already is: `silent` when nothing is left to lose,
 * `soon` when the next source must be prepared now to be in time, `null` when there is no need.
 * One failed request alone is no reason to move a crowd: the retry may still come in time.
 */
export const suspicion = (run: Run, now: number): 'silent' | 'soon' | null => {
  const { facts, proven, since } = run;
  const dry = proven ? facts.advances === false : now - since > DEFAULTS.timeout / 2;
  if (!proven && facts.wait) return 'silent';
  if (dry) return facts.ahead < DEFAULTS.minimum ? 'silent' : 'soon';
  if (facts.frozen) return 'soon';
  if (facts.wait && facts.wait.until + DEFAULTS.margin > now + facts.ahead) return 'soon';
  return proven && facts.target !== null && facts.ahead < facts.target / 4 ? 'soon' : null;
};

/** Whether the standby can take over: a fall needs a second of sound, a climb its proof. */
export const isReady = ({ facts, climbing }: Run): boolean =>
  facts.ahead >= (climbing ? DEFAULTS.climbProof : 1_000);

/**
 * When a better source may be tried: a minute of steady sound, doubled by each failure up to a
 * quarter of an hour, and then a draw, since all who fell together have been steady equally long.
 */
export const climbTime = (model: Model, steadySince: number, draw: number): number => {
  const patience = Math.min(
    DEFAULTS.climbAtMost,
    DEFAULTS.climbAfter * 2 ** Math.min(10, model.climbFailures),
  );
  return steadySince + patience + draw * Math.max(DEFAULTS.climbAfter, model.document?.spread ?? 0);
};

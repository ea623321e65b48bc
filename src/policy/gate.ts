import { backoff, type RetryContext, type RetryPolicy } from './backoff.ts';
import { type Budget, refill, untilToken } from './budget.ts';
import { DEFAULTS } from './defaults.ts';
import { EarshotError, type ErrorCode } from './errors.ts';

/** What the governor remembers of one origin, or of one URL. Plain data: it is stored as it is. */
export interface Gate {
  /** Rounds of failure not yet lived down by hearing. */
  readonly attempt: number;
  /** True from a failure to the next success: only one request at a time may find out. */
  readonly failing: boolean;
  /** Epoch ms before which nothing may be asked. 0: at once. */
  readonly until: number;
  /** Epoch ms of the first failure of this sequence. 0: none. */
  readonly since: number;
  /** Why. */
  readonly code: ErrorCode | null;
  readonly budget: Budget;
}

/** A gate that knows of nothing bad. */
export const openGate = (now: number): Gate => ({
  attempt: 0,
  failing: false,
  until: 0,
  since: 0,
  code: null,
  budget: { tokens: DEFAULTS.tokens, at: now },
});

/** What {@link failed} needs besides the gate. */
export interface Failure extends Pick<RetryContext, 'error' | 'spread' | 'hearing' | 'random'> {
  readonly now: number;
  /** The server's floor in ms, or `null`. */
  readonly floor: number | null;
  readonly policy: RetryPolicy;
  /** Called when the policy was unusable and `backoff()` stood in. */
  readonly onBadPolicy: (error: EarshotError) => void;
}

const standIn = backoff();

const delayOf = (context: RetryContext, failure: Failure): number | null => {
  let cause: unknown;
  let delay: unknown;
  try {
    delay = failure.policy(context);
    if (delay === null) return null;
    if (typeof delay === 'number' && delay >= 0 && delay < Infinity) return delay;
  } catch (error) {
    cause = error;
  }
  const what = cause === undefined ? `returned ${String(delay)}` : 'threw';
  failure.onBadPolicy(
    new EarshotError('bad-policy', `The retry policy ${what}; backoff() stands in.`, { cause }),
  );
  return standIn(context) as number;
};

/**
 * The gate after a failure, or `null` if the policy says to stop. The deadline is never earlier
 * than the floor, the minimum or the next token, and whatever is put off is put off by a draw, so
 * that those who were told the same time do not come at the same time.
 */
export const failed = (gate: Gate, failure: Failure): Gate | null => {
  const { now, random, error } = failure;
  const attempt = Math.min(32, gate.attempt + 1);
  const since = gate.failing ? gate.since : now;
  const budget = refill(gate.budget, now);
  // The next token is one more floor: the draw is laid on top, so that its density stays 1/W.
  const asked = Math.min(DEFAULTS.maxFloor, Math.max(0, failure.floor ?? 0));
  const floor = Math.max(asked, untilToken(budget, now));
  const { spread, hearing } = failure;
  const context = { attempt, elapsed: now - since, error, floor, spread, hearing, random };
  let delay = delayOf(context, failure);
  if (delay === null) return null;
  if (delay < floor) delay += floor + random() * (spread ?? DEFAULTS.first);
  if (delay < DEFAULTS.minimum) delay += DEFAULTS.minimum;
  delay = Math.min(DEFAULTS.maxWait, delay);
  // What the server or an earlier round already set is only ever put off, never brought forward.
  const until = Math.max(gate.until, now + delay);
  return { attempt, failing: true, until, since, code: error.code, budget };
};

/** The gate after a success. The attempts stay: only hearing takes them down. */
export const succeeded = (gate: Gate, floor: number | null, now: number, random: number): Gate => ({
  ...gate,
  failing: false,
  since: 0,
  code: null,
  until: floor ? now + floor + random * DEFAULTS.first : 0,
});

/** The gate after one more `stepDownAfter` of proven hearing. */
export const steppedDown = (gate: Gate): Gate =>
  gate.failing || gate.attempt === 0 ? gate : { ...gate, attempt: gate.attempt - 1 };

import { backoff, type RetryContext, type RetryPolicy } from './backoff.ts';
import {
  FIRST_WINDOW_MS,
  GATE_RETENTION_MS,
  MAX_SERVER_WAIT_MS,
  MAX_WAIT_MS,
  MINIMUM_WAIT_MS,
  TOKEN_INTERVAL_MS,
  TOKENS,
} from './defaults.ts';
import { EarshotError, type ErrorCode } from './errors.ts';

/** What the governor remembers of one origin or URL. Plain data, stored as it is. */
export interface Gate {
  /** Failed rounds that hearing has not yet taken off. */
  readonly attempt: number;
  /** True from a failure to the next success: only one request at a time may probe. */
  readonly failing: boolean;
  /** Epoch ms before which no request may be sent. */
  readonly until: number;
  /** Epoch ms of the first failure of this sequence. */
  readonly since: number;
  /** The cause of the failure. */
  readonly code: ErrorCode | null;
  /** A token bucket: the number of retries left at `at`, epoch ms of the last change. */
  readonly tokens: number;
  readonly at: number;
}

/** A gate without failures. */
export const openGate = (now: number): Gate => ({
  attempt: 0,
  failing: false,
  until: 0,
  since: 0,
  code: null,
  tokens: TOKENS,
  at: now,
});

/** The gate after one retry has used a token. A clock that went back refills nothing. */
export const withTokenSpent = (gate: Gate, now: number): Gate => ({
  ...gate,
  tokens: Math.max(0, tokensOf(gate, now) - 1),
  at: now,
});

/** The retry tokens at `now`. */
export const tokensOf = ({ tokens, at }: Gate, now: number): number =>
  Math.min(TOKENS, tokens + Math.max(0, now - at) / TOKEN_INTERVAL_MS);

/** Whether a gate may be forgotten: it equals a new gate, or it was open and unused for an hour. */
export const isIdle = (gate: Gate, now: number): boolean =>
  Math.max(gate.until, gate.at) + GATE_RETENTION_MS < now ||
  (!gate.failing && !gate.attempt && gate.until <= now && tokensOf(gate, now) === TOKENS);

/** The inputs of {@link afterFailure} besides the gate. */
export interface Failure extends Pick<RetryContext, 'error' | 'spread' | 'hearing' | 'random'> {
  readonly now: number;
  /** The server's minimum wait in ms, or `null`. */
  readonly floor: number | null;
  readonly policy: RetryPolicy;
  /** Called if the policy was unusable and `backoff()` replaced it. */
  readonly onError: (error: EarshotError) => void;
}

const standIn = backoff();

const delayOf = (context: RetryContext, { policy, onError }: Failure): number | null => {
  let cause: unknown;
  try {
    const delay = policy(context);
    if (delay === null || (typeof delay === 'number' && delay >= 0 && delay < Infinity))
      return delay;
    cause = delay;
  } catch (error) {
    cause = error;
  }
  onError(
    new EarshotError(
      'bad-policy',
      `retry() gave or threw a ${typeof cause}; it must return milliseconds or null.`,
      { cause },
    ),
  );
  return standIn(context);
};

/**
 * The gate after a failure, or `null` if the policy says to stop.
 *
 * The deadline is never earlier than the server's wait, the minimum or the next token. Each of them gets a random
 * wait on top, so that clients with the same deadline do not return at the same time.
 */
export const afterFailure = (gate: Gate, failure: Failure): Gate | null => {
  const { now, random, error, spread, hearing } = failure;
  const attempt = Math.min(32, gate.attempt + 1);
  const since = gate.failing ? gate.since : now;
  // The next token is one more minimum wait: the random wait comes on top, so that its density stays 1/W.
  const token = Math.max(0, 1 - tokensOf(gate, now)) * TOKEN_INTERVAL_MS;
  const floor = Math.max(Math.min(MAX_SERVER_WAIT_MS, failure.floor ?? 0), token);
  const context = { attempt, elapsed: now - since, error, floor, spread, hearing, random };
  let delay = delayOf(context, failure);
  if (delay === null) return null;
  if (delay < floor) delay += floor + random() * (spread ?? FIRST_WINDOW_MS);
  if (delay < MINIMUM_WAIT_MS) delay += MINIMUM_WAIT_MS;
  // A deadline may move later, never earlier.
  const until = Math.max(gate.until, now + Math.min(MAX_WAIT_MS, delay));
  const { code } = error;
  return { attempt, failing: true, until, since, code, tokens: tokensOf(gate, now), at: now };
};

/** The gate after the clock was put back since its last change: the remaining wait stays the same. */
export const afterClockSetBack = (gate: Gate, now: number): Gate =>
  gate.at > now
    ? { ...gate, until: gate.until - gate.at + now, since: Math.min(gate.since, now), at: now }
    : gate;

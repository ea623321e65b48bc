import {
  CLOCK_TRUST_MS,
  FIRST_WINDOW_MS,
  MIN_POLL_INTERVAL_MS,
  POLL_AFTER_LOSS_WITHIN_MS,
  REFRESH_GROWTH,
} from './defaults.ts';

const SHARE_OF_WAIT = 0.7;

/**
 * Milliseconds until the next poll of the stage document.
 *
 * While a turn or a start is `due`, each poll comes within the larger part of the remaining time. The listener sees a
 * revised rate in time after O(log wait) polls, the last one shortly before. With nothing due, the interval doubles
 * with each poll that returned nothing new. Each wait is drawn from the upper half of its window, so that a crowd
 * does not poll in step.
 *
 * @param refresh the published interval, ms.
 * @param idle the number of polls in a row that returned nothing new.
 * @param due ms until the turn or start; 0 or less: nothing is due.
 * @param random in [0, 1).
 */
export const nextPollDelay = (
  refresh: number,
  idle: number,
  due: number,
  random: number,
): number => {
  const most = refresh * REFRESH_GROWTH;
  const wish = due > 0 ? due * SHARE_OF_WAIT : refresh * 2 ** idle;
  return Math.max(MIN_POLL_INTERVAL_MS, Math.min(most, wish)) * (1 + random) * 0.5;
};

/**
 * Milliseconds until the poll after a source was lost. By then a new epoch or other sources are published, and the
 * crowd does not poll all at once.
 */
export const pollDelayAfterLoss = (spread: number | null, random: number): number =>
  MIN_POLL_INTERVAL_MS + random * Math.min(POLL_AFTER_LOSS_WITHIN_MS, spread ?? FIRST_WINDOW_MS);

// `Date` counts whole seconds.
const DATE_GRAIN_MS = 1_000;

/**
 * The server's current time, epoch ms. Its `Date` comes first (RFC 9110, 6.6.1, plus `Age`), and within its second
 * this host's clock. Without a `Date`, this host's clock counts, unless it is behind `serverTime` or more than an
 * hour ahead: then it is wrong, and the document counts as just made.
 *
 * @param serverTime when the document was made, or `null`.
 * @param date from the headers, or `null`.
 * @param now this host's clock.
 */
export const serverNow = (serverTime: number | null, date: number | null, now: number): number => {
  const made = serverTime ?? Number.NEGATIVE_INFINITY;
  if (date !== null) return Math.max(made, now > date && now < date + DATE_GRAIN_MS ? now : date);
  return serverTime !== null && (now < made || now - made > CLOCK_TRUST_MS) ? made : now;
};

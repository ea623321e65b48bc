import {
  CLOCK_TRUST_MS,
  FIRST_WINDOW_MS,
  MIN_POLL_INTERVAL_MS,
  POLL_AFTER_LOSS_WITHIN_MS,
  REFRESH_GROWTH,
} from './defaults.ts';

const SHARE_OF_WAIT = 0.7;

/**
 * Milliseconds until the next look at the stage document.
 *
 * While a turn or a start is `due`, each look is planned within the better half of what is left, so
 * that a revised rate is seen in time after O(log wait) looks, the last one shortly before. With
 * nothing due the interval doubles with each look that showed nothing new. Each is drawn from the
 * upper half of its window: a crowd that came together does not keep step.
 *
 * @param refresh the published interval, ms.
 * @param idle how many looks in a row have shown nothing new.
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
 * Milliseconds until the look after a source was lost: what comes after a collective loss, a new
 * epoch or another ladder, is published by then, and the crowd does not ask for it at once.
 */
export const pollDelayAfterLoss = (spread: number | null, random: number): number =>
  MIN_POLL_INTERVAL_MS + random * Math.min(POLL_AFTER_LOSS_WITHIN_MS, spread ?? FIRST_WINDOW_MS);

// `Date` counts whole seconds.
const DATE_GRAIN_MS = 1_000;

/**
 * What the server's clock shows now, epoch ms. Its own `Date` is believed first (RFC 9110, 6.6.1,
 * with `Age` on top), and within its second this host's clock; without one this host's clock, unless
 * it is behind the time at which the document was made or an hour ahead of it: then it is wrong, and
 * the document counts as just made.
 *
 * @param serverTime when the document was made, or `null`.
 * @param date what the headers tell, or `null`.
 * @param now this host's clock.
 */
export const serverNow = (serverTime: number | null, date: number | null, now: number): number => {
  const made = serverTime ?? Number.NEGATIVE_INFINITY;
  if (date !== null) return Math.max(made, now > date && now < date + DATE_GRAIN_MS ? now : date);
  return serverTime !== null && (now < made || now - made > CLOCK_TRUST_MS) ? made : now;
};

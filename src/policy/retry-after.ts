import { MAX_SERVER_WAIT_MS } from './defaults.ts';

const WHOLE = /^\s*\d+\s*$/;

/**
 * The wait that a server asks for, in ms, clamped to an hour; `null` if it asks for none.
 *
 * `Retry-After` in seconds or as HTTP-date (RFC 9110, 10.2.3) takes precedence over an exhausted limit in the
 * RateLimit fields (draft-ietf-httpapi-ratelimit-headers: `"policy";r=0;t=30`, and the older `RateLimit-Remaining`
 * with `RateLimit-Reset`). A date is compared with the server's own `Date` if it is readable, so that a wrong clock
 * here has no effect.
 */
export const minimumWaitFrom = (
  get: (name: string) => string | null,
  now: number,
): number | null => {
  const after = get('retry-after') ?? '';
  let floor = Number.NaN;
  if (WHOLE.test(after)) floor = +after * 1_000;
  else if (/[a-z]{3}/i.test(after)) {
    floor = Date.parse(after) - (Date.parse(get('date') ?? '') || now);
  }
  if (Number.isNaN(floor)) {
    const spent = (get('ratelimit') ?? '').split(',').filter((item) => /;\s*r=0\b/.test(item));
    const resets = spent.map((item) => /;\s*t=(\d+)/.exec(item)?.[1]);
    if (get('ratelimit-remaining')?.trim() === '0') resets.push(get('ratelimit-reset') ?? '');
    const seconds = resets.filter((reset) => WHOLE.test(reset ?? '')).map(Number);
    if (!seconds.length) return null;
    floor = Math.max(...seconds) * 1_000;
  }
  return Math.min(MAX_SERVER_WAIT_MS, Math.max(0, floor));
};

import { DEFAULTS } from './defaults.ts';

const clampFloor = (ms: number): number => Math.min(DEFAULTS.maxFloor, Math.max(0, ms));

/** `Retry-After` in ms: delta-seconds or HTTP-date (RFC 9110, 10.2.3); `null` if absent or garbage. */
const retryAfter = (value: string | null, serverNow: number): number | null => {
  if (value === null) return null;
  if (/^\s*\d+\s*$/.test(value)) return clampFloor(Number(value) * 1000);
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : clampFloor(date - serverNow);
};

/**
 * RateLimit fields in ms: `RateLimit: "policy";r=0;t=30` (draft-ietf-httpapi-ratelimit-headers) and
 * the older `RateLimit-Remaining` with `RateLimit-Reset`. Only an exhausted limit is a floor.
 */
const rateLimit = (get: (name: string) => string | null): number | null => {
  let floor: number | null = null;
  for (const item of (get('ratelimit') ?? '').split(',')) {
    const remaining = /;\s*r=(\d+)/.exec(item)?.[1];
    const reset = /;\s*t=(\d+)/.exec(item)?.[1];
    if (remaining !== undefined && Number(remaining) === 0 && reset !== undefined) {
      floor = Math.max(floor ?? 0, Number(reset) * 1000);
    }
  }
  const reset = get('ratelimit-reset');
  if (get('ratelimit-remaining')?.trim() === '0' && reset && /^\s*\d+\s*$/.test(reset)) {
    floor = Math.max(floor ?? 0, Number(reset) * 1000);
  }
  return floor === null ? null : clampFloor(floor);
};

/**
 * The time a server asks to be left alone, in ms, clamped to an hour; `null` if it asks for none.
 * `Retry-After` takes precedence. An HTTP-date is read against the server's own `Date` where that
 * can be seen, so that a wrong clock here neither hurries nor delays.
 */
export const floorOf = (get: (name: string) => string | null, now: number): number | null => {
  const date = Date.parse(get('date') ?? '');
  return retryAfter(get('retry-after'), Number.isNaN(date) ? now : date) ?? rateLimit(get);
};

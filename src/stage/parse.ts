import { DOCUMENT_REFRESH_MS, MIN_LOTS_PER_SECOND } from '../policy/defaults.ts';
import type { Door, SourceDescription, StageDocument, StageState } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';

const STATES: readonly unknown[] = ['scheduled', 'live', 'held', 'ended'] satisfies StageState[];
const MOST_SOURCES = 16;
const LONGEST_NAME = 64;

/**
 * Returns an absolute http(s) URL, or `null`.
 *
 * @throws EarshotError `bad-document` if it has a user name or password.
 */
export const httpUrl = (value: unknown, base: string): string | null => {
  let url: URL | undefined;
  try {
    url = new URL(value as string, base);
  } catch {
    // A relative URL without a base, or not a URL.
  }
  if (typeof value !== 'string' || !url || !/^https?:$/.test(url.protocol)) return null;
  const { username, password, href, origin, pathname } = url;
  if (!(username + password)) return href;
  const what = 'it has a user name or password. Use the option token.';
  throw new EarshotError('bad-document', `${origin}${pathname}: ${what}`, { url: base });
};

/** True if the URL itself shows that it is HLS. */
export const isHlsUrl = (url: string): boolean => /^([^?#]*[.=]|[^#]*=)m3u8(?![\w.])/i.test(url);

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;

/** The same for a WebSocket: http counts as ws, https as wss. */
const socketUrl = (value: unknown, urlOf: (value: unknown) => string | null): string | null =>
  urlOf(value && typeof value === 'string' ? value.replace(/^ws/i, 'http') : null)?.replace(
    /^http/,
    'ws',
  ) ?? null;

/** A number within the bounds, or `null` if it is not a number. */
export const clamp = (value: unknown, least: number, most: number): number | null =>
  Number.isFinite(value) ? Math.min(most, Math.max(least, value as number)) : null;

/** Seconds within the bounds as ms, or `null` if it is not a number. */
const seconds = (value: unknown, least: number): number | null => {
  const clamped = clamp(value, least, 3_600);
  return clamped && clamped * 1_000;
};

const whole = (value: unknown): number =>
  Number.isSafeInteger(value) ? Math.max(0, value as number) : 0;

const time = (value: unknown): number | null =>
  (typeof value === 'string' && Date.parse(value)) || null;

const doorOf = (value: unknown, urlOf: (value: unknown) => string | null): Door => {
  const { epoch, open, opensPerSecond, tickets, passes } = Object(value);
  return Object.freeze({
    epoch: whole(epoch),
    // A door without numbers is open: missing fields must not exclude listeners.
    open: clamp(open, -1, 1) ?? 1,
    opensPerSecond: clamp(opensPerSecond, MIN_LOTS_PER_SECOND, 1) ?? MIN_LOTS_PER_SECOND,
    tickets: urlOf(tickets),
    passes: urlOf(passes),
  });
};

/**
 * Parses a stage document. Ignores unknown fields, clamps every number, drops invalid sources, and resolves relative
 * URLs against `base`.
 *
 * @param value the result of `JSON.parse`, or an object of the developer.
 * @param onError called for each URL that is dropped because it has a user name or password. Default: throws.
 * @throws EarshotError `bad-document` if the version is not 1, or no source is usable.
 */
export const parseDocument = (
  value: unknown,
  base: string,
  onError = (error: unknown): void => {
    throw error;
  },
): StageDocument => {
  const urlOf = (given: unknown) => {
    try {
      return httpUrl(given, base);
    } catch (error) {
      onError(error);
      return null;
    }
  };
  const fields: Record<string, unknown> = Object(value);
  const sources = new Map<string, SourceDescription>();
  const doors: Record<string, Door> = Object.create(null);
  const published = Object(fields.doors);
  for (const source of Array.isArray(fields.sources) ? fields.sources : []) {
    const { kind, url: given, door, lang, role, cushion } = Object(source);
    const held = clamp(cushion, 0, 4);
    const url = urlOf(given);
    if (typeof kind !== 'string' || !url || sources.has(url) || sources.size === MOST_SOURCES)
      continue;
    const isGuarded = isName(door);
    const named = {
      ...(isGuarded && { door }),
      ...(isName(lang) && { lang }),
      ...(isName(role) && { role }),
      ...(held !== null && { cushion: held * 1_000 }),
    };
    sources.set(url, Object.freeze({ kind, url, ...named }));
    if (isGuarded) doors[door] = doorOf(published[door], urlOf);
  }
  const { version, state } = fields;
  if (version !== 1 || (!sources.size && state !== 'scheduled')) {
    const why = version === 1 ? 'names no source with an http URL' : 'is not of "version": 1';
    throw new EarshotError('bad-document', `The stage document ${why}.`);
  }
  return Object.freeze({
    version,
    sequence: whole(fields.sequence),
    state: STATES.includes(state) ? (state as StageState) : 'live',
    serverTime: time(fields.serverTime),
    startsAt: time(fields.startsAt),
    sources: Object.freeze([...sources.values()]),
    doors: Object.freeze(doors),
    spread: seconds(fields.spread, 1),
    refresh: seconds(fields.refresh, 5) ?? DOCUMENT_REFRESH_MS,
    channel: socketUrl(fields.channel, urlOf),
    cues: fields.cues,
  });
};

/** The document for a plain HLS URL: one source, no polling. */
export const documentOfHls = (url: string): StageDocument =>
  parseDocument({ version: 1, sources: [{ kind: 'hls', url }] }, url);

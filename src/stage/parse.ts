import { DEFAULTS } from '../policy/defaults.ts';
import type { SourceDescription, StageDocument, StageState } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';

const STATES: readonly string[] = ['scheduled', 'live', 'held', 'ended'] satisfies StageState[];
const MOST_SOURCES = 16;
const MOST_URL = 2_048;

/** `value` within the bounds, or `null` if it is no finite number. */
const clamped = (value: unknown, least: number, most: number): number | null =>
  typeof value === 'number' && Number.isFinite(value)
    ? Math.min(most, Math.max(least, value))
    : null;

/** An absolute http(s) URL without credentials, or `null`. */
export const httpUrl = (value: unknown, base: string): string | null => {
  if (typeof value !== 'string' || value.length > MOST_URL) return null;
  try {
    const url = new URL(value, base);
    return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
};

const sourceOf = (value: unknown, base: string): SourceDescription | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { kind, url } = value as Record<string, unknown>;
  const absolute = httpUrl(url, base);
  return typeof kind === 'string' && kind.length <= 32 && absolute
    ? Object.freeze({ kind, url: absolute })
    : null;
};

/**
 * Reads a stage document: unknown fields are ignored, every number is clamped, sources that are
 * none are left out, relative URLs are resolved against `base`.
 *
 * @param value what `JSON.parse` gave, or an object of the developer's.
 * @throws EarshotError `bad-document` if it is no object, of another version, or has no usable source.
 */
export const parseDocument = (value: unknown, base: string): StageDocument => {
  const bad = (why: string) => new EarshotError('bad-document', `The stage document ${why}.`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad('is no JSON object');
  }
  const fields = value as Record<string, unknown>;
  if (fields.version !== 1) throw bad(`has version ${String(fields.version)}, not 1`);
  const listed: unknown[] = Array.isArray(fields.sources) ? fields.sources : [];
  const seen = new Set<string>();
  const sources = listed
    .slice(0, MOST_SOURCES)
    .map((source) => sourceOf(source, base))
    .filter((source): source is SourceDescription => {
      if (!source || seen.has(source.url)) return false;
      seen.add(source.url);
      return true;
    });
  const state = STATES.includes(fields.state as string) ? (fields.state as StageState) : 'live';
  if (sources.length === 0 && state !== 'scheduled') throw bad('names no source with an http URL');
  const startsAt = typeof fields.startsAt === 'string' ? Date.parse(fields.startsAt) : Number.NaN;
  const seconds = (field: unknown, least: number) => {
    const value = clamped(field, least, 3_600);
    return value === null ? null : value * 1_000;
  };
  return Object.freeze({
    version: 1,
    sequence: clamped(fields.sequence, 0, Number.MAX_SAFE_INTEGER) ?? 0,
    state,
    startsAt: Number.isNaN(startsAt) ? null : startsAt,
    sources: Object.freeze(sources),
    spread: seconds(fields.spread, 1),
    refresh: seconds(fields.refresh, 5) ?? DEFAULTS.refresh,
  });
};

/** The document that a plain HLS URL stands for: one source, and nothing to refresh. */
export const documentOfHls = (url: string): StageDocument =>
  Object.freeze({
    version: 1,
    sequence: 0,
    state: 'live',
    startsAt: null,
    sources: Object.freeze([Object.freeze({ kind: 'hls', url })]),
    spread: null,
    refresh: null,
  });

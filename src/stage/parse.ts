import { REFRESH } from '../policy/defaults.ts';
import type { SourceDescription, StageDocument, StageState } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';

const STATES: readonly unknown[] = ['scheduled', 'live', 'held', 'ended'] satisfies StageState[];
const MOST_SOURCES = 16;

/** An absolute http(s) URL without credentials, or `null`. */
export const httpUrl = (value: unknown, base: string): string | null => {
  try {
    const { protocol, username, href } = new URL(value as string, base);
    return typeof value === 'string' && /^https?:$/.test(protocol) && !username ? href : null;
  } catch {
    return null;
  }
};

/** Seconds within the bounds as ms, or `null` where there is no such number. */
const seconds = (value: unknown, least: number): number | null =>
  Number.isFinite(value) ? Math.min(3_600, Math.max(least, value as number)) * 1_000 : null;

/**
 * Reads a stage document: unknown fields are ignored, every number is clamped, sources that are
 * none are left out, relative URLs are resolved against `base`.
 *
 * @param value what `JSON.parse` gave, or an object of the developer's.
 * @throws EarshotError `bad-document` if it is not of version 1, or has no usable source.
 */
export const parseDocument = (value: unknown, base: string): StageDocument => {
  const fields: Record<string, unknown> = Object(value);
  const sources = new Map<string, SourceDescription>();
  for (const source of Array.isArray(fields.sources) ? fields.sources : []) {
    const { kind, url: given } = Object(source);
    const url = httpUrl(given, base);
    if (typeof kind !== 'string' || !url || sources.has(url) || sources.size === MOST_SOURCES)
      continue;
    sources.set(url, Object.freeze({ kind, url }));
  }
  const { version, sequence, state, startsAt } = fields;
  if (version !== 1 || (!sources.size && state !== 'scheduled')) {
    const why = version === 1 ? 'names no source with an http URL' : 'is not of version 1';
    throw new EarshotError('bad-document', `The stage document ${why}.`);
  }
  return Object.freeze({
    version,
    sequence: Number.isSafeInteger(sequence) ? Math.max(0, sequence as number) : 0,
    state: STATES.includes(state) ? (state as StageState) : 'live',
    startsAt: (typeof startsAt === 'string' && Date.parse(startsAt)) || null,
    sources: Object.freeze([...sources.values()]),
    spread: seconds(fields.spread, 1),
    refresh: seconds(fields.refresh, 5) ?? REFRESH,
  });
};

/** The document that a plain HLS URL stands for: one source, and nothing to refresh. */
export const documentOfHls = (url: string): StageDocument =>
  parseDocument({ version: 1, sources: [{ kind: 'hls', url }] }, url);

import type { SourceConfig } from '../../config-types.ts';
import { figure } from './words.ts';

const LONGEST = 240;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function short(value: unknown): string {
  const text = typeof value === 'string' ? `“${value}”` : (JSON.stringify(value) ?? '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const plain = (value: unknown): string =>
  typeof value === 'number' ? figure(value, 6) : short(value).replace(/^“(.*)”$/s, '$1');

/** A source by its kind and its host, or its path if it has no host. */
export function sourceName({ kind, url }: Pick<SourceConfig, 'kind' | 'url'>): string {
  const [, host] = /^\w+:\/\/([^/?#]+)/.exec(url) ?? [];
  return `${kind} ${host ?? url}`;
}

function doorWords(name: string, change: unknown): string[] {
  if (!isObject(change)) return [`Door ${name}: ${short(change)}`];
  return Object.entries(change).map(([field, value]) => {
    if (field === 'restart') return `Door ${name}: restarted`;
    if (field === 'capacity') return `Door ${name}: capacity ${plain(value)} joins/s`;
    if (field === 'most') {
      return value === null
        ? `Door ${name}: no limit inside`
        : `Door ${name}: at most ${plain(value)} inside`;
    }
    if (field === 'tickets') return `Door ${name}: tickets ${value ? 'on' : 'off'}`;
    return `Door ${name}: ${field} ${plain(value)}`;
  });
}

function sourcesWords(value: unknown): string {
  if (!Array.isArray(value)) return `Sources: ${short(value)}`;
  const sources = value.filter(isObject).map(({ kind, url, isOut }) => {
    const name = sourceName({ kind: String(kind), url: String(url) });
    return isOut ? `${name} (out)` : name;
  });
  return `Sources: ${sources.join(', ') || 'none'}`;
}

const FIELDS: Readonly<Record<string, (value: unknown) => string | readonly string[]>> = {
  state: (value) => `State: ${plain(value)}`,
  title: (value) => `Title: ${short(value)}`,
  startsAt: (value) => (value === null ? 'Start: not announced' : `Start: ${plain(value)}`),
  spread: (value) => `Spread: ${plain(value)} s`,
  refresh: (value) => `Refresh: ${plain(value)} s`,
  sources: sourcesWords,
  doors: (value) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, change]) => doorWords(name, change))
      : short(value),
  cues: (value) => `Cues of the document: ${Array.isArray(value) ? value.length : short(value)}`,
  moveChannel: () => 'Channel: moved to another URL',
  restartChannel: (value) => `Channel: restarted over ${plain(value)} s`,
};

const SENTENCES: Readonly<Record<string, string>> = {
  started: 'Started with its configuration',
  'another configuration': 'Another configuration took effect',
};

/** What was changed, in a line for each field. */
export function changeWords(change: unknown): readonly string[] {
  if (typeof change === 'string') return [SENTENCES[change] ?? change];
  if (!isObject(change)) return [short(change)];
  return Object.entries(change).flatMap(([field, value]) => {
    const words = Object.hasOwn(FIELDS, field) ? FIELDS[field]?.(value) : null;
    return words ?? `${field}: ${short(value)}`;
  });
}

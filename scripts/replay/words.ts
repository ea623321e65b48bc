// The log of a replay: one line for each entry that a reader wants to see.

import type { EarshotError } from '../../src/policy/errors.ts';
import type { Json } from '../../src/policy/json-delta.ts';
import { decode } from '../../src/policy/record.ts';
import type { Switch } from '../../src/session/api.ts';
import type { Step } from './replaying.ts';

const wordsOfEffect = (effect: Json, step: Step): string => {
  const { type, rung, generation, standby, climb, code } = effect as Readonly<Record<string, Json>>;
  const url = step.state.ladder[Number(rung)]?.url ?? `source ${rung}`;
  if (type === 'open') return `${climb ? 'climbs: ' : ''}${standby ? 'prepares' : 'opens'} ${url}`;
  if (type === 'penalize') return `counts a failure (${code}) of ${url}`;
  if (type === 'over') return 'ends the session';
  return `${type === 'swap' ? 'hands over to' : 'closes'} run ${generation}`;
};

const wordsOfEvent = ({ entry }: Step): string => {
  if (entry.seen !== undefined) return 'observed';
  const { type, ...fields } = decode(entry.event as Json) as Record<string, unknown>;
  const { error, generation, wanted, blocked, document } = fields as {
    error?: EarshotError;
    generation?: number;
    wanted?: boolean;
    blocked?: boolean;
    document?: { state: string; sequence: number };
  };
  const what = document && `${document.state}, sequence ${document.sequence}`;
  const told = [generation && `run ${generation}`, what, wanted ?? blocked, error?.message];
  return [type, ...told.filter((one) => one !== undefined && one !== 0)].join(': ');
};

const ms = (value: number | null): string =>
  value === null ? 'unknown' : `${value.toFixed(0)} ms`;

/** A step in words; `null`: an observation that led to nothing. */
export const wordsOf = (step: Step): string | null => {
  const { entry, effects, difference } = step;
  const { request, shown } = entry;
  if (entry.seen !== undefined && !effects.length && !difference) return null;
  if (request) {
    const { method, url, purpose, status, code, ms: took } = request;
    return `${method} ${purpose} ${url}: ${[status, code].filter(Boolean).join(' ')}, ${took} ms`;
  }
  if (shown) {
    const { status, source, muted, volume } = step.state;
    const silence = muted ? ', muted' : volume ? '' : ', volume 0';
    return `→ ${status}${source ? `: ${source.kind} ${source.url}` : ''}${silence}`;
  }
  if (entry.error !== undefined) return `error: ${(decode(entry.error) as EarshotError).message}`;
  if (entry.switch !== undefined) {
    const { to, skippedMs, repeatedMs } = decode(entry.switch) as Switch;
    return `switched to ${to.url}: ${ms(skippedMs)} skipped, ${ms(repeatedMs)} repeated`;
  }
  if (entry.event === undefined && entry.seen === undefined) return 'the end';
  const decided = effects.map((effect) => wordsOfEffect(effect, step)).join('; ');
  return `${wordsOfEvent(step)}${decided ? ` ⇒ ${decided}` : ''}`;
};

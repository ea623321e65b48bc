// Replays a record of `session.record()` through the reducer of this repository, and compares what it decides.
import { derive } from '../../src/policy/derive.ts';
import { diff, type Json } from '../../src/policy/json-delta.ts';
import type { Model } from '../../src/policy/model.ts';
import {
  advance,
  decode,
  type RecordEntry,
  type Replayed,
  reencode,
  type Shown,
} from '../../src/policy/record.ts';
import type { State, Status, Wait } from '../../src/policy/state.ts';
import type { SessionRecord } from '../../src/session/api.ts';
import { SHORT } from '../short-names.ts';

/** One entry, replayed. */
export interface Step {
  readonly entry: RecordEntry;
  /** What the reducer decided now. */
  readonly effects: readonly Json[];
  /** The state after it, as the reducer of this repository has it. */
  readonly state: State;
  /** In what it differs from the record; `null`: in nothing. */
  readonly difference: string | null;
}

/** What a record calls the properties that the build has shortened: it marks names that begin with `$`. */
const LONG = new Map([...SHORT].map(([long, short]) => [`$${short}`, long]));

/** Gives all properties of a record their names in the source. */
const withLongNames = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withLongNames);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(
    fields.map(([name, field]) => [LONG.get(name) ?? name, withLongNames(field)]),
  );
};

/** @throws Error that says what is wrong with the file. */
export const parseRecord = (text: string): SessionRecord => {
  let value: Partial<SessionRecord>;
  try {
    value = Object(withLongNames(JSON.parse(text)));
  } catch {
    throw new Error('The file is not JSON. Write JSON.stringify(session.record()) into it.');
  }
  const { version, snapshot, entries } = value;
  if (version !== 1)
    throw new Error(`The record has version ${version}; this command reads version 1.`);
  if (!Array.isArray(entries) || !Object(snapshot).model || !Object(snapshot).shown)
    throw new Error('The record has no snapshot or no entries.');
  return value as SessionRecord;
};

const NO_CHANNEL = { status: 'none', wait: null, listeners: null, isLeader: false } as const;

const stateOf = (model: Model, shown: Shown, now: number): State =>
  derive(model, {
    ...{ programTime: null, latency: null, now, channel: NO_CHANNEL, outbox: [], cues: [] },
    // The pause after a fall is no part of the model: the record says that there was one.
    pause: shown.status === 'rejoining' ? 0 : null,
    muted: shown.muted,
    volume: shown.volume,
    documentWait: decode(shown.documentWait) as Wait | null,
  });

const listed = (values: readonly Json[] = []): string => JSON.stringify(values);

/** Replays the whole record. A difference does not end it, since the first one is often the point. */
export function* replay(record: SessionRecord): Generator<Step> {
  const { model, seen, shown } = record.snapshot as { model: Json; seen: Json; shown: Shown };
  let now: Replayed = { model: decode(model) as Model, seen, shown };
  /** When the last event was done that no other event interrupted. */
  let settledAt: number | null = null;

  /** A status that changed without a word in the record. Clocks tick between an event and its state. */
  const unsaid = (at: number): string | null => {
    if (settledAt === null) return null;
    const statuses = [settledAt, at].map((time) => stateOf(now.model, now.shown, time).status);
    const { status } = now.shown;
    return statuses.includes(status) ? null : `the status was ${status}, and is ${statuses[0]}`;
  };

  for (const entry of record.entries as readonly RecordEntry[]) {
    const { at, shown } = entry;
    const isEvent = entry.event !== undefined || entry.seen !== undefined;
    let difference = isEvent && !entry.isNested ? unsaid(at) : null;
    const { effects, ...after } = advance(now, entry);
    now = after;
    if (isEvent) {
      settledAt = at;
      if (diff(entry.effects ?? [], effects))
        difference ??= `it decided ${listed(entry.effects)}, and decides ${listed(effects)}`;
    }
    const state = stateOf(now.model, now.shown, at);
    if (shown && shown.status !== state.status)
      difference ??= `the status was ${shown.status}, and is ${state.status}`;
    yield { entry, effects, state, difference };
  }

  const last = (record.entries as readonly RecordEntry[]).at(-1);
  const change = diff(record.model as Json, reencode(now.model));
  const difference =
    (last && unsaid(last.at)) ?? (change && `the model ends otherwise: ${JSON.stringify(change)}`);
  if (last && difference) {
    const state = stateOf(now.model, now.shown, last.at);
    yield { entry: { at: last.at }, effects: [], state, difference };
  }
}

/** A status, and when it began in seconds since the start of the record. */
export type StatusChange = readonly [seconds: number, status: Status, source: string | null];

/**
 * The statuses that the reducer of this repository gives for a record, and the source of each. A status that lasts no
 * time, because another event came at once, is left out.
 */
export const statusesOf = (record: SessionRecord): StatusChange[] => {
  const changes: StatusChange[] = [];
  for (const { entry, state } of replay(record)) {
    const { status, source } = state;
    const seconds = Number(((entry.at - record.since) / 1_000).toFixed(1));
    const last = changes.at(-1);
    const url = source?.url ?? null;
    if (last?.[0] === seconds) changes.pop();
    const before = changes.at(-1);
    if (before?.[1] !== status || before[2] !== url) changes.push([seconds, status, url]);
  }
  return changes;
};

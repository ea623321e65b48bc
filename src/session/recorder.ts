import type { Governor } from '../governor/api.ts';
import type { Host } from '../host/host.ts';
import { diff, type Json } from '../policy/json-delta.ts';
import type { Event } from '../policy/model.ts';
import {
  advance,
  decode,
  encode,
  encodeEffect,
  type RecordEntry,
  type Replayed,
  recordedRequest,
  reencode,
  type Shown,
} from '../policy/record.ts';
import { createHideUrl } from '../policy/redact.ts';
import { reduce } from '../policy/reduce.ts';
import { VERSION } from '../version.ts';
import type { Session, SessionRecord } from './api.ts';
import type { Loop } from './loop.ts';

const MAX_AGE_MS = 600_000;
/** Ten minutes of a realtime source, which is observed 20 times a second. */
const MAX_ENTRIES = 15_000;
const MAX_CHARACTERS = 1_000_000;

/**
 * Records the last ten minutes of a session: each event of the reducer, the decisions, the statuses and the requests.
 * Returns what makes a copy of the record.
 *
 * The entries are kept as JSON, so that their size is known. When the oldest entry leaves, the snapshot takes it over
 * by the reducer itself: snapshot and entries together always lead to the present model.
 */
export const startRecorder = (
  session: Session,
  loop: Loop,
  governor: Governor,
  host: Host,
): (() => SessionRecord) => {
  const hide = createHideUrl();
  const entries: { readonly text: string; readonly recordedAt: number }[] = [];
  let characters = 0;
  let depth = 0;

  const shownNow = (): Shown => {
    const { status, muted, volume, documentWait } = session.state;
    return { status, muted, volume, documentWait: encode(documentWait, hide) };
  };
  let seen: Json = null;
  let shown = shownNow();
  let since = host.now();
  let oldest: Replayed = {
    model: decode(encode(loop.model, hide)) as Replayed['model'],
    seen,
    shown,
  };

  const dropOldest = () => {
    const [first] = entries.splice(0, 1);
    if (!first) return;
    characters -= first.text.length;
    const entry: RecordEntry = JSON.parse(first.text);
    const { model, seen, shown } = advance(oldest, entry);
    oldest = { model, seen, shown };
    since = entry.at;
  };

  const isOverfull = (now: number) =>
    entries.length > MAX_ENTRIES ||
    characters > MAX_CHARACTERS ||
    (entries[0]?.recordedAt ?? now) < now - MAX_AGE_MS;

  const add = (entry: RecordEntry) => {
    const text = JSON.stringify(entry);
    const recordedAt = host.elapsed();
    entries.push({ text, recordedAt });
    characters += text.length;
    while (isOverfull(recordedAt)) dropOldest();
  };

  const entryOf = (event: Event): RecordEntry => {
    if (event.type !== 'observed') return { at: host.now(), event: encode(event, hide) };
    const { type, now: at, ...observation } = event;
    const last = seen;
    seen = encode(observation, hide);
    return { at, seen: diff(last, seen) ?? {} };
  };

  const { dispatch } = loop;
  loop.dispatch = (event) => {
    if (loop.isOver()) return;
    const effects = reduce(loop.model, event)[1].map(encodeEffect);
    add({
      ...entryOf(event),
      ...(effects.length && { effects }),
      ...(depth && { isNested: true as const }),
    });
    depth++;
    dispatch(event);
    depth--;
  };

  session.on('state', () => {
    // Another subscriber may have acted on this state first, so the present state counts.
    const now = shownNow();
    if (!diff({ ...shown }, { ...now })) return;
    shown = now;
    add({ at: host.now(), shown });
  });
  session.on('error', (error) => add({ at: host.now(), error: encode(error, hide) }));
  session.on('switch', (change) => add({ at: host.now(), switch: encode(change, hide) }));

  governor.record = ({ method = 'GET', url, purpose, signal }, { answer, error }, askedAt) => {
    const ms = Math.round(host.elapsed() - askedAt);
    const status = answer?.status ?? error?.status;
    const code = signal.aborted ? 'aborted' : error?.code;
    add({ at: host.now(), request: recordedRequest({ method, url, purpose, status, code, ms }) });
  };

  return () => ({
    version: 1,
    earshot: VERSION,
    since,
    snapshot: { model: reencode(oldest.model), seen: oldest.seen, shown: oldest.shown },
    entries: entries.map(({ text }) => JSON.parse(text)),
    model: encode(loop.model, hide),
  });
};

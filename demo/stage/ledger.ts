import type { IncomingMessage } from 'node:http';
import type { Fault, Origin } from './faults.ts';
import { createTally, type Rates, type Tally } from './tally.ts';

export interface RequestRecord {
  /** Epoch milliseconds. */
  at: number;
  origin: Origin;
  method: string;
  path: string;
  userAgent: string;
  listener: string | null;
  /** null: refused by a fault without an answer, or gone before it came. */
  status: number | null;
  fault: Fault['kind'];
}

const MOST_RECORDS = 50_000;
const DROPPED_AT_ONCE = 5_000;
const LONGEST_TEXT = 512;
const LISTENER_TOKEN = /\blistener-([\w.-]+)/;

/** All requests that reached an origin: the newest ones whole, the last minute as counts. */
export interface Ledger {
  readonly records: RequestRecord[];
  add(record: RequestRecord): void;
  /** Enters a connection that was refused before anything was read from it. */
  addRefused(origin: Origin, at: number): void;
  onRequest(listener: (record: RequestRecord) => void): () => void;
  rates(at: number): Record<Origin, Rates>;
}

export function createLedger(): Ledger {
  const records: RequestRecord[] = [];
  const listeners = new Set<(record: RequestRecord) => void>();
  const tallies: Record<Origin, Tally> = {
    a: createTally(),
    b: createTally(),
    stage: createTally(),
    floor: createTally(),
    whep: createTally(),
    channel: createTally(),
  };

  function add(record: RequestRecord): void {
    if (records.length === MOST_RECORDS) records.splice(0, DROPPED_AT_ONCE);
    records.push(record);
    tallies[record.origin].count(record.at, record.status === null || record.status >= 400);
    for (const listener of listeners) listener(record);
  }

  return {
    records,
    add,
    addRefused(origin, at) {
      const nothing = { method: '', path: '', userAgent: '', listener: null, status: null };
      add({ at, origin, ...nothing, fault: 'refuse' });
    },
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rates: (at) => ({
      a: tallies.a.rates(at),
      b: tallies.b.rates(at),
      stage: tallies.stage.rates(at),
      floor: tallies.floor.rates(at),
      whep: tallies.whep.rates(at),
      channel: tallies.channel.rates(at),
    }),
  };
}

/** What a record says about who asked for what. */
export function describe(
  request: IncomingMessage,
  url: URL,
): Pick<RequestRecord, 'method' | 'path' | 'userAgent' | 'listener'> {
  const userAgent = request.headers['user-agent'] ?? '';
  const listener = url.searchParams.get('listener') ?? LISTENER_TOKEN.exec(userAgent)?.[1];
  return {
    method: request.method ?? '',
    path: url.pathname.slice(0, LONGEST_TEXT),
    userAgent: userAgent.slice(0, LONGEST_TEXT),
    listener: listener?.slice(0, LONGEST_TEXT) ?? null,
  };
}

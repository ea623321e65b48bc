import type { Host } from '../host/host.ts';
import { MAX_TTL, MESSAGE_BYTES, OUTBOX_BYTES, OUTBOX_MESSAGES, TTL } from '../policy/defaults.ts';
import type { Pending } from '../policy/state.ts';
import { isName, isSender, type Up, type Verdict } from './frames.ts';

/** What became of a message. */
export type Sent =
  /** The server has it, exactly once. */
  | { readonly outcome: 'acknowledged' }
  /** Its time to live passed first. It may have arrived all the same. */
  | { readonly outcome: 'expired' }
  /** The server has it and says no. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /**
   * It was let go here. `superseded`: a later one with its key took its place. `full`: the outbox
   * holds all it can. `unusable`: no name, or a payload that is no JSON or too large. `closed`: the
   * session is over. `no-channel`: none was given to `listen()`. What was superseded or closed may
   * have arrived all the same.
   */
  | {
      readonly outcome: 'dropped';
      readonly why: 'superseded' | 'full' | 'unusable' | 'closed' | 'no-channel';
    };

/** How a message is sent. */
export interface SendOptions {
  /** Ms for which it is of use, 1,000 to 3,600,000; what lies outside is clamped. Default 60,000. */
  readonly ttl?: number;
  /** Of the messages with one key that wait, the last alone is sent. Default: none. */
  readonly key?: string;
}

interface Entry extends Omit<Pending, 'status'> {
  readonly from: string;
  readonly seq: number;
  readonly payload: unknown;
  readonly bytes: number;
  isSent: boolean;
  settle(sent: Sent): void;
}

/** What an outbox is made with. */
export interface OutboxOptions {
  readonly host: Host;
  /** Where it is kept over a reload; `null`: it is not. */
  readonly key: string | null;
  onChange(): void;
}

/** The bounded queue of the listener's messages. */
export interface Outbox {
  readonly pending: readonly Pending[];
  /** Never rejects, and settles at the latest when the time to live has passed. */
  send(type: string, payload: unknown, options?: SendOptions): Promise<Sent>;
  /** There is a way: all goes that is not decided on, in order, a few at a time. */
  open(post: (frame: Up) => void): void;
  /** The way is gone. What was on it is sent again on the next one. */
  shut(): void;
  decide(verdict: Verdict): void;
  /** Drops all that is left; what was kept over reloads too. */
  close(): void;
}

/** Messages on the wire at once. */
const UNDER_WAY = 8;
/** What waited for a way is sent within this, so that those who come back together do not send together. */
const FLUSH_WITHIN = 1_000;

const within = (value: unknown, fallback: number): number =>
  Number.isFinite(value) ? Math.min(MAX_TTL, Math.max(1_000, value as number)) : fallback;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

const nameOf = (host: Host): string => {
  const part = () => host.random().toString(36).slice(2, 13).padEnd(11, '0');
  return part() + part();
};

const revive = (value: unknown, now: number): Entry | null => {
  const { from, seq, type, key, payload, bytes, since, until } = Object(value);
  const isNumbered = Number.isSafeInteger(seq) && bytes <= MESSAGE_BYTES && since <= now;
  if (!isSender(from) || !isNumbered || !isName(type) || (key !== null && !isName(key)))
    return null;
  if (!(until > now && until <= now + MAX_TTL)) return null;
  return { from, seq, type, key, payload, bytes, since, until, isSent: false, settle() {} };
};

export const createOutbox = ({ host, key: kept, onChange }: OutboxOptions): Outbox => {
  const from = nameOf(host);
  const store = host.stores.tab;
  let seq = 0;
  let entries: Entry[] = [];
  let post: ((frame: Up) => void) | null = null;
  let isClosed = false;
  let stopFlush = () => {};
  let stopExpiry = () => {};

  const keep = () => {
    if (!kept) return;
    try {
      if (entries.length && !isClosed) store.set(kept, JSON.stringify(entries));
      else store.remove(kept);
    } catch {
      // What storage does not take is lost with the page.
    }
  };

  const arm = () => {
    stopExpiry();
    const next = Math.min(...entries.map(({ until }) => until));
    if (entries.length) stopExpiry = host.timer(expire, next - host.now());
  };

  const changed = () => {
    keep();
    arm();
    onChange();
  };

  const settle = (gone: readonly Entry[], sent: Sent) => {
    if (!gone.length) return;
    entries = entries.filter((entry) => !gone.includes(entry));
    for (const entry of gone) entry.settle(sent);
    fill();
    changed();
  };

  const expire = () => {
    const gone = entries.filter(({ until }) => until <= host.now());
    // A clock that was put back makes the timer early.
    if (gone.length) settle(gone, { outcome: 'expired' });
    else changed();
  };

  const fill = () => {
    for (const entry of post ? entries.slice(0, UNDER_WAY) : []) {
      if (entry.isSent) continue;
      entry.isSent = true;
      const { from, seq, type, key, payload } = entry;
      post?.({ op: 'send', from, seq, type, ...(key !== null && { key }), payload });
    }
  };

  const shut = () => {
    stopFlush();
    post = null;
    for (const entry of entries) entry.isSent = false;
  };

  if (kept) {
    try {
      const now = host.now();
      const stored: unknown[] = JSON.parse(store.get(kept) ?? '[]');
      entries = stored.slice(0, OUTBOX_MESSAGES).flatMap((value) => revive(value, now) ?? []);
    } catch {
      // Garbage is as good as nothing.
    }
    arm();
  }

  return {
    get pending() {
      return entries.map(({ type, key, since, until, isSent }) => ({
        type,
        key,
        since,
        until,
        status: isSent ? ('sent' as const) : ('queued' as const),
      }));
    },
    send(type, given, { ttl, key = null as string | null } = {}) {
      const drop = (why: (Sent & { outcome: 'dropped' })['why']) =>
        Promise.resolve<Sent>({ outcome: 'dropped', why });
      if (isClosed) return drop('closed');
      let text: string | undefined;
      try {
        text = JSON.stringify(given ?? null);
      } catch {
        // A cycle, a BigInt, or a toJSON() that throws.
      }
      const bytes = bytesOf(text ?? '');
      if (!text || bytes > MESSAGE_BYTES || !isName(type) || (key !== null && !isName(key)))
        return drop('unusable');
      // After a loss several may wait again; the newest stands for all.
      const old = entries.filter((entry) => key !== null && entry.key === key && !entry.isSent);
      const isOld = old.length > 0;
      const held = entries.reduce((sum, entry) => sum + entry.bytes, bytes);
      if (!isOld && (entries.length >= OUTBOX_MESSAGES || held > OUTBOX_BYTES)) return drop('full');
      const since = host.now();
      const until = since + within(ttl, TTL);
      // As it is now: what the sender changes later is not what was sent.
      const payload: unknown = JSON.parse(text);
      return new Promise((resolve) => {
        const order = { from, seq: ++seq, type, key, payload, bytes, since, until };
        entries.push({ ...order, isSent: false, settle: resolve });
        settle(old, { outcome: 'dropped', why: 'superseded' });
        if (!isOld) {
          fill();
          changed();
        }
      });
    },
    open(next) {
      shut();
      const flush = () => {
        post = next;
        fill();
        onChange();
      };
      // A way that was there before anything waited needs no draw.
      if (entries.length) stopFlush = host.timer(flush, host.random() * FLUSH_WITHIN);
      else post = next;
    },
    shut() {
      shut();
      onChange();
    },
    decide({ from, seq, ...verdict }) {
      const gone = entries.filter((entry) => entry.from === from && entry.seq === seq);
      settle(
        gone,
        verdict.op === 'ack'
          ? { outcome: 'acknowledged' }
          : { outcome: 'refused', reason: verdict.reason },
      );
    },
    close() {
      isClosed = true;
      shut();
      settle(entries, { outcome: 'dropped', why: 'closed' });
      stopExpiry();
      keep();
    },
  };
};

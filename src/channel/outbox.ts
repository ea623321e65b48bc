import type { Host } from '../host/host.ts';
import {
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_TTL_MS,
  MAX_OUTBOX_BYTES,
  MAX_OUTBOX_MESSAGES,
  MESSAGE_TTL_MS,
} from '../policy/defaults.ts';
import type { PendingMessage } from '../policy/state.ts';
import { type ClientFrame, isName, isSender, type Verdict } from './frames.ts';

/** The outcome of a message. */
export type SendResult =
  /** The server has accepted it exactly once. */
  | { readonly outcome: 'acknowledged' }
  /** Its time to live has passed. It may have arrived anyway. */
  | { readonly outcome: 'expired' }
  /** The server has rejected it. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /**
   * Earshot dropped it. `superseded`: a later message with the same key replaced it. `full`: the outbox is full.
   * `unusable`: an invalid type, or a payload that is not JSON or too large. `closed`: the session is over.
   * `no-channel`: `listen()` got no `channel`. A superseded or closed message may have arrived anyway.
   */
  | {
      readonly outcome: 'dropped';
      readonly why: 'superseded' | 'full' | 'unusable' | 'closed' | 'no-channel';
    };

/** The options of `send()`. */
export interface SendOptions {
  /** Time to live in ms, 1,000 to 3,600,000; other values are clamped. Default: 60,000. */
  readonly ttl?: number | undefined;
  /** Of the waiting messages with one key, only the last is sent. Default: none. */
  readonly key?: string | undefined;
}

interface Entry extends Omit<PendingMessage, 'status'> {
  readonly from: string;
  readonly seq: number;
  readonly payload: unknown;
  readonly bytes: number;
  isSent: boolean;
  settle(sent: SendResult): void;
}

/** The options of an outbox. */
export interface OutboxOptions {
  readonly host: Host;
  /** The storage key that survives a reload; `null`: not stored. */
  readonly key: string | null;
  onChange(): void;
}

/** The bounded queue of the listener's messages. */
export interface Outbox {
  readonly pending: readonly PendingMessage[];
  /** Never rejects. Settles no later than the end of the time to live. */
  send(type: string, payload: unknown, options?: SendOptions): Promise<SendResult>;
  /** A connection is available: sends all pending messages in order, a few at a time. */
  connect(post: (frame: ClientFrame) => void): void;
  /** The connection is lost. Unacknowledged messages are sent again on the next one. */
  disconnect(): void;
  settleVerdict(verdict: Verdict): void;
  /** Drops all messages, also the stored ones. */
  close(): void;
}

/** The maximum of unacknowledged messages in flight. */
const MAX_IN_FLIGHT = 8;
/** Waiting messages are sent within this time, so that tabs that reconnect together do not send together. */
const FLUSH_WITHIN_MS = 1_000;

const within = (value: unknown, fallback: number): number =>
  Number.isFinite(value)
    ? Math.min(MAX_MESSAGE_TTL_MS, Math.max(1_000, value as number))
    : fallback;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

const nameOf = (host: Host): string => {
  const part = () => host.random().toString(36).slice(2, 13).padEnd(11, '0');
  return part() + part();
};

const validate = (value: unknown, now: number): Entry | null => {
  const { from, seq, type, key, payload, bytes, since, until } = Object(value);
  const isNumbered = Number.isSafeInteger(seq) && bytes <= MAX_MESSAGE_BYTES && since <= now;
  if (!isSender(from) || !isNumbered || !isName(type) || (key !== null && !isName(key)))
    return null;
  if (!(until > now && until <= now + MAX_MESSAGE_TTL_MS)) return null;
  return { from, seq, type, key, payload, bytes, since, until, isSent: false, settle() {} };
};

export const createOutbox = ({ host, key: kept, onChange }: OutboxOptions): Outbox => {
  const from = nameOf(host);
  const store = host.stores.tab;
  let seq = 0;
  let entries: Entry[] = [];
  let post: ((frame: ClientFrame) => void) | null = null;
  let isClosed = false;
  let stopFlush = () => {};
  let stopExpiry = () => {};

  const save = () => {
    if (!kept) return;
    try {
      if (entries.length && !isClosed) store.set(kept, JSON.stringify(entries));
      else store.remove(kept);
    } catch {
      // If storage rejects it, a reload loses it.
    }
  };

  const scheduleExpiry = () => {
    stopExpiry();
    const next = Math.min(...entries.map(({ until }) => until));
    if (entries.length) stopExpiry = host.timer(expire, next - host.now());
  };

  const changed = () => {
    save();
    scheduleExpiry();
    onChange();
  };

  const settle = (gone: readonly Entry[], sent: SendResult) => {
    if (!gone.length) return;
    entries = entries.filter((entry) => !gone.includes(entry));
    for (const entry of gone) entry.settle(sent);
    sendNext();
    changed();
  };

  const expire = () => {
    const gone = entries.filter(({ until }) => until <= host.now());
    // After the clock was put back, the timer is early.
    if (gone.length) settle(gone, { outcome: 'expired' });
    else changed();
  };

  const sendNext = () => {
    for (const entry of post ? entries.slice(0, MAX_IN_FLIGHT) : []) {
      if (entry.isSent) continue;
      entry.isSent = true;
      const { from, seq, type, key, payload } = entry;
      post?.({ op: 'send', from, seq, type, ...(key !== null && { key }), payload });
    }
  };

  const disconnect = () => {
    stopFlush();
    post = null;
    for (const entry of entries) entry.isSent = false;
  };

  if (kept) {
    try {
      const now = host.now();
      const stored: unknown[] = JSON.parse(store.get(kept) ?? '[]');
      entries = stored.slice(0, MAX_OUTBOX_MESSAGES).flatMap((value) => validate(value, now) ?? []);
    } catch {
      // Garbage counts as no record.
    }
    scheduleExpiry();
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
      const drop = (why: (SendResult & { outcome: 'dropped' })['why']) =>
        Promise.resolve<SendResult>({ outcome: 'dropped', why });
      if (isClosed) return drop('closed');
      let text: string | undefined;
      try {
        text = JSON.stringify(given ?? null);
      } catch {
        // A cyclic object, a BigInt, or a toJSON() that throws.
      }
      const bytes = bytesOf(text ?? '');
      if (!text || bytes > MAX_MESSAGE_BYTES || !isName(type) || (key !== null && !isName(key)))
        return drop('unusable');
      // After a loss several messages with one key may wait again; the newest replaces them.
      const old = entries.filter((entry) => key !== null && entry.key === key && !entry.isSent);
      const isOld = old.length > 0;
      const held = entries.reduce((sum, entry) => sum + entry.bytes, bytes);
      if (!isOld && (entries.length >= MAX_OUTBOX_MESSAGES || held > MAX_OUTBOX_BYTES))
        return drop('full');
      const since = host.now();
      const until = since + within(ttl, MESSAGE_TTL_MS);
      // A copy: later changes by the sender must not change the message.
      const payload: unknown = JSON.parse(text);
      return new Promise((resolve) => {
        const order = { from, seq: ++seq, type, key, payload, bytes, since, until };
        entries.push({ ...order, isSent: false, settle: resolve });
        settle(old, { outcome: 'dropped', why: 'superseded' });
        if (!isOld) {
          sendNext();
          changed();
        }
      });
    },
    connect(next) {
      disconnect();
      const flush = () => {
        post = next;
        sendNext();
        onChange();
      };
      // With a connection and no waiting messages, no jitter is needed.
      if (entries.length) stopFlush = host.timer(flush, host.random() * FLUSH_WITHIN_MS);
      else post = next;
    },
    disconnect() {
      disconnect();
      onChange();
    },
    settleVerdict({ from, seq, ...verdict }) {
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
      disconnect();
      settle(entries, { outcome: 'dropped', why: 'closed' });
      stopExpiry();
      save();
    },
  };
};

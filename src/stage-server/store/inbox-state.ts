import type { DecidedRecord, Sender, StoreRecord } from './records.ts';
import type { Decided, InboxMessage, Submission } from './store.ts';

/** The longest time to live of a message, so nobody sends one again after it. */
export const DECISION_LIFE_MS = 3_600_000;
export const MAX_REFUSALS = 32;
export const MAX_INBOX = 50_000;
/** The reason for a message of a sender for whom there is no room. */
export const TOO_MANY_SENDERS = 'too many senders';

type InboxRecord = Extract<StoreRecord, { op: 'decided' | 'sender' | 'message' }>;

/** The decisions on messages, and those that were accepted, in memory. */
export interface InboxState {
  apply(record: InboxRecord): void;
  decide(submissions: readonly Submission[], now: number): Decided[];
  /** Accepted messages after a position, oldest first. */
  after(position: number, most: number): InboxMessage[];
  /** What makes this state from none. */
  snapshot(): Iterable<InboxRecord>;
}

/**
 * @param most the maximum of senders.
 * @param change applies a change to this state, and notes it in the journal.
 */
export function createInboxState(
  most: number,
  change: (record: DecidedRecord) => void,
): InboxState {
  const senders = new Map<string, Sender>();
  let messages: InboxMessage[] = [];

  function keepSender(from: string, sender: Sender): void {
    // The last one to send is the last one here, so that the oldest ones are found first.
    senders.delete(from);
    senders.set(from, sender);
  }

  function keepMessage(message: InboxMessage): void {
    messages.push(message);
    // Not at each message, because it moves all of them.
    if (messages.length > MAX_INBOX * 1.1) messages = messages.slice(-MAX_INBOX);
  }

  function applyDecision(record: DecidedRecord): void {
    const { op: _, reason, at, position, ...message } = record;
    const { from, seq } = message;
    const sender = senders.get(from);
    // One that was forgotten is here again while a journal is read.
    const before = sender && at - sender.at < DECISION_LIFE_MS ? sender.refusals : [];
    const refusals = reason === null ? before : [...before, { seq, reason }].slice(-MAX_REFUSALS);
    keepSender(from, { seq, at, refusals });
    if (position !== null) keepMessage({ ...message, position, at });
  }

  function forgetOldSenders(now: number): void {
    for (const [from, { at }] of senders) {
      if (now - at < DECISION_LIFE_MS) break;
      senders.delete(from);
    }
  }

  function decideOne(submission: Submission, now: number): Decided {
    const { from, seq, type, key, payload, reason } = submission;
    const sender = senders.get(from);
    if (sender && seq <= sender.seq) {
      const refusal = sender.refusals.find((one) => one.seq === seq);
      return { reason: refusal?.reason ?? null, isFirst: false };
    }
    if (!sender && senders.size >= most) return { reason: TOO_MANY_SENDERS, isFirst: false };
    // From the clock, so that positions grow even if the store loses its data.
    const position = reason === null ? Math.max(now, (messages.at(-1)?.position ?? 0) + 1) : null;
    change({ op: 'decided', at: now, from, seq, type, key, payload, reason, position });
    return { reason, isFirst: true };
  }

  return {
    apply(record) {
      if (record.op === 'decided') return applyDecision(record);
      if (record.op === 'sender') {
        const { op: _, from, ...sender } = record;
        return keepSender(from, sender);
      }
      const { op: _, ...message } = record;
      keepMessage(message);
    },
    decide(submissions, now) {
      forgetOldSenders(now);
      return submissions.map((submission) => decideOne(submission, now));
    },
    after(position, limit) {
      const start = Math.max(0, messages.length - MAX_INBOX);
      let [low, high] = [start, messages.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((messages[middle]?.position ?? 0) > position) high = middle;
        else low = middle + 1;
      }
      return messages.slice(low, low + limit);
    },
    *snapshot() {
      for (const [from, sender] of senders) yield { op: 'sender', from, ...sender };
      for (const message of messages) yield { op: 'message', ...message };
    },
  };
}

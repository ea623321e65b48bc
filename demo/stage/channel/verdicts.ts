import type { Send } from './frames.ts';
import { type Decision, type Journal, memoryJournal } from './journal.ts';

/** The longest time to live of a message, so nobody sends one again after it. */
const KEPT_MS = 3_600_000;
const MOST_SENDERS = 100_000;
const MOST_REFUSALS = 32;

/** What is kept of a sender, however many messages it has sent. */
interface Sender {
  /** The highest number that was decided on. */
  seq: number;
  at: number;
  /** Those of the last decisions that were refusals. */
  refusals: { seq: number; reason: string }[];
}

/** `null`: accepted. */
export type Reason = string | null;

/** Decides on each message once, and says the same of it ever after. */
export interface Verdicts {
  /**
   * @param judge is asked only about what was not decided on yet.
   * @returns why it is refused; `null`: it is accepted, now or long ago.
   */
  decide(message: Send, at: number, judge: () => Reason): Reason;
}

/**
 * @param onAccepted is told of each accepted message once, those of an earlier process included.
 */
export function createVerdicts(
  onAccepted: (decision: Decision) => void,
  journal: Journal = memoryJournal,
): Verdicts {
  const senders = new Map<string, Sender>();

  function keep(decision: Decision): void {
    const { from, seq, at, reason } = decision;
    const refusals = senders.get(from)?.refusals ?? [];
    if (reason !== null) refusals.push({ seq, reason });
    // Whoever sent last is last, so that the oldest ones are found first.
    senders.delete(from);
    senders.set(from, { seq, at, refusals: refusals.slice(-MOST_REFUSALS) });
    if (reason === null) onAccepted(decision);
  }

  function hasRoom(now: number): boolean {
    for (const [from, { at }] of senders) {
      if (now - at < KEPT_MS) break;
      senders.delete(from);
    }
    return senders.size < MOST_SENDERS;
  }

  for (const decision of journal.read()) keep(decision);

  return {
    decide({ op: _, ...message }, at, judge) {
      const { from, seq } = message;
      const sender = senders.get(from);
      if (sender && seq <= sender.seq) {
        return sender.refusals.find((refusal) => refusal.seq === seq)?.reason ?? null;
      }
      if (!sender && !hasRoom(at)) return 'too many senders';
      const decision = { ...message, at, reason: judge() };
      // In this order: what is answered must outlive this process.
      journal.record(decision);
      keep(decision);
      return decision.reason;
    },
  };
}

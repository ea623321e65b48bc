import type { PendingMessage, SendResult } from '../earshot.js';
import { clock } from './words/clock.ts';

const MOST = 4;

/** One message of this page, and what has become of it. */
export interface Said {
  readonly name: string;
  /** Epoch ms. */
  readonly at: number;
  /** `null` while it is not decided on. */
  sent: SendResult | null;
}

/** What was said last, newest first, with what the outbox tells of those that are still on their way. */
export class Book {
  #said: Said[] = [];

  add(name: string, at: number): Said {
    const said: Said = { name, at, sent: null };
    this.#said.push(said);
    // What is still on its way stays, however much was said since.
    const old = this.#said.slice(0, -MOST).filter(({ sent }) => sent === null);
    this.#said = [...old, ...this.#said.slice(-MOST)];
    return said;
  }

  /** @param outbox as the state tells it: in the order in which the messages were handed in. */
  rows(outbox: readonly PendingMessage[]): { said: Said; status: string; words: string }[] {
    let next = 0;
    const rows = this.#said.map((said) => {
      const pending = said.sent ? undefined : outbox[next++];
      return { said, status: statusOf(said, pending), words: outcomeWords(said.sent, pending) };
    });
    return rows.slice(-MOST).reverse();
  }
}

function statusOf({ sent }: Said, pending: PendingMessage | undefined): string {
  return sent?.outcome ?? pending?.status ?? 'queued';
}

/** `Queued, until 18:40:05`, `Acknowledged`, `Refused: too fast` */
export function outcomeWords(sent: SendResult | null, pending?: PendingMessage): string {
  switch (sent?.outcome) {
    case 'acknowledged':
      return 'Acknowledged';
    case 'expired':
      return 'Expired: the channel was away too long';
    case 'refused':
      return `Refused: ${sent.reason}`;
    case 'dropped':
      if (sent.why === 'superseded') return 'Replaced by a later one';
      return sent.why === 'full' ? 'Dropped: too many wait already' : 'Dropped: you have left';
    default:
      if (pending?.status === 'sent') return 'Sent, not yet acknowledged';
      return pending ? `Queued, until ${clock(pending.until)}` : 'Queued';
  }
}

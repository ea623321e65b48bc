import { TOKEN_INTERVAL_MS, TOKENS } from '../../../src/policy/defaults.ts';
import type { AcceptedMessage } from '../../../src/stage-server/index.ts';
import type { Account } from './book.ts';

/** What came of a run. Messages, unless it says otherwise. */
export interface Figures {
  readonly messages: number;
  /** By what their promises said. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly unsettled: number;
  /** Acknowledged, and not in the journal. */
  readonly missing: number;
  /** More than once in the journal. */
  readonly twice: number;
  /** In the journal after a later one of the same page and key. */
  readonly disordered: number;
  /** Refused, and in the journal as accepted. */
  readonly refusedYetAccepted: number;
  /** Expired, and accepted all the same: the answer got lost, or came too late. */
  readonly expiredYetAccepted: number;
  /** Dropped, and accepted all the same. */
  readonly droppedYetAccepted: number;
  readonly troubles: readonly string[];
  /** Connections that the busiest page tried to open. */
  readonly dialsMost: number;
  /** What its gate allows in the time of the run. */
  readonly dialsAllowed: number;
  /** Of all pages, at the moment when a gate had given the most: how many tokens it had left. */
  readonly tokensLeast: number;
  /** Pages whose channel was not open at the end. */
  readonly shut: number;
}

interface Payload {
  readonly page: string;
  readonly number: number;
}

/**
 * The least that was left in the gate's bucket, were it kept by the book: full at the first dial, one
 * token a retry. `free` dials are no retries.
 */
export function tokensLeft(dials: readonly number[], free: number): number {
  let level = TOKENS + free;
  let least = level;
  dials.forEach((at, index) => {
    const since = at - (dials[index - 1] ?? at);
    level = Math.min(TOKENS + free, level + since / TOKEN_INTERVAL_MS) - 1;
    least = Math.min(least, level);
  });
  return least;
}

/** @param moves how often the document came to name another channel. */
export function weigh(
  accounts: readonly Account[],
  accepted: readonly AcceptedMessage[],
  moves: number,
): Figures {
  const times = new Map<string, number>();
  const newest = new Map<string, number>();
  let disordered = 0;
  for (const { payload, key } of accepted) {
    const { page, number } = payload as Payload;
    const name = `${page} ${number}`;
    times.set(name, (times.get(name) ?? 0) + 1);
    const line = `${page} ${key}`;
    if (number < (newest.get(line) ?? 0)) disordered++;
    newest.set(line, Math.max(number, newest.get(line) ?? 0));
  }
  const all = accounts.flatMap(({ page, book }) => book.map((told) => ({ page, ...told })));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of all) {
    if (outcome !== null) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const isAccepted = ({ page, number }: Payload) => times.has(`${page} ${number}`);
  const yetAccepted = (isMeant: (outcome: string) => boolean) =>
    all.filter((one) => one.outcome !== null && isMeant(one.outcome) && isAccepted(one)).length;
  const isDropped = (outcome: string) => !['acknowledged', 'expired', 'refused'].includes(outcome);
  const spans = accounts.map(({ dials }) => (dials.at(-1) ?? 0) - (dials[0] ?? 0));
  const free = 1 + moves;
  return {
    messages: all.length,
    outcomes,
    unsettled: all.filter(({ outcome }) => outcome === null).length,
    missing: all.filter((one) => one.outcome === 'acknowledged' && !isAccepted(one)).length,
    twice: [...times.values()].filter((count) => count > 1).length,
    disordered,
    refusedYetAccepted: yetAccepted((outcome) => outcome === 'refused'),
    expiredYetAccepted: yetAccepted((outcome) => outcome === 'expired'),
    droppedYetAccepted: yetAccepted(isDropped),
    troubles: accounts.flatMap(({ page, troubles }) => troubles.map((one) => `${page}: ${one}`)),
    dialsMost: Math.max(...accounts.map(({ dials }) => dials.length)),
    dialsAllowed: free + TOKENS + Math.floor(Math.max(...spans) / TOKEN_INTERVAL_MS),
    tokensLeast: Math.min(...accounts.map(({ dials }) => tokensLeft(dials, free))),
    shut: accounts.filter(({ isOpen }) => !isOpen).length,
  };
}

/** A page's clock and the one that counts its dials are not quite the same. */
const ROUNDING = 0.01;

export function shortfallsOf(figures: Figures): string[] {
  const none = [
    ['unsettled', 'promises did not settle'],
    ['missing', 'acknowledged, and not in the journal'],
    ['twice', 'in the journal more than once'],
    ['disordered', 'in the journal out of order'],
    ['refusedYetAccepted', 'refused, and accepted all the same'],
    ['shut', 'channels did not come back'],
  ] as const;
  const { messages, outcomes, troubles, tokensLeast } = figures;
  return [
    ...none.flatMap(([name, words]) => (figures[name] > 0 ? [`${figures[name]} ${words}`] : [])),
    ...troubles,
    ...(tokensLeast < -ROUNDING
      ? [`a page dialled ${(-tokensLeast).toFixed(2)} times more than its gate allows`]
      : []),
    // A run in which nothing got through, or nothing was in the way, proves nothing.
    ...((outcomes.acknowledged ?? 0) < messages / 3 ? ['less than a third was acknowledged'] : []),
  ];
}

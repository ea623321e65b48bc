import type { InboxMessage } from '../../../src/stage-server/store/store.ts';
import type { Account } from './crowd.ts';
import type { Admitted } from './node.ts';

/** What came of a run. */
export interface Figures {
  readonly sessions: number;
  /** Sessions that were let in. */
  readonly inside: number;
  /** Refusals of passes: somebody who was in had to queue again. */
  readonly sentBack: number;
  /** Admissions beyond one for each session: the answer to somebody who was let in got lost for more than 30 s. */
  readonly lostAdmissions: number;
  /** Tickets that let in more than one session. */
  readonly ticketsTwice: number;
  /** The most joins in any 5 s, over what the capacity gives in 5 s. */
  readonly peak: number;
  readonly up: {
    readonly messages: number;
    readonly acknowledged: number;
    readonly unsettled: number;
    /** Acknowledged, and not in the inbox. */
    readonly missing: number;
    readonly twice: number;
    /** In the inbox after a later one of the same session and key. */
    readonly disordered: number;
    /** Neither acknowledged nor told otherwise. */
    readonly outcomes: Readonly<Record<string, number>>;
  };
  readonly down: {
    readonly messages: number;
    /** Of all messages and sessions together. */
    readonly deliveries: number;
    readonly twice: number;
    readonly disordered: number;
    /** Not delivered, and reported as unrecoverable. */
    readonly reported: number;
    /** Not delivered, and not reported. */
    readonly missing: number;
  };
  /** Channels that were not open at the end. */
  readonly shut: number;
}

const WINDOW_MS = 5_000;

/** The most of the moments that lie within any window of so many ms. */
export function busiest(moments: readonly number[], window: number): number {
  const times = [...moments].sort((one, other) => one - other);
  let first = 0;
  let most = 0;
  times.forEach((at, index) => {
    while ((times[first] as number) <= at - window) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

interface Note {
  readonly listener: string;
  readonly number: number;
  readonly key: string;
}

function weighUp(accounts: readonly Account[], inbox: readonly InboxMessage[]): Figures['up'] {
  const times = new Map<string, number>();
  const newest = new Map<string, number>();
  let disordered = 0;
  for (const { payload } of inbox) {
    const { listener, number, key } = payload as Note;
    times.set(`${listener} ${number}`, (times.get(`${listener} ${number}`) ?? 0) + 1);
    const line = `${listener} ${key}`;
    if (number < (newest.get(line) ?? -1)) disordered++;
    newest.set(line, Math.max(number, newest.get(line) ?? -1));
  }
  const sent = accounts.flatMap(({ name, sent }) => sent.map((one) => ({ name, ...one })));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of sent) {
    const name = outcome ?? 'unsettled';
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  return {
    messages: sent.length,
    acknowledged: outcomes.acknowledged ?? 0,
    unsettled: outcomes.unsettled ?? 0,
    missing: sent.filter(
      ({ name, number, outcome }) => outcome === 'acknowledged' && !times.has(`${name} ${number}`),
    ).length,
    twice: [...times.values()].filter((count) => count > 1).length,
    disordered,
    outcomes,
  };
}

function weighDown(accounts: readonly Account[], messages: number): Figures['down'] {
  let [deliveries, twice, disordered, reported, missing] = [0, 0, 0, 0, 0];
  for (const account of accounts) {
    const { received } = account;
    deliveries += received.length;
    twice += received.length - new Set(received).size;
    received.forEach((number, index) => {
      if (number < (received[index - 1] ?? -1)) disordered++;
    });
    // From the first that came: a session has no claim to what was said before it came.
    const [first = messages] = received;
    const lost = messages - first - new Set(received).size;
    const isUnknown = account.reported.includes(null);
    const told = account.reported.reduce<number>((sum, missed) => sum + (missed ?? 0), 0);
    const isReported = Math.min(lost, isUnknown ? lost : told);
    reported += isReported;
    missing += lost - isReported;
  }
  return { messages, deliveries, twice, disordered, reported, missing };
}

export function weigh(
  accounts: readonly Account[],
  inbox: readonly InboxMessage[],
  admissions: readonly Admitted[],
  told: number,
  capacity: number,
): Figures {
  const firsts = admissions.filter(({ isAgain }) => !isAgain);
  const sessionsOf = new Map<string, Set<string>>();
  for (const { ticket, session } of admissions) {
    if (ticket === null) continue;
    const known = sessionsOf.get(ticket) ?? new Set();
    sessionsOf.set(ticket, known.add(session));
  }
  return {
    sessions: accounts.length,
    inside: accounts.filter(({ joins }) => joins > 0).length,
    sentBack: accounts.reduce((sum, { turnedOut }) => sum + turnedOut, 0),
    lostAdmissions: Math.max(
      0,
      new Set(firsts.map(({ session }) => session)).size -
        accounts.filter(({ joins }) => joins > 0).length,
    ),
    ticketsTwice: [...sessionsOf.values()].filter(({ size }) => size > 1).length,
    peak:
      busiest(
        firsts.map(({ at }) => at),
        WINDOW_MS,
      ) /
      ((capacity * WINDOW_MS) / 1_000),
    up: weighUp(accounts, inbox),
    down: weighDown(accounts, told),
    shut: accounts.filter(({ isOpen }) => !isOpen).length,
  };
}

const MOST_PEAK = 1.1;

export function shortfallsOf(figures: Figures): string[] {
  const { up, down, sessions, inside } = figures;
  const none: readonly (readonly [number, string])[] = [
    [sessions - inside, 'sessions never came in'],
    [figures.sentBack, 'times somebody who was in was sent back'],
    [figures.ticketsTwice, 'tickets let in twice'],
    [up.unsettled, 'messages up did not settle'],
    [up.missing, 'messages up were acknowledged, and are not in the inbox'],
    [up.twice, 'messages up are in the inbox more than once'],
    [up.disordered, 'messages up are in the inbox out of order'],
    [down.twice, 'messages down came twice'],
    [down.disordered, 'messages down came out of order'],
    [down.missing, 'messages down were lost, and nobody was told'],
    [figures.shut, 'channels did not come back'],
  ];
  return [
    ...none.flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : [])),
    ...(figures.peak > MOST_PEAK ? [`${figures.peak.toFixed(2)} of the capacity in 5 s`] : []),
    // A run in which nothing got through proves nothing.
    ...(up.acknowledged < up.messages / 2
      ? ['fewer than half of the messages up got through']
      : []),
  ];
}

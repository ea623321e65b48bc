import { createExpiringMap } from './expiring-map.ts';
import { createJoinBucket, fill, type JoinBucket, spend, takeJoin } from './join-bucket.ts';
import { judgePass } from './pass-rotation.ts';
import type { DoorRecord, Session, UsedTicket } from './records.ts';
import type {
  DoorCounts,
  DoorKey,
  DoorLimits,
  Entries,
  Entry,
  EntryResult,
  Leaving,
  Renewal,
  RenewalResult,
} from './store.ts';

/**
 * The answer to a join may be lost, and a node or a store away for a while. Whoever shows a ticket so soon could as well
 * share the pass itself.
 */
const GIVEN_AGAIN_SHARE = 0.5;

/** An opening of a door in memory. Each of its verbs makes its changes by `change`. */
export interface DoorState {
  apply(record: DoorRecord, now: number): void;
  enter(limits: DoorLimits, entries: Entries, now: number): EntryResult[];
  renew(limits: DoorLimits, renewals: readonly Renewal[], now: number): RenewalResult[];
  leave(leavings: readonly Leaving[], now: number): void;
  /** The counts since the last call. */
  takeCounts(now: number): DoorCounts;
  /** What makes this state from none. */
  snapshot(): Iterable<DoorRecord>;
}

const noCounts = () => ({ admitted: 0, full: 0, crowded: 0, turnedAway: 0, left: 0 });

/**
 * @param memory the maximum of used tickets, and of sessions.
 * @param change applies a change to this state, and notes it in the journal.
 */
export function createDoorState(
  key: DoorKey,
  memory: number,
  change: (record: DoorRecord, now: number) => void,
): DoorState {
  const tickets = createExpiringMap<UsedTicket>(memory);
  const sessions = createExpiringMap<Session>(memory);
  const inside = createExpiringMap<{ readonly until: number }>(memory);
  let bucket: JoinBucket | null = null;
  let counts = noCounts();

  function purge(now: number): void {
    counts.left += inside.purge(now);
    sessions.purge(now);
    tickets.purge(now);
  }

  function admit(limits: DoorLimits, { ticket, session }: Entry, now: number): EntryResult {
    const used = ticket === null ? undefined : tickets.get(ticket, now);
    if (used && now - used.at >= limits.passLife * GIVEN_AGAIN_SHARE) return { outcome: 'used' };
    const known = used ? used.session : session;
    const isBack = used !== undefined || ticket === null;
    if (isBack && inside.get(known, now)) {
      const at = used?.at ?? sessions.get(known, now)?.at ?? now;
      return { outcome: 'again', session: known, at };
    }
    if (limits.most !== null && inside.size >= limits.most) return { outcome: 'crowded' };
    const until = now + limits.passLife;
    if (used) {
      change({ op: 'back', ...key, session: known, until }, now);
      return { outcome: 'again', session: known, at: used.at };
    }
    const left = bucket && takeJoin(bucket);
    if (!left) return { outcome: 'full' };
    bucket = left;
    const ticketUntil = now + limits.ticketLife;
    change({ op: 'admitted', ...key, ticket, session, at: now, until, ticketUntil }, now);
    return { outcome: 'admitted', session, at: now };
  }

  function count({ outcome }: EntryResult, refusalCost: number): void {
    if (outcome === 'again') return;
    counts[outcome === 'used' ? 'turnedAway' : outcome]++;
    if (bucket && (outcome === 'full' || outcome === 'crowded'))
      bucket = spend(bucket, refusalCost);
  }

  function applyAdmission(record: DoorRecord & { op: 'admitted' }, now: number): void {
    const { ticket, session, at, until, ticketUntil } = record;
    if (ticket !== null) tickets.set(ticket, { session, at, until: ticketUntil }, now);
    sessions.set(session, { at, serial: 0, shownAt: null, until }, now);
    inside.set(session, { until }, now);
  }

  return {
    apply(record, now) {
      const { session } = record;
      if (record.op === 'admitted') return applyAdmission(record, now);
      if (record.op === 'ticket') {
        const { ticket, at, until } = record;
        return tickets.set(ticket, { session, at, until }, now);
      }
      if (record.op === 'left') {
        const { ticket } = record;
        inside.delete(session);
        if (ticket !== null && tickets.get(ticket, now)?.session === session)
          tickets.delete(ticket);
        return;
      }
      const { until } = record;
      inside.set(session, { until }, now);
      if (record.op === 'back') return;
      const { at, serial, shownAt } = record;
      sessions.set(session, { at, serial, shownAt, until }, now);
    },
    enter(limits, { entries, turnedAway, refusals }, now) {
      purge(now);
      // The single join of a door that nobody knew of is there for whoever comes first.
      bucket = bucket
        ? spend(fill(bucket, limits.capacity, now), refusals * limits.refusalCost)
        : fill(createJoinBucket(now), limits.capacity, now);
      counts.turnedAway += turnedAway;
      return entries.map((entry) => {
        const result = admit(limits, entry, now);
        count(result, limits.refusalCost);
        return result;
      });
    },
    renew(limits, renewals, now) {
      purge(now);
      return renewals.map((renewal) => {
        const { session } = renewal;
        const known = sessions.get(session, now);
        const { result, newest } = judgePass(known, renewal, now);
        if (result === 'replayed') return result;
        const [at, until] = [known?.at ?? now, now + limits.passLife];
        change({ op: 'session', ...key, session, at, ...newest, until }, now);
        return result;
      });
    },
    leave(leavings, now) {
      purge(now);
      for (const { session, ticket } of leavings) {
        const isInside = inside.get(session, now) !== undefined;
        const isItsTicket = ticket !== null && tickets.get(ticket, now)?.session === session;
        if (isInside) counts.left++;
        if (isInside || isItsTicket) change({ op: 'left', ...key, session, ticket }, now);
      }
    },
    takeCounts(now) {
      purge(now);
      const taken = { ...counts, inside: inside.size };
      counts = noCounts();
      return taken;
    },
    *snapshot() {
      for (const [ticket, used] of tickets.entries())
        yield { op: 'ticket', ...key, ticket, ...used };
      const away = new Set<string>();
      for (const [session, known] of sessions.entries()) {
        yield { op: 'session', ...key, session, ...known };
        away.add(session);
      }
      for (const [session, { until }] of inside.entries()) {
        away.delete(session);
        yield { op: 'back', ...key, session, until };
      }
      for (const session of away) yield { op: 'left', ...key, session, ticket: null };
    },
  };
}

import type { RunScript } from './redis-calls.ts';
import type { RedisKeys } from './redis-keys.ts';
import { inChunks, toTriples } from './redis-replies.ts';
import type { Entry, EntryResult, RenewalResult, Store } from './store.ts';

const toEntryResult = ([outcome, session, at]: readonly [string, string, string]): EntryResult => {
  if (outcome === 'admitted' || outcome === 'again') return { outcome, session, at: Number(at) };
  if (outcome === 'used' || outcome === 'full' || outcome === 'crowded') return { outcome };
  throw new Error(`Redis answered "enter" with the unknown outcome "${outcome}".`);
};

const toRenewalResult = (text: string): RenewalResult =>
  text === 'replayed' ? text : { next: text === '' ? null : Number(text) };

/** The verbs of a door over Redis. */
export function createRedisDoor(
  key: RedisKeys,
  run: RunScript,
): Pick<Store, 'enter' | 'renew' | 'leave'> {
  return {
    async enter(door, limits, { entries, turnedAway, refusals }) {
      const { capacity, most, refusalCost, passLife, ticketLife } = limits;
      const setting = [capacity, most ?? '', refusalCost, passLife, ticketLife].map(String);
      let counts = [String(turnedAway), String(refusals)];
      const enterSome = async (some: readonly Entry[]) => {
        const keys = some.flatMap(({ session, ticket }) => [
          key.session(door, session),
          ticket === null ? key.door(door) : key.ticket(door, ticket),
        ]);
        const args = some.flatMap(({ session, ticket }) => [session, ticket === null ? '0' : '1']);
        const all = [key.door(door), key.inside(door), ...keys];
        const reply = await run('enter', all, [...setting, ...counts, ...args]);
        counts = ['0', '0'];
        return toTriples(reply).map(toEntryResult);
      };
      if (entries.length === 0) await enterSome([]);
      return inChunks(entries, enterSome);
    },
    renew: (door, { passLife }, renewals) =>
      inChunks(renewals, async (some) => {
        const keys = some.map(({ session }) => key.session(door, session));
        const args = some.flatMap(({ session, serial, isDue }) => [
          session,
          String(serial),
          isDue ? '1' : '0',
        ]);
        const all = [key.door(door), key.inside(door), ...keys];
        const reply = await run('renew', all, [String(passLife), ...args]);
        return [...reply].map((text) => toRenewalResult(String(text)));
      }),
    async leave(door, leavings) {
      await inChunks(leavings, async (some) => {
        const keys = some.map(({ ticket }) =>
          ticket === null ? key.door(door) : key.ticket(door, ticket),
        );
        const args = some.flatMap(({ session, ticket }) => [session, ticket === null ? '0' : '1']);
        await run('leave', [key.door(door), key.inside(door), ...keys], args);
        return [];
      });
    },
  };
}

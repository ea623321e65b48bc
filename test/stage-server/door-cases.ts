import { expect } from 'chai';
import type { DoorCounts, DoorLimits, Store } from '../../src/stage-server/store/store.ts';
import {
  DOOR,
  numbered,
  OPEN,
  type StoreBench,
  tally,
  warmUp,
  withoutTickets,
  withTickets,
} from './store-bench.ts';

export type StoreCase = readonly [name: string, run: (bench: StoreBench) => Promise<void>];

const renewOne = async (store: Store, session: string, serial: number, isDue = false) =>
  (await store.renew(DOOR, OPEN, [{ session, serial, isDue }]))[0];

async function countsOf({ store }: StoreBench): Promise<DoorCounts | undefined> {
  const beat = { node: 'keeper', status: '', life: 3_000, isLast: false, doors: [DOOR] };
  return (await store.beat(beat)).counts[0];
}

const isInside = async (bench: StoreBench) => (await countsOf(bench))?.inside;

/** What a door asks the store for. */
export const doorCases: readonly StoreCase[] = [
  [
    'a ticket admits once, and gives its session again for half the life of a pass',
    async (bench) => {
      await warmUp(bench);
      const at = bench.now;
      const admitted = { session: 'a', at };
      expect(await bench.store.enter(DOOR, OPEN, withTickets('a'))).to.deep.equal([
        { outcome: 'admitted', ...admitted },
      ]);
      await bench.reopen();
      const another = {
        entries: [{ ticket: 'ticket of a', session: 'b' }],
        turnedAway: 0,
        refusals: 0,
      };
      bench.now += OPEN.passLife / 2 - 1;
      const again = await bench.store.enter(DOOR, OPEN, another);
      expect(again).to.deep.equal([{ outcome: 'again', ...admitted }]);
      bench.now += 1;
      expect(await bench.store.enter(DOOR, OPEN, another)).to.deep.equal([{ outcome: 'used' }]);
      bench.now = at + OPEN.ticketLife - 1;
      expect(await bench.store.enter(DOOR, OPEN, another)).to.deep.equal([{ outcome: 'used' }]);
    },
  ],
  [
    'of 200 requests at once with one ticket, one is admitted',
    async (bench) => {
      await warmUp(bench);
      const requests = numbered(200, 's').map((session) =>
        bench.store.enter(DOOR, OPEN, {
          entries: [{ ticket: 't', session }],
          turnedAway: 0,
          refusals: 0,
        }),
      );
      const results = (await Promise.all(requests)).flat();
      expect(tally(results)).to.deep.equal({ admitted: 1, again: 199 });
      expect(new Set(results.map((result) => Object(result).session)).size).to.equal(1);
    },
  ],
  [
    'a call whose answer was lost takes no second place',
    async (bench) => {
      await warmUp(bench);
      const two: DoorLimits = { ...OPEN, most: 2 };
      const asked = {
        ...withTickets('a'),
        entries: [...withTickets('a').entries, ...withoutTickets('b').entries],
      };
      const first = await bench.store.enter(DOOR, two, asked);
      await bench.reopen();
      bench.now += 1_000;
      const second = await bench.store.enter(DOOR, two, asked);
      expect(tally(first)).to.deep.equal({ admitted: 2 });
      expect(second).to.deep.equal(first.map((result) => ({ ...result, outcome: 'again' })));
      expect(await isInside(bench)).to.equal(2);
    },
  ],
  [
    'joins in any 5 s stay within 1.1 of the capacity, whatever the demand',
    async (bench) => {
      const limits: DoorLimits = { ...OPEN, capacity: 40 };
      const joins: number[] = [];
      const start = bench.now;
      for (let turn = 0; turn < 200; turn++) {
        bench.now = start + turn * 60;
        // Waves: nobody for a second, then too many.
        const demand = turn % 30 < 15 ? 0 : 30;
        const asked = withTickets(...numbered(demand, `${turn}`));
        const { admitted = 0 } = tally(await bench.store.enter(DOOR, limits, asked));
        joins.push(...Array<number>(admitted).fill(bench.now));
      }
      const inWindow = joins.map(
        (from) => joins.filter((at) => at >= from && at < from + 5_000).length,
      );
      expect(Math.max(...inWindow)).to.be.within(100, 5 * 40 * 1.1);
    },
  ],
  [
    'a store that knows nothing starts with one join, however long ago the last call was',
    async (bench) => {
      const first = await bench.store.enter(DOOR, OPEN, withTickets('a', 'b'));
      expect(tally(first)).to.deep.equal({ admitted: 1, full: 1 });
    },
  ],
  [
    'a capacity of half a join admits one in 2 s, and of none nobody',
    async (bench) => {
      const half = { ...OPEN, capacity: 0.5, refusalCost: 0 };
      const enter = async (session: string, limits = half) =>
        (await bench.store.enter(DOOR, limits, withTickets(session)))[0]?.outcome;
      expect(await enter('a')).to.equal('admitted');
      bench.now += 1_999;
      expect(await enter('b')).to.equal('full');
      bench.now += 1;
      expect(await enter('b')).to.equal('admitted');
      bench.now += 60_000;
      expect(await enter('c', { ...half, capacity: 0 })).to.equal('full');
      expect(await enter('c')).to.equal('full');
    },
  ],
  [
    'refusals use up their share of the joins',
    async (bench) => {
      const limits = { ...OPEN, capacity: 5, refusalCost: 0.25 };
      await warmUp(bench, limits);
      const asked = { ...withTickets('a', 'b', 'c'), refusals: 3 };
      // 2 joins at once, less 3 quarters; then each refusal takes another quarter.
      expect(tally(await bench.store.enter(DOOR, limits, asked))).to.deep.equal({
        admitted: 1,
        full: 2,
      });
      bench.now += 200;
      expect(tally(await bench.store.enter(DOOR, limits, withTickets('d')))).to.deep.equal({
        admitted: 1,
      });
    },
  ],
  [
    'the maximum of people inside is kept; who leaves or expires frees a place, and a renewal keeps one',
    async (bench) => {
      const limits = { ...OPEN, most: 3, passLife: 60_000 };
      await warmUp(bench, limits);
      const enter = async (session: string) =>
        (await bench.store.enter(DOOR, limits, withTickets(session)))[0]?.outcome;
      const asked = await bench.store.enter(DOOR, limits, withTickets('a', 'b', 'c', 'd'));
      expect(tally(asked)).to.deep.equal({ admitted: 3, crowded: 1 });
      await bench.reopen();
      await bench.store.leave(DOOR, [{ session: 'a', ticket: null }]);
      expect(await enter('e')).to.equal('admitted');
      expect(await enter('f')).to.equal('crowded');
      bench.now += 59_999;
      await bench.store.renew(DOOR, limits, [{ session: 'b', serial: 0, isDue: true }]);
      await bench.reopen();
      expect(await enter('f')).to.equal('crowded');
      bench.now += 1;
      // c and e have expired, b has not.
      expect(await enter('f')).to.equal('admitted');
      expect(await enter('g')).to.equal('admitted');
      expect(await enter('h')).to.equal('crowded');
      bench.now += 59_999;
      expect(await enter('h')).to.equal('admitted');
    },
  ],
  [
    'a listener who left comes back by the ticket only while there is a place',
    async (bench) => {
      const limits = { ...OPEN, most: 1 };
      await warmUp(bench, limits);
      const enter = async (session: string) =>
        (await bench.store.enter(DOOR, limits, withTickets(session)))[0]?.outcome;
      await enter('a');
      await bench.store.leave(DOOR, [{ session: 'a', ticket: null }]);
      expect(await enter('a')).to.equal('again');
      expect(await isInside(bench)).to.equal(1);
      await bench.store.leave(DOOR, [{ session: 'a', ticket: null }]);
      expect(await enter('b')).to.equal('admitted');
      expect(await enter('a')).to.equal('crowded');
    },
  ],
  [
    'a join that came to nothing gives its ticket back, once',
    async (bench) => {
      await warmUp(bench);
      const enter = (session: string) =>
        bench.store.enter(DOOR, OPEN, {
          entries: [{ ticket: 't', session }],
          turnedAway: 0,
          refusals: 0,
        });
      await enter('a');
      await bench.store.leave(DOOR, [{ session: 'a', ticket: 't' }]);
      await bench.reopen();
      expect(await enter('b')).to.deep.equal([
        { outcome: 'admitted', session: 'b', at: bench.now },
      ]);
      // The same call again, because its answer was lost.
      await bench.store.leave(DOOR, [{ session: 'a', ticket: 't' }]);
      await bench.reopen();
      expect((await enter('c'))[0]).to.deep.equal({
        outcome: 'again',
        session: 'b',
        at: bench.now,
      });
      expect(await isInside(bench)).to.equal(1);
    },
  ],
  [
    'who leaves returns no ticket but its own',
    async (bench) => {
      await warmUp(bench);
      await bench.store.enter(DOOR, OPEN, withTickets('a', 'b'));
      await bench.store.leave(DOOR, [{ session: 'a', ticket: 'ticket of b' }]);
      const [again] = await bench.store.enter(DOOR, OPEN, withTickets('b'));
      expect(again?.outcome).to.equal('again');
      expect(await isInside(bench)).to.equal(1);
    },
  ],
  [
    'a new epoch has no used ticket and nobody inside',
    async (bench) => {
      const limits = { ...OPEN, most: 1 };
      const next = { ...DOOR, epoch: DOOR.epoch + 1 };
      await warmUp(bench, limits);
      await warmUp(bench, limits, next);
      expect(tally(await bench.store.enter(DOOR, limits, withTickets('a')))).to.deep.equal({
        admitted: 1,
      });
      await bench.reopen();
      expect(tally(await bench.store.enter(next, limits, withTickets('a')))).to.deep.equal({
        admitted: 1,
      });
    },
  ],
  [
    'a pass whose response was lost is issued again until it is shown',
    async (bench) => {
      await warmUp(bench);
      await bench.store.enter(DOOR, OPEN, withTickets('a'));
      expect(await renewOne(bench.store, 'a', 0)).to.deep.equal({ next: null });
      expect(await renewOne(bench.store, 'a', 0, true)).to.deep.equal({ next: 1 });
      await bench.reopen();
      bench.now += 60_000;
      expect(await renewOne(bench.store, 'a', 0)).to.deep.equal({ next: 1 });
      expect(await renewOne(bench.store, 'a', 1)).to.deep.equal({ next: null });
      await bench.reopen();
      bench.now += 29_999;
      // It was in flight when its successor was shown first.
      expect(await renewOne(bench.store, 'a', 0)).to.deep.equal({ next: null });
      expect(await renewOne(bench.store, 'a', 1)).to.deep.equal({ next: null });
      bench.now += 1;
      expect(await renewOne(bench.store, 'a', 0)).to.equal('replayed');
      expect(await renewOne(bench.store, 'a', 1, true)).to.deep.equal({ next: 2 });
      expect(await renewOne(bench.store, 'a', 0)).to.equal('replayed');
      expect(await renewOne(bench.store, 'a', 1)).to.deep.equal({ next: 2 });
    },
  ],
  [
    'a replayed pass keeps nobody inside',
    async (bench) => {
      await renewOne(bench.store, 'a', 5, true);
      bench.now += OPEN.passLife - 1;
      expect(await renewOne(bench.store, 'a', 5)).to.deep.equal({ next: 6 });
      expect(await renewOne(bench.store, 'a', 3)).to.equal('replayed');
      bench.now += OPEN.passLife - 1;
      expect(await renewOne(bench.store, 'a', 3)).to.equal('replayed');
      bench.now += 1;
      expect(await isInside(bench)).to.equal(0);
    },
  ],
  [
    'a session that the store does not know continues with the pass that it shows, and is inside',
    async (bench) => {
      expect(await renewOne(bench.store, 'a', 5)).to.deep.equal({ next: null });
      expect(await renewOne(bench.store, 'b', 5, true)).to.deep.equal({ next: 6 });
      await bench.reopen();
      expect(await renewOne(bench.store, 'b', 4)).to.equal('replayed');
      expect(await isInside(bench)).to.equal(2);
    },
  ],
  [
    '200 renewals of one pass at once all get the same next one',
    async (bench) => {
      const calls = numbered(200, '').map(() => renewOne(bench.store, 'a', 3, true));
      for (const result of await Promise.all(calls)) expect(result).to.deep.equal({ next: 4 });
    },
  ],
  [
    'calls of more requests than one script takes are answered in order',
    async (bench) => {
      const limits = { ...OPEN, most: 1_100 };
      await warmUp(bench, limits);
      const sessions = numbered(1_200, 's');
      await countsOf(bench);
      const asked = { ...withTickets(...sessions), turnedAway: 3 };
      const results = await bench.store.enter(DOOR, limits, asked);
      expect(await countsOf(bench)).to.include({ admitted: 1_100, crowded: 100, turnedAway: 3 });
      expect(tally(results)).to.deep.equal({ admitted: 1_100, crowded: 100 });
      expect(results[1_099]).to.deep.equal({
        outcome: 'admitted',
        session: 's 1099',
        at: bench.now,
      });
      const renewals = sessions.map((session, serial) => ({ session, serial, isDue: true }));
      const passes = await bench.store.renew(DOOR, OPEN, renewals);
      expect(passes).to.deep.equal(sessions.map((_, serial) => ({ next: serial + 1 })));
      await bench.store.leave(
        DOOR,
        sessions.map((session) => ({ session, ticket: null })),
      );
      expect(await isInside(bench)).to.equal(0);
    },
  ],
  [
    'names may contain any character',
    async (bench) => {
      const key = { door: 'a}:{b 1\n', epoch: 1 };
      await warmUp(bench, OPEN, key);
      const odd = { session: 'x y\n:ü', ticket: '} 1 2 "\\' };
      const asked = { entries: [odd], turnedAway: 0, refusals: 0 };
      const at = bench.now;
      expect(await bench.store.enter(key, OPEN, asked)).to.deep.equal([
        { outcome: 'admitted', session: odd.session, at },
      ]);
      await bench.reopen();
      expect(await bench.store.enter(key, OPEN, asked)).to.deep.equal([
        { outcome: 'again', session: odd.session, at },
      ]);
    },
  ],
  [
    'no requests are no calls that fail',
    async (bench) => {
      expect(await bench.store.enter(DOOR, OPEN, withTickets())).to.deep.equal([]);
      expect(await bench.store.renew(DOOR, OPEN, [])).to.deep.equal([]);
      expect(await bench.store.ration([], { rate: 1, burst: 1 })).to.deep.equal([]);
      expect(await bench.store.decide([])).to.deep.equal([]);
      expect(await bench.store.inbox(0, 0)).to.deep.equal([]);
      await bench.store.leave(DOOR, []);
      await bench.store.publish('nothing', []);
      expect(
        (await bench.store.pull({ position: null, edition: 0, settings: 0 })).frames,
      ).to.deep.equal([]);
    },
  ],
];

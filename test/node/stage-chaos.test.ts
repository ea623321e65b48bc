import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../bench/lib/stage-chaos/crowd.ts';
import type { Admitted } from '../../bench/lib/stage-chaos/node.ts';
import { NODES, planOf } from '../../bench/lib/stage-chaos/plan.ts';
import { busiest, shortfallsOf, weigh } from '../../bench/lib/stage-chaos/weigh.ts';
import type { InboxMessage } from '../../src/stage-server/store/store.ts';

const TOLD = 4;

const account = (over: Partial<Account> = {}): Account => ({
  name: 'a',
  sent: [0, 1].map((number) => ({ number, key: 'k', outcome: 'acknowledged' })),
  received: [0, 1, 2, 3],
  reported: [],
  joins: 1,
  turnedOut: 0,
  isOpen: true,
  standing: '',
  ...over,
});

const note = (number: number, position = number + 1): InboxMessage => ({
  ...{ position, at: 0, from: 'x'.repeat(22), seq: number, type: 'note', key: null },
  payload: { listener: 'a', number, key: 'k' },
});

const admitted = (over: Partial<Admitted> = {}): Admitted => ({
  ...{ at: 0, session: 's', ticket: 't', isAgain: false },
  ...over,
});

const CAPACITY = 1;
const figures = (
  accounts: readonly Account[],
  inbox: readonly InboxMessage[] = [note(0), note(1)],
  admissions: readonly Admitted[] = [admitted()],
) => weigh(accounts, inbox, admissions, TOLD, CAPACITY);

test('a clean run has no shortfall, whenever its session came', () => {
  assert.deepEqual(shortfallsOf(figures([account()])), []);
  assert.deepEqual(shortfallsOf(figures([account({ received: [2, 3] })])), []);
});

test('what is reported as lost is not held against the stage, and no more than that', () => {
  const lossy = { received: [0, 3] };
  assert.deepEqual(shortfallsOf(figures([account({ ...lossy, reported: [2] })])), []);
  assert.deepEqual(shortfallsOf(figures([account({ ...lossy, reported: [null] })])), []);
  assert.match(shortfallsOf(figures([account({ ...lossy, reported: [1] })])).join(), /1 messages/);
});

const WRONG: Record<string, [ReturnType<typeof figures>, RegExp]> = {
  'a session never came in': [figures([account({ joins: 0 })]), /1 sessions never came in/],
  'a session was refused after it was in': [figures([account({ turnedOut: 1 })]), /1 .* sent back/],
  'a ticket let in two sessions': [
    figures([account(), account({ name: 'b', sent: [] })], undefined, [
      admitted(),
      admitted({ session: 'other' }),
    ]),
    /1 tickets/,
  ],
  'a message up is missing': [figures([account()], [note(0)]), /1 messages up were acknowledged/],
  'a message up is there twice': [
    figures([account()], [note(0), note(1), note(1, 3)]),
    /1 messages up are in the inbox more/,
  ],
  'messages up changed places': [figures([account()], [note(1), note(0)]), /out of order/],
  'a message up did not settle': [
    figures([account({ sent: [...account().sent, { number: 2, key: 'k', outcome: null }] })]),
    /1 messages up did not settle/,
  ],
  'a message down came twice': [
    figures([account({ received: [0, 1, 1, 2, 3] })]),
    /down came twice/,
  ],
  'messages down changed places': [
    figures([account({ received: [0, 2, 1, 3] })]),
    /down came out of order/,
  ],
  'a message down is lost': [
    figures([account({ received: [0, 1, 3] })]),
    /1 messages down were lost/,
  ],
  'the last message down is lost': [figures([account({ received: [0, 1, 2] })]), /1 messages down/],
  'a channel stayed away': [figures([account({ isOpen: false })]), /1 channels/],
  'too many joined at once': [
    figures(
      Array.from({ length: 6 }, (_, index) => account({ name: 'abcdef'[index] ?? '', sent: [] })),
      [],
      Array.from({ length: 6 }, (_, index) =>
        admitted({ at: index * 900, ticket: `${index}`, session: `${index}` }),
      ),
    ),
    /1\.20 of the capacity/,
  ],
  'next to nothing got through': [
    figures([account({ sent: account().sent.map((one) => ({ ...one, outcome: 'expired' })) })], []),
    /fewer than half/,
  ],
};
for (const [name, [found, words]] of Object.entries(WRONG)) {
  test(`it is told when ${name}`, () => {
    const shortfalls = shortfallsOf(found);
    assert.equal(shortfalls.length, 1, shortfalls.join());
    assert.match(shortfalls[0] ?? '', words);
  });
}

test('an admission whose answer was lost is counted, and not held against the stage', () => {
  const found = figures([account()], undefined, [
    admitted(),
    admitted({ ticket: 'u', session: 'v' }),
  ]);
  assert.equal(found.lostAdmissions, 1);
  assert.deepEqual(shortfallsOf(found), []);
});

test('the busiest window is found wherever it lies', () => {
  assert.equal(busiest([], 5_000), 0);
  assert.equal(busiest([0, 4_999, 5_000, 5_001], 5_000), 3);
  assert.equal(busiest([9_000, 0, 9_001, 8_999], 5_000), 3);
});

test('a plan deals every blow, within the time, and calm at its end; its seed says when', () => {
  for (const seed of [1, 2, 3]) {
    const plan = planOf(300, seed);
    assert.deepEqual(
      new Set(plan.map(({ deed }) => deed.kind)),
      new Set(['kill', 'stopKeeper', 'restartRedis', 'cutRedis', 'roll']),
    );
    plan.forEach(({ at }, index) => {
      assert.ok(at >= (plan[index - 1]?.at ?? 0) && at < 300 * 0.88);
    });
    for (const { deed } of plan) {
      if (deed.kind === 'roll') assert.equal(deed.skews.filter((skew) => skew !== 0).length, 1);
      if (deed.kind === 'kill') assert.ok(deed.node >= 0 && deed.node < NODES);
    }
    assert.deepEqual(planOf(300, seed), plan);
  }
  assert.notDeepEqual(planOf(300, 1), planOf(300, 2));
});

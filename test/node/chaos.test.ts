import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../bench/lib/chaos/book.ts';
import { planOf } from '../../bench/lib/chaos/plan.ts';
import { shortfallsOf, tokensLeft, weigh } from '../../bench/lib/chaos/weigh.ts';
import type { AcceptedMessage } from '../../src/stage-server/index.ts';

const OUTCOMES = ['acknowledged', 'acknowledged', 'acknowledged', 'expired', 'superseded'];

function account(over: Partial<Account> = {}): Account {
  const book = OUTCOMES.map((outcome, number) => ({ number, key: 'a', outcome }));
  return { page: 'p', book, troubles: [], dials: [0, 10_000], isOpen: true, ...over };
}

const decided = (number: number): AcceptedMessage => ({
  from: 'x'.repeat(22),
  seq: number + 1,
  type: 'note',
  key: 'a',
  payload: { page: 'p', number },
  at: 0,
});

const GOOD = [0, 1, 2].map((number) => decided(number));

test('a clean run has no shortfall, and what expired may be accepted all the same', () => {
  const figures = weigh([account()], [...GOOD, decided(3)], 0);
  assert.deepEqual(shortfallsOf(figures), []);
  assert.equal(figures.expiredYetAccepted, 1);
  assert.deepEqual(figures.outcomes, { acknowledged: 3, expired: 1, superseded: 1 });
});

const WRONG: Record<string, [Account, AcceptedMessage[], RegExp]> = {
  'an acknowledged message is missing': [account(), GOOD.slice(1), /1 acknowledged, and not/],
  'a message was accepted twice': [account(), [...GOOD, decided(2)], /1 in the journal more/],
  'messages changed places': [
    account(),
    [decided(1), decided(0), decided(2)],
    /1 in the journal out of order/,
  ],
  'a promise did not settle': [
    account({ book: [...account().book, { number: 5, key: null, outcome: null }] }),
    GOOD,
    /1 promises did not settle/,
  ],
  'a refused message was accepted': [
    account({ book: [...account().book, { number: 5, key: null, outcome: 'refused' }] }),
    [...GOOD, decided(5)],
    /1 refused, and accepted/,
  ],
  'a page threw': [account({ troubles: ['unhandled: x'] }), GOOD, /p: unhandled: x/],
  'a channel stayed away': [account({ isOpen: false }), GOOD, /1 channels did not come back/],
  'a page dialled too often': [
    account({ dials: [0, 1, 2, 3, 4, 5, 6] }),
    GOOD,
    /1\.00 times more than its gate/,
  ],
  'next to nothing got through': [
    account({ book: account().book.map((told) => ({ ...told, outcome: 'expired' })) }),
    [],
    /less than a third/,
  ],
};
for (const [name, [one, decisions, words]] of Object.entries(WRONG)) {
  test(`it is told when ${name}`, () => {
    const shortfalls = shortfallsOf(weigh([one], decisions, 0));
    assert.equal(shortfalls.length, 1, shortfalls.join());
    assert.match(shortfalls[0] ?? '', words);
  });
}

test('the bucket is full at first, holds five retries and one more each half minute', () => {
  const burst = [0, 1, 2, 3, 4, 5].map((second) => second * 1_000);
  assert.ok(tokensLeft(burst, 1) >= 0);
  assert.ok(tokensLeft([...burst, 6_000], 1) < 0);
  assert.ok(tokensLeft([...burst, 36_000], 1) >= 0);
  assert.ok(tokensLeft([...burst, 6_000], 2) >= 0);
});

test('a plan is the same for a seed, fits into its time, and deals each kind', () => {
  const plan = planOf(300, 7);
  assert.deepEqual(plan, planOf(300, 7));
  assert.notDeepEqual(plan, planOf(300, 8));
  const sum = plan.reduce((ms, { after, lasts }) => ms + after + lasts, 0);
  assert.ok(sum <= 300_000 && sum > 240_000, `${sum}`);
  assert.ok(new Set(plan.map(({ name }) => name)).size >= 12);
});

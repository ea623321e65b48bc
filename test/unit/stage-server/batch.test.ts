import { expect } from 'chai';
import { createBatch } from '../../../src/stage-server/store/batch.ts';
import { Clock, settle } from '../../helpers/clock.ts';
import { timersOf } from '../../helpers/stage-timers.ts';

interface Call {
  readonly items: readonly number[];
  readonly at: number;
  answer(answers?: readonly string[]): void;
  fail(): void;
}

function gather(pace = 0, skew = () => 0) {
  const clock = new Clock();
  const timers = timersOf(clock, skew);
  const calls: Call[] = [];
  const start = clock.now();
  const submit = createBatch<number, string>({
    clock: { local: timers.now, after: timers.after },
    pace,
    call: (items) =>
      new Promise((resolve, reject) => {
        calls.push({
          ...{ items, at: clock.now() - start },
          answer: (answers = items.map(String)) => resolve(answers),
          fail: () => reject(new Error('The store is away.')),
        });
      }),
  });
  return { clock, calls, submit };
}

describe('a batch of calls', () => {
  it('has one call on its way, and the next takes all that came meanwhile, in order', async () => {
    const { calls, submit } = gather();
    const answers = [submit(1)];
    await settle();
    answers.push(submit(2), submit(3));
    await settle();
    expect(calls.map(({ items }) => items)).to.deep.equal([[1]]);
    calls[0]?.answer();
    await settle();
    expect(calls.map(({ items }) => items)).to.deep.equal([[1], [2, 3]]);
    calls[1]?.answer();
    expect(await Promise.all(answers)).to.deep.equal(['1', '2', '3']);
    await settle();
    expect(calls).to.have.length(2);
  });

  it('takes 500 at most at once', async () => {
    const { calls, submit } = gather();
    const all = Array.from({ length: 1_200 }, (_, i) => submit(i));
    for (let call = 0; call < 3; call++) {
      await settle();
      calls[call]?.answer();
    }
    expect(calls.map(({ items }) => items.length)).to.deep.equal([500, 500, 200]);
    expect(await Promise.all(all)).to.deep.equal(
      Array.from({ length: 1_200 }, (_, i) => String(i)),
    );
  });

  it('rejects all of a call that fails, and goes on with the next', async () => {
    const { calls, submit } = gather();
    const first = [submit(1), submit(2)].map((one) => one.catch((error: Error) => error.message));
    await settle();
    const next = submit(3);
    calls[0]?.fail();
    expect(await Promise.all(first)).to.deep.equal(['The store is away.', 'The store is away.']);
    await settle();
    calls[1]?.answer();
    expect(await next).to.equal('3');
  });

  it('starts two calls no sooner than its pace after each other', async () => {
    const { clock, calls, submit } = gather(100);
    void submit(1);
    await settle();
    calls[0]?.answer();
    await clock.advance(30);
    void submit(2);
    await clock.advance(69);
    expect(calls).to.have.length(1);
    await clock.advance(1);
    expect(calls.map(({ at }) => at)).to.deep.equal([0, 100]);
    calls[1]?.answer();
    await clock.advance(500);
    void submit(3);
    await settle();
    expect(calls.map(({ at }) => at)).to.deep.equal([0, 100, 600]);
  });

  it('is not stopped by a clock that is set back', async () => {
    let skew = 0;
    const { clock, calls, submit } = gather(100, () => skew);
    void submit(1);
    await settle();
    calls[0]?.answer();
    await settle();
    skew = -3_600_000;
    void submit(2);
    await clock.advance(100);
    expect(calls).to.have.length(2);
  });
});

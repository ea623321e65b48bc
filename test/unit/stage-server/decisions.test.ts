import { expect } from 'chai';
import { createDecisions } from '../../../src/stage-server/channel/decisions.ts';
import type { Decided, Submission } from '../../../src/stage-server/store/store.ts';
import { Clock, settle } from '../../helpers/clock.ts';
import { timersOf } from '../../helpers/stage-timers.ts';

const submission = (seq: number): Submission => ({
  ...{ from: 'a', seq, type: 'ask', key: null, payload: null, reason: null },
});

function queue() {
  const clock = new Clock();
  const calls: number[][] = [];
  let isAway = false;
  let hold: ((decided: readonly Decided[]) => void) | null = null;
  let isHeld = false;
  const decisions = createDecisions(async (submissions) => {
    calls.push(submissions.map(({ seq }) => seq));
    if (isAway) throw new Error('The store is away.');
    const decided = submissions.map(() => ({ reason: null, isFirst: true }));
    if (!isHeld) return decided;
    return new Promise((resolve) => {
      hold = resolve;
    });
  }, timersOf(clock));
  const decided: number[] = [];
  return {
    ...{ clock, calls, decisions, decided },
    away: (is: boolean) => {
      isAway = is;
    },
    holds: () => {
      isHeld = true;
    },
    release: () => hold?.([{ reason: null, isFirst: true }]),
    submit: (seq: number, isWanted = () => true) =>
      decisions.submit(submission(seq), isWanted, () => decided.push(seq)),
  };
}

describe('decisions on messages', () => {
  it('are asked for in the order in which the messages came, 200 at once', async () => {
    const { calls, decided, submit } = queue();
    for (let seq = 1; seq <= 450; seq++) submit(seq);
    for (let turn = 0; turn < 5; turn++) await settle();
    expect(calls.map(({ length }) => length)).to.deep.equal([200, 200, 50]);
    expect(decided).to.deep.equal(Array.from({ length: 450 }, (_, at) => at + 1));
  });

  it('keep their order over a store that is away, and are asked for twice a second', async () => {
    const { clock, calls, decided, away, submit, decisions } = queue();
    away(true);
    submit(1);
    await clock.advance(700);
    submit(2);
    await clock.advance(1_000);
    expect(decided).to.deep.equal([]);
    expect(calls).to.deep.equal([[1], [1], [1, 2], [1, 2]]);
    expect(decisions.waiting).to.equal(2);
    away(false);
    submit(3);
    await clock.advance(500);
    expect(decided).to.deep.equal([1, 2, 3]);
    expect(calls.at(-1)).to.deep.equal([1, 2, 3]);
  });

  it('are not asked for when the sender is gone', async () => {
    const { clock, calls, decided, away, submit } = queue();
    let isHere = true;
    away(true);
    submit(1, () => isHere);
    submit(2);
    await settle();
    isHere = false;
    away(false);
    await clock.advance(500);
    expect(calls).to.deep.equal([[1, 2], [2]]);
    expect(decided).to.deep.equal([2]);
  });

  it('are refused once 20,000 wait', async () => {
    const { away, submit, decisions } = queue();
    away(true);
    let taken = 0;
    for (let seq = 1; seq <= 20_100; seq++) taken += Number(submit(seq));
    expect(taken).to.equal(20_000);
    expect(decisions.waiting).to.equal(20_000);
  });

  it('settle when all are decided, or what waits is dropped', async () => {
    const { clock, decided, away, submit, decisions } = queue();
    let isIdle = false;
    await decisions.idle();
    away(true);
    submit(1);
    void decisions.idle().then(() => {
      isIdle = true;
    });
    await clock.advance(1_200);
    expect(isIdle).to.equal(false);
    away(false);
    await clock.advance(500);
    expect(isIdle).to.equal(true);
    expect(decided).to.deep.equal([1]);
  });

  it('end when they are stopped: nothing is asked for, and nobody waits', async () => {
    const { clock, calls, away, submit, decisions } = queue();
    away(true);
    submit(1);
    await settle();
    const idle = decisions.idle();
    decisions.stop();
    await idle;
    away(false);
    await clock.advance(10_000);
    expect(calls).to.deep.equal([[1]]);
    expect(submit(2)).to.equal(false);
  });

  it('that throw where they are told hold up no other', async () => {
    const { clock, decisions, decided, submit } = queue();
    decisions.submit(
      submission(1),
      () => true,
      () => {
        throw new Error('The app failed.');
      },
    );
    submit(2);
    await clock.advance(2_000);
    expect(decided).to.deep.equal([2]);
  });
});

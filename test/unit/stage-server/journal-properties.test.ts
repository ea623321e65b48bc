import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '../../helpers/effort.ts';
import {
  journalBench,
  memoryBench,
  OPEN,
  type StoreBench,
  warmUp,
} from '../../stage-server/store-bench.ts';
import { type Call, lastingCalls } from '../../stage-server/store-calls.ts';

const KEYS = ['floor', 'hall'].flatMap((door) => [1, 2].map((epoch) => ({ door, epoch })));

/** The level of a bucket is not kept, so a store that was reopened gets the time to fill it. */
const reopen: Call = Object.assign(
  async (bench: StoreBench) => {
    await bench.reopen();
    for (const key of KEYS) await warmUp(bench, OPEN, key);
    return ['reopen'];
  },
  { [fc.toStringMethod]: () => 'reopen' },
);

describe('a store with a journal', () => {
  it('answers after each reopening as one that was never closed', async () => {
    const calls = lastingCalls(fc.constant(OPEN.capacity));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(...calls, fc.constant(reopen)), { maxLength: 60, size: 'max' }),
        async (sequence) => {
          const [kept, never] = [journalBench(), memoryBench()];
          const [readerOfKept, readerOfNever] = [{ last: null }, { last: null }];
          for (const run of [reopen, ...sequence])
            expect(await run(kept, readerOfKept)).to.deep.equal(await run(never, readerOfNever));
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

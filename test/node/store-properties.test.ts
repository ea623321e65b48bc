import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createClient } from 'redis';
import { runs } from '../helpers/effort.ts';
import { findRedis, removeKeys, warnOfSkipped, whyNoRedis } from '../helpers/redis.ts';
import { memoryBench, redisBench } from '../stage-server/store-bench.ts';
import { lastingCalls, passingCalls } from '../stage-server/store-calls.ts';

const why = whyNoRedis();
if (why) warnOfSkipped('the comparison of the store in memory with that over Redis', why);

describe('a store over Redis', { skip: why ?? false }, () => {
  it('answers random calls as the store in memory does', async () => {
    const redis = await findRedis();
    const client = await createClient({ url: redis.url }).connect();
    const prefix = `earshot-test-${randomBytes(6).toString('hex')}`;
    const capacity = fc.constantFrom(0, 0.5, 10, 1_000_000, 10_000_000);
    const calls = fc.array(fc.oneof(...lastingCalls(capacity), ...passingCalls), {
      maxLength: 60,
      size: 'max',
    });
    try {
      await fc.assert(
        fc.asyncProperty(calls, async (sequence) => {
          const memory = memoryBench();
          const remote = redisBench(client, prefix);
          const [ofMemory, ofRemote] = [{ last: null }, { last: null }];
          for (const run of sequence)
            assert.deepEqual(await run(remote, ofRemote), await run(memory, ofMemory));
        }),
        { numRuns: runs(200) },
      );
    } finally {
      await removeKeys(client, prefix);
      client.destroy();
      await redis.stop();
    }
  });
});

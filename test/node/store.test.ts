import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { RedisClient } from '../../src/stage-server/store/redis-calls.ts';
import {
  findRedis,
  removeKeys,
  type TestRedis,
  warnOfSkipped,
  whyNoRedis,
} from '../helpers/redis.ts';
import { redisBench } from '../stage-server/store-bench.ts';
import { storeCases } from '../stage-server/store-cases.ts';

const why = whyNoRedis();
if (why) warnOfSkipped('the cases of a store over Redis', why);

/** So that tests of others in the same Redis see nothing of it. */
const PREFIX = `earshot-test-${randomBytes(6).toString('hex')}`;

async function nodeRedis(url: string) {
  const client = createClient({ url });
  // It says so for each attempt to connect while a test has Redis down.
  client.on('error', () => {});
  await client.connect();
  return { client, close: async () => client.destroy() };
}

async function ioRedis(url: string) {
  const client = new Redis(url);
  client.on('error', () => {});
  return { client, close: async () => client.disconnect() };
}

const CLIENTS = { redis: nodeRedis, ioredis: ioRedis };

for (const [name, open] of Object.entries(CLIENTS)) {
  describe(`a store over Redis, by ${name}`, { skip: why ?? false }, () => {
    let redis: TestRedis;
    let opened: { client: RedisClient; close(): Promise<void> };
    before(async () => {
      redis = await findRedis();
      opened = await open(redis.url);
    });
    after(async () => {
      await removeKeys(opened.client, PREFIX);
      await opened.close();
      await redis.stop();
    });
    for (const [title, run] of storeCases) it(title, () => run(redisBench(opened.client, PREFIX)));
  });
}

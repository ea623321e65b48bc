import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import type { RedisClient } from '../../src/stage-server/store/redis-calls.ts';
import { type RedisStoreOptions, redisStore } from '../../src/stage-server/store/redis-store.ts';
import {
  keysOf,
  startRedis,
  type TestRedis,
  warnOfSkipped,
  whyNoRedisServer,
} from '../helpers/redis.ts';
import { DOOR, OPEN, redisBench, withTickets } from '../stage-server/store-bench.ts';
import { storeCases } from '../stage-server/store-cases.ts';

const why = whyNoRedisServer();
if (why) warnOfSkipped('what a store does while Redis is down', why);

const NOTHING = { position: null, edition: 0, settings: 0 };
const beatOf = (node: string) => ({ node, status: '', life: 60_000, isLast: false, doors: [] });
const MESSAGE = { from: 'a', seq: 1, type: 't', key: null, payload: 1, reason: null };

/** A client of each kind, until the test ends. */
async function openClients(url: string) {
  const node = createClient({ url, socket: { reconnectStrategy: 20 } });
  node.on('error', () => {});
  await node.connect();
  const io = new Redis(url, { retryStrategy: () => 20 });
  io.on('error', () => {});
  const close = () => {
    node.destroy();
    io.disconnect();
  };
  return { clients: { redis: node, ioredis: io } satisfies Record<string, RedisClient>, close };
}

/** Asks again until Redis answers. */
async function untilItAnswers<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {}
  }
}

describe('a store over a Redis of its own', { skip: why ?? false }, () => {
  let redis: TestRedis;
  let opened: Awaited<ReturnType<typeof openClients>>;
  before(async () => {
    redis = await startRedis({ appendOnly: true });
    opened = await openClients(redis.url);
  });
  after(async () => {
    opened.close();
    await redis.stop();
  });
  const storesOf = (options: RedisStoreOptions) =>
    Object.values(opened.clients).map((client) =>
      redisStore(client, { timeout: 30_000, ...options }),
    );

  it('has one clock, and one stage, for clients of both kinds', async () => {
    const [one, other] = storesOf({ stage: 'both' });
    assert(one && other);
    await one.publish('p', ['a']);
    const { head, now } = await other.pull(NOTHING);
    assert.equal(head.offset, 1);
    // The seconds of a real clock, not of this test.
    assert(Math.abs(now - Date.now()) < 3_600_000);
    await one.enter(DOOR, OPEN, { entries: [], turnedAway: 0, refusals: 0 });
    const [admitted] = await other.enter(DOOR, OPEN, withTickets('a'));
    const [again] = await one.enter(DOOR, OPEN, withTickets('a'));
    assert.deepEqual(again, { ...admitted, outcome: 'again' });
    assert.equal(await one.once('k', 60_000), true);
    assert.equal(await other.once('k', 60_000), false);
    assert.deepEqual(await one.ration(['r', 'r'], { rate: 0.001, burst: 1 }), [0, 1_000_000]);
  });

  it('shares nothing with a stage of another name', async () => {
    const [one] = storesOf({ stage: 'first' });
    const [other] = storesOf({ stage: 'second' });
    await one?.publish('p', ['a']);
    assert.equal((await other?.pull(NOTHING))?.head.offset, 0);
  });

  it('leaves no key without an end but the settings, and all in one place of a cluster', async () => {
    const { ioredis } = opened.clients;
    for (const [, run] of storeCases) await run(redisBench(ioredis, 'ends'));
    const keys = await keysOf(ioredis, 'ends');
    assert(keys.length > 100);
    for (const key of keys) {
      assert.match(key, /^\{ends:[0-9a-f]{12}\}:/);
      const ends = (await ioredis.pttl(key)) > 0;
      assert.equal(ends, !key.endsWith(':settings'), key);
    }
  });

  it('rejects while Redis is frozen, and what was asked then takes effect once', async () => {
    for (const [name, store] of storesOf({ stage: 'frozen', timeout: 50 }).entries()) {
      const from = `${name}`;
      redis.pause();
      const calls = [
        store.decide([{ ...MESSAGE, from }]),
        store.publish(`frozen ${name}`, ['a']),
        store.renew(DOOR, OPEN, [{ session: from, serial: 3, isDue: true }]),
      ];
      for (const result of await Promise.allSettled(calls)) {
        assert.equal(result.status, 'rejected');
        assert.match(String(result.reason), /Redis has not answered "\w+" within 50 ms/);
      }
      redis.resume();
      await untilItAnswers(() => store.decide([{ ...MESSAGE, from }]));
      const inbox = await untilItAnswers(() => store.inbox(0, 100));
      assert.equal(inbox.filter((message) => message.from === from).length, 1);
      await untilItAnswers(() => store.publish(`frozen ${name}`, ['a']));
      assert.equal((await untilItAnswers(() => store.pull(NOTHING))).frames.length, name + 1);
      const renewals = [{ session: from, serial: 3, isDue: true }];
      const [pass] = await untilItAnswers(() => store.renew(DOOR, OPEN, renewals));
      assert.deepEqual(pass, { next: 4 });
    }
  });

  it('goes on after Redis was killed, with all that was answered', async () => {
    const stores = storesOf({ stage: 'killed' });
    const [one] = stores;
    assert(one);
    await one.enter(DOOR, OPEN, { entries: [], turnedAway: 0, refusals: 0 });
    const [admitted] = await one.enter(DOOR, OPEN, withTickets('a'));
    await one.decide([MESSAGE]);
    await one.publish('p', ['a']);
    const { fence } = await one.beat(beatOf('n'));
    await one.keep(fence ?? 0, 'edition');
    const before = await one.pull(NOTHING);
    await redis.restart();
    for (const store of stores) {
      // Redis has forgotten the scripts.
      const news = await untilItAnswers(() => store.pull(NOTHING));
      assert.deepEqual({ ...news, now: 0 }, { ...before, now: 0 });
      const [again] = await store.enter(DOOR, OPEN, withTickets('a'));
      assert.deepEqual(again, { ...admitted, outcome: 'again' });
      assert.deepEqual(await store.decide([MESSAGE]), [{ reason: null, isFirst: false }]);
      assert.equal((await store.beat(beatOf('n'))).fence, fence);
    }
  });

  it('shows that Redis has lost its data: another epoch, later versions, positions and fences', async () => {
    const [store] = storesOf({ stage: 'lost' });
    assert(store);
    const fill = async () => {
      await store.publish('p', ['a']);
      await store.decide([MESSAGE]);
      const { fence } = await store.beat(beatOf('n'));
      assert.equal(await store.keep(fence ?? 0, 'edition'), true);
      assert.equal(await store.change(0, 'settings'), true);
      const news = await store.pull(NOTHING);
      return { fence: fence ?? 0, ...news, position: (await store.inbox(0, 1))[0]?.position ?? 0 };
    };
    const first = await fill();
    await opened.clients.ioredis.flushall();
    assert.equal(await store.keep(first.fence, 'stale'), false);
    const second = await fill();
    assert.notEqual(second.head.epoch, first.head.epoch);
    assert(second.fence > first.fence && second.position > first.position);
    assert((second.edition?.version ?? 0) > (first.edition?.version ?? 0));
    assert((second.settings?.version ?? 0) > (first.settings?.version ?? 0));
  });
});

describe('a store over a cluster', { skip: why ?? false }, () => {
  it('holds for clients of both kinds', async () => {
    const redis = await startRedis({ isCluster: true });
    const url = new URL(redis.url);
    const admin = new Redis(redis.url);
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    admin.disconnect();
    const io = new Cluster([{ host: url.hostname, port: Number(url.port) }]);
    const node = await createCluster({ rootNodes: [{ url: redis.url }] }).connect();
    const wrapped = { sendCommand: (args: string[]) => node.sendCommand(args[3], false, args) };
    try {
      for (const client of [io, wrapped])
        for (const [, run] of storeCases) await run(redisBench(client, 'cluster'));
    } finally {
      io.disconnect();
      node.destroy();
      await redis.stop();
    }
  });
});

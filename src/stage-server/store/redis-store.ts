import { toBase64Url } from '../door/tokens.ts';
import { createRunScript, type RedisClient, type RedisReply } from './redis-calls.ts';
import { createRedisDoor } from './redis-door.ts';
import { createRedisKeys } from './redis-keys.ts';
import { inChunks, parseBeat, parseInbox, parseNews, toTriples } from './redis-replies.ts';
import type { Decided, Store } from './store.ts';

/** The options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** The stage's name. Stages of different names share nothing. */
  readonly stage: string;
  /** The start of every key. Default `earshot`. */
  readonly prefix?: string | undefined;
  /** {@link Store.pace}, ms. Default 100. */
  readonly pace?: number | undefined;
  /** How long a call waits for Redis until it rejects, ms. Default 1,000. */
  readonly timeout?: number | undefined;
  /** The maximum of senders of messages within an hour, 1 or more. Beyond it, new ones are refused. Default 100,000. */
  readonly senders?: number | undefined;
  /** Returns epoch ms, in place of the clock of Redis. For tests. */
  readonly now?: (() => number) | undefined;
  /** Returns that many random bytes. Default: with `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}

const isYes = (reply: RedisReply): boolean => reply === '1';

/**
 * Keeps the state of a stage in Redis 6.2 or newer, or in Valkey: for a stage of many nodes. Each call is one script of
 * at most 500 requests, or some of them one after the other. Redis must not evict keys (`maxmemory-policy noeviction`),
 * and loses the last second when it dies, unless it has `appendfsync always`.
 *
 * A call that rejects may be made again, with four exceptions: `once` may have been true before; `ration` may have
 * taken a call; `enter` may count the refusals twice; `beat` may have given its counts to nobody.
 *
 * @param client stays open when the store closes.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions): Store {
  const {
    stage,
    prefix = 'earshot',
    pace = 100,
    timeout = 1_000,
    senders = 100_000,
    now = null,
    randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  } = options;
  const key = createRedisKeys(prefix, stage);
  const runScript = createRunScript(client, now, timeout);
  let isClosed = false;
  const run: typeof runScript = async (...call) => {
    if (isClosed) throw new Error('The store is closed.');
    return runScript(...call);
  };
  const newEpoch = () => toBase64Url(randomBytes(9));
  const [head, frames, edition, settings] = [
    key('head'),
    key('frames'),
    key('edition'),
    key('settings'),
  ];

  return {
    pace,
    ...createRedisDoor(key, run),
    once: async (name, life) => isYes(await run('once', [key('once', name)], [String(life)])),
    ration: (keys, { rate, burst }) =>
      inChunks(keys, async (some) => {
        const named = some.map((name) => key('ration', name));
        const waits = await run('ration', named, [String(rate), String(burst)]);
        return [...waits].map(Number);
      }),
    decide: (submissions) =>
      inChunks(submissions, async (some) => {
        const named = some.map(({ from }) => key('sender', from));
        const args = some.flatMap(({ from, seq, reason, type, key: of, payload }) => [
          from,
          String(seq),
          reason === null ? '0' : '1',
          reason ?? '',
          JSON.stringify({ type, key: of, payload }),
        ]);
        const keys = [key('senders'), key('inbox'), ...named];
        const reply = await run('decide', keys, [String(senders), ...args]);
        return toTriples(reply).map(
          ([isFirst, isRefused, reason]): Decided => ({
            reason: isRefused === '1' ? reason : null,
            isFirst: isFirst === '1',
          }),
        );
      }),
    async inbox(after, most) {
      if (most < 1) return [];
      const from = String(Math.max(0, after) + 1);
      return parseInbox(await run('inbox', [key('inbox')], [from, String(most)]));
    },
    async publish(id, texts) {
      let part = 0;
      const publishSome = async (some: readonly string[]) => {
        const keys = [key('publication', id, String(part++)), head, frames];
        await run('publish', keys, [newEpoch(), ...some]);
        return [];
      };
      if (texts.length === 0) await publishSome(texts);
      await inChunks(texts, publishSome);
    },
    async pull({ position, edition: editionVersion, settings: settingsVersion }) {
      const { epoch, offset } = position ?? { epoch: '', offset: 0 };
      const versions = [String(editionVersion), String(settingsVersion)];
      const args = [newEpoch(), epoch, String(offset), ...versions];
      return parseNews(await run('pull', [head, frames, edition, settings], args));
    },
    async beat({ node, status, life, isLast, doors }) {
      const keys = doors.flatMap((door) => [key.door(door), key.inside(door)]);
      const args = [node, status, String(life), isLast ? '1' : '0'];
      return parseBeat(await run('beat', [key('nodes'), key('lease'), head, ...keys], args));
    },
    keep: async (fence, text) =>
      isYes(await run('keep', [key('lease'), edition], [String(fence), text])),
    change: async (version, text) =>
      isYes(await run('change', [settings], [String(version), text])),
    async check() {
      await run('check', [key('check')], []);
    },
    async close() {
      isClosed = true;
    },
  };
}

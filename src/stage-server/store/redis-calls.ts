import { redisScripts, type Verb } from './redis-scripts.ts';

/**
 * A client of `redis` or of `ioredis`, by structure. A cluster of `redis` needs the first key:
 * `{ sendCommand: (args) => cluster.sendCommand(args[3], false, args) }`. A client of `ioredis` for a cluster needs
 * nothing.
 */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> };

/** What a script answers: text, and lists of text. */
export type RedisReply = string | RedisReply[];

/** Runs a script. */
export type RunScript = (
  verb: Verb,
  keys: readonly string[],
  args: readonly string[],
) => Promise<RedisReply>;

const SENT = new TextEncoder();

async function digest(script: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-1', SENT.encode(script)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Clients differ in what they make of integers and bytes. */
const toReply = (raw: unknown): RedisReply => (Array.isArray(raw) ? raw.map(toReply) : String(raw));

/** Rejects after `timeout` ms. Whether the call took effect is then not known. */
async function within<T>(timeout: number, verb: Verb, call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Redis has not answered "${verb}" within ${timeout} ms.`);
    timer = setTimeout(() => reject(error), timeout);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param now the clock of a test, epoch ms; `null`: that of Redis.
 * @param timeout ms.
 */
export function createRunScript(
  client: RedisClient,
  now: (() => number) | null,
  timeout: number,
): RunScript {
  const digests = new Map<Verb, Promise<string>>();
  const send = (command: string, ...args: string[]) =>
    'call' in client ? client.call(command, ...args) : client.sendCommand([command, ...args]);

  function digestOf(verb: Verb): Promise<string> {
    const known = digests.get(verb) ?? digest(redisScripts[verb]);
    digests.set(verb, known);
    return known;
  }

  async function run(verb: Verb, rest: string[]): Promise<unknown> {
    try {
      return await send('EVALSHA', await digestOf(verb), ...rest);
    } catch (error) {
      // Redis forgets scripts when it restarts.
      if (!String(Object(error).message).startsWith('NOSCRIPT')) throw error;
      return send('EVAL', redisScripts[verb], ...rest);
    }
  }

  return async (verb, keys, args) => {
    const clock = now ? String(now()) : '';
    const call = run(verb, [String(keys.length), ...keys, clock, ...args]);
    return toReply(await within(timeout, verb, call));
  };
}

import type { RedisReply } from './redis-calls.ts';
import type { BeatResult, DoorCounts, InboxMessage, News, Published, Versioned } from './store.ts';

/** Redis does nothing else while a script runs. */
const MAX_REQUESTS = 500;

/** Makes calls of at most 500 requests, one after the other. */
export async function inChunks<Request, Result>(
  requests: readonly Request[],
  call: (some: readonly Request[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < requests.length; start += MAX_REQUESTS) {
    results.push(...(await call(requests.slice(start, start + MAX_REQUESTS))));
  }
  return results;
}

const toTexts = (reply: RedisReply | undefined): string[] =>
  Array.isArray(reply) ? reply.map(String) : [];

function inGroups(texts: readonly string[], size: number): string[][] {
  const count = Math.floor(texts.length / size);
  return Array.from({ length: count }, (_, at) => texts.slice(at * size, (at + 1) * size));
}

/** A flat reply as the results of its requests, of three parts each. */
export const toTriples = (reply: RedisReply): [string, string, string][] =>
  inGroups(toTexts(reply), 3).map(([one = '', two = '', three = '']) => [one, two, three]);

const toVersioned = (version = '', text = ''): Versioned | null =>
  version === '' ? null : { version: Number(version), text };

/** Reads the reply of `pull`. */
export function parseNews(reply: RedisReply): News {
  const [now, epoch = '', offset, ...rest] = toTexts(reply);
  return {
    now: Number(now),
    head: { epoch, offset: Number(offset) },
    frames: toTriples(rest.slice(4)).map(
      ([number, at, text]): Published => ({ offset: Number(number), at: Number(at), text }),
    ),
    edition: toVersioned(rest[0], rest[1]),
    settings: toVersioned(rest[2], rest[3]),
  };
}

/** Reads the reply of `inbox`. */
export const parseInbox = (reply: RedisReply): InboxMessage[] =>
  inGroups(toTexts(reply), 5).map(([position, at, from = '', seq, text = '{}']) => {
    const { type, key, payload } = JSON.parse(text);
    return {
      ...{ position: Number(position), at: Number(at), from, seq: Number(seq) },
      ...{ type, key, payload },
    };
  });

function toCounts(numbers: readonly number[]): DoorCounts {
  const [admitted = 0, full = 0, crowded = 0, turnedAway = 0, left = 0, inside = 0] = numbers;
  return { admitted, full, crowded, turnedAway, left, inside };
}

/** Reads the reply of `beat`. */
export function parseBeat(reply: RedisReply): BeatResult {
  const [now, keeper, fence, nodes, counts] = Array.isArray(reply) ? reply : [];
  return {
    now: Number(now),
    nodes: inGroups(toTexts(nodes), 2)
      .map(([node = '', status = '']) => ({ node, status }))
      .sort((one, other) => (one.node < other.node ? -1 : 1)),
    keeper: keeper === '' ? null : String(keeper),
    fence: fence === '' ? null : Number(fence),
    counts: inGroups(toTexts(counts), 6).map((texts) => toCounts(texts.map(Number))),
  };
}

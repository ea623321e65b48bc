import { createClient } from '@redis/client';
import { redisStore } from '../stage-server/store/redis-store.ts';
import type { Store } from '../stage-server/store/store.ts';
import type { CommandLog } from './log.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
const CONNECT_WITHIN_MS = 5_000;
const PING_MS = 5_000;

/** Connects to Redis, and again whenever the connection ends. */
export function openRedis(
  url: string,
  stage: string,
  log: CommandLog,
): { readonly store: Store; close(): Promise<void> } {
  const client = createClient({
    url,
    // A call that waits for a connection would come too late: the stage calls again.
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_WITHIN_MS,
      // Nodes that lost Redis together do not come back together.
      reconnectStrategy: (retries) =>
        Math.random() * Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(retries, 10)),
    },
  });
  // The stage says when the store is lost and back; why is of interest only to those who search.
  client.on('error', (error) => log.debug({ error: String(error) }, 'Redis.'));
  client.connect().catch(() => {});
  return {
    store: redisStore(client, { stage }),
    async close() {
      client.destroy();
    },
  };
}

import type { ServerResponse } from 'node:http';
import { idle } from './idle.ts';

const MOST_READERS = 16;
const MOST_UNREAD_BYTES = 64 * 1024;
const HEARTBEAT_MS = 15_000;

/** A stream of server-sent events to a few readers. One that reads too slowly misses events. */
export interface EventStream {
  /** Takes a response as a reader; false when there are too many. */
  attach(response: ServerResponse): boolean;
  publish(event: string, data: unknown): void;
  close(): void;
}

export function createEventStream(): EventStream {
  const readers = new Set<ServerResponse>();
  const write = (text: string) => {
    for (const reader of readers) {
      if (reader.writableLength < MOST_UNREAD_BYTES) reader.write(text);
    }
  };
  const heartbeat = idle(setInterval(() => write(':\n\n'), HEARTBEAT_MS));

  return {
    attach(response) {
      if (readers.size >= MOST_READERS) return false;
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
      });
      response.write(':\n\n');
      readers.add(response);
      response.once('close', () => readers.delete(response));
      return true;
    },
    publish(event, data) {
      if (readers.size > 0) write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close() {
      clearInterval(heartbeat);
      readers.clear();
    },
  };
}

import { type Asked, type Reply, reply, type Script } from './fake-fetch.ts';

/** What is wrong with an origin; `undefined` lets the request through. */
export type Fault = (asked: Asked) => Reply | undefined;

/** What a fake playlist says. Times are program times in epoch ms. */
export interface FakePlaylist {
  readonly first: number;
  readonly edge: number;
  readonly ended: boolean;
}

export const SEGMENT_MS = 4_000;
export const WINDOW_MS = 120_000;

const OPENED = Date.UTC(2026, 10, 22, 12);

/** Live origins as a fetch script: any host serves playlists and segments, and one a document. */
export class FakeOrigins {
  /** By origin, or by origin and path. */
  readonly faults = new Map<string, Fault>();
  /** Served at any `/stage.json`. */
  document: unknown = null;
  /** Epoch ms at which all playlists end. */
  endsAt = Number.POSITIVE_INFINITY;

  readonly script: Script = (asked) => {
    const fault = this.faults.get(asked.origin + asked.path) ?? this.faults.get(asked.origin);
    return fault?.(asked) ?? this.#serve(asked);
  };

  #serve({ path, at }: Asked): Reply {
    if (path === '/stage.json') return reply(200, JSON.stringify(this.document));
    const edge = Math.floor(Math.min(at, this.endsAt) / SEGMENT_MS) * SEGMENT_MS;
    if (path.endsWith('.m3u8')) {
      const vod = path.includes('vod');
      const first = vod ? OPENED : edge - WINDOW_MS;
      const playlist: FakePlaylist = { first, edge, ended: vod || at >= this.endsAt };
      return reply(200, JSON.stringify(playlist));
    }
    const number = Number(/(\d+)\.seg$/.exec(path)?.[1]);
    return (number + 1) * SEGMENT_MS <= edge ? reply(200, 'sound') : reply(404);
  }
}

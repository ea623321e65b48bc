import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to an origin, as its misdeed sees it. */
export interface Asked {
  readonly path: string;
  readonly isPlaylist: boolean;
  /** Number of the segment; `null` for a playlist. */
  readonly segment: number | null;
  /** What the well-behaved origin answers. */
  text(): Promise<string>;
}

/** What is answered instead. */
export interface Instead {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** `undefined`: the well-behaved answer. */
export type Misdeed = (
  asked: Asked,
) => Instead | 'hang' | 'reset' | undefined | Promise<Instead | 'hang' | 'reset' | undefined>;

export interface Entry {
  readonly at: number;
  readonly path: string;
  readonly status: number | null;
}

/** An origin in front of a well-behaved one that does what it is told to do wrong. */
export class Origin {
  misdeed: Misdeed = () => undefined;
  readonly entries: Entry[] = [];
  /** Base URL of the well-behaved origin. */
  upstream: string;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor(upstream: string) {
    this.upstream = upstream;
  }

  static async open(upstream: string): Promise<Origin> {
    const origin = new Origin(upstream);
    await new Promise<void>((resolve) => origin.#server.listen(0, '127.0.0.1', resolve));
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests since a time, epoch ms, whose path fits. */
  since(at: number, pattern = /./): Entry[] {
    return this.entries.filter((entry) => entry.at >= at && pattern.test(entry.path));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const { pathname: path, search } = new URL(request.url ?? '', 'http://origin');
    const upstream = () => fetch(this.upstream + path.replace(/^\/edge\d*/, '') + search);
    const segment = /\/(\d+)\.aac$/.exec(path)?.[1];
    const instead = await this.misdeed({
      path,
      isPlaylist: path.endsWith('.m3u8'),
      segment: segment ? Number(segment) : null,
      text: async () => (await upstream()).text(),
    });
    const enter = (status: number | null) => this.entries.push({ at, path, status });
    if (instead === 'hang') return void enter(null);
    if (instead === 'reset') {
      enter(null);
      return void request.socket.resetAndDestroy();
    }
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-store');
    if (instead) {
      const { status = 200, headers = {}, body = '' } = instead;
      enter(status);
      response.writeHead(status, headers).end(body);
      return;
    }
    const answer = await upstream();
    enter(answer.status);
    response.writeHead(answer.status, {
      'Content-Type': answer.headers.get('content-type') ?? '',
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A whole answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A request to an origin, as its misdeed sees it. */
export interface Asked {
  readonly path: string;
  readonly isPlaylist: boolean;
  /** Number of the segment; `null` for a playlist. */
  readonly segment: number | null;
  /** The `Range` header. */
  readonly range: string | null;
  /** What the well-behaved origin answers, at another path if one is given. */
  well(path?: string): Promise<Reply>;
  /** The text of it. */
  text(): Promise<string>;
}

/** What is answered instead. */
export interface Instead {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** Wait before the first byte, ms. */
  readonly delayMs?: number;
  /** Time over which the body is sent, ms. */
  readonly dripMs?: number;
  /** Share of the body after which the connection breaks, 0 to 1. */
  readonly breaksAt?: number;
}

export type Wrong = Instead | 'hang' | 'reset' | undefined;

/** `undefined`: the well-behaved answer. */
export type Misdeed = (asked: Asked) => Wrong | Promise<Wrong>;

/** How the well-behaved origin serves what the stage has; `undefined`: as the stage serves it. */
export type Delivery = (asked: Asked) => Instead | undefined | Promise<Instead | undefined>;

export interface Entry {
  readonly at: number;
  readonly path: string;
  readonly range: string | null;
  readonly status: number | null;
  /** The misdeed answered it. */
  readonly isSpoilt: boolean;
  /** What came is no use: no answer, an error, something else, or only a part. */
  readonly isFailed: boolean;
}

const DRIPS = 20;

/** An origin in front of a well-behaved one that does what it is told to do wrong. */
export class Origin {
  misdeed: Misdeed = () => undefined;
  delivery: Delivery = () => undefined;
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
    const segment = /\/(\d+)\.(?:aac|m4s)$/.exec(path)?.[1];
    const asked = {
      path,
      isPlaylist: path.endsWith('.m3u8'),
      segment: segment ? Number(segment) : null,
      range: request.headers.range ?? null,
    };
    const withText = (well: Asked['well']): Asked => ({
      ...asked,
      well,
      text: async () => String((await well()).body),
    });
    const stage = (other = path) => this.#fetch(other + search);
    const deliver = async (): Promise<Reply> => {
      const served = await this.delivery(withText(stage));
      return served ? replyOf(served) : stage();
    };
    const wrong = await this.misdeed(withText(deliver));
    const enter = (status: number | null, isFailed = true) => {
      const isSpoilt = wrong !== undefined;
      this.entries.push({ at, path, range: asked.range, status, isSpoilt, isFailed });
    };
    if (wrong === 'hang') return void enter(null);
    if (wrong === 'reset') {
      enter(null);
      return void request.socket.resetAndDestroy();
    }
    const reply = wrong ? replyOf(wrong) : await deliver();
    enter(reply.status, (wrong?.breaksAt ?? 1) < 1 || !isOfUse(reply));
    await send(response, reply, wrong ?? {});
  }

  async #fetch(path: string): Promise<Reply> {
    const answer = await fetch(this.upstream + path.replace(/^\/edge\d*/, ''));
    return {
      status: answer.status,
      headers: { 'Content-Type': answer.headers.get('content-type') ?? '' },
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }
}

const isOfUse = ({ status, headers, body }: Reply): boolean =>
  status < 300 ? body.length > 0 && !/html|json/.test(headers['Content-Type'] ?? '') : status < 400;

const replyOf = ({ status = 200, headers = {}, body = '' }: Instead): Reply => ({
  status,
  headers,
  body: Buffer.from(body as Uint8Array),
});

async function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  { delayMs, dripMs, breaksAt = 1 }: Instead,
): Promise<void> {
  if (delayMs) await wait(delayMs);
  // The player may have given up meanwhile: here, and while it drips.
  if (response.destroyed) return;
  response.writeHead(status, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': '*',
    'Cache-Control': 'no-store',
    'Content-Length': body.length,
    ...headers,
  });
  const drips = dripMs ? DRIPS : 1;
  const end = Math.floor(body.length * breaksAt);
  for (let drip = 0; drip < drips; drip++) {
    if (drip && dripMs) await wait(dripMs / drips);
    if (response.destroyed) return;
    response.write(body.subarray((end * drip) / drips, (end * (drip + 1)) / drips));
  }
  if (breaksAt === 1) response.end();
  else setTimeout(() => response.destroy(), 50);
}

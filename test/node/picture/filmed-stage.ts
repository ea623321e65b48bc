import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { earshotFiles } from '../../../bench/lib/bundle.ts';
import { openPort } from '../../../demo/stage/port.ts';
import type {} from './speaker.ts';

const SEGMENT = 2;
const SEGMENTS = 45;
const WINDOW = 8;
/** What has been filmed before anybody listens. */
const BEFORE = 10;

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  m3u8: 'application/vnd.apple.mpegurl',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
};

/** As strict as a page with a picture may be. */
const POLICY = `default-src 'self'; media-src blob:; require-trusted-types-for 'script'`;

/** A stage with a picture: filmed in a page of its own, heard and seen by WHEP and by HLS. */
export interface FilmedStage {
  readonly url: string;
  readonly speaker: Page;
  /** Methods and paths, in order. */
  readonly requests: readonly string[];
  /** The speaker's machine is gone, and the endpoint with it. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> =>
  Buffer.concat(await request.toArray());

const playlist = (startsAt: number): string => {
  const made = Math.floor((Date.now() - startsAt) / 1_000 / SEGMENT);
  const last = Math.min(SEGMENTS, made);
  const first = Math.max(0, last - WINDOW);
  const lines = Array.from({ length: last - first }, (_, at) => {
    const time = new Date(startsAt + (first + at) * SEGMENT * 1_000).toISOString();
    return `#EXT-X-PROGRAM-DATE-TIME:${time}\n#EXTINF:${SEGMENT},\n/film/${first + at}.m4s`;
  });
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${SEGMENT}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    '#EXT-X-MAP:URI="/film/init.mp4"',
    ...lines,
    '',
  ].join('\n');
};

/** @param html of the listener's page, which loads `/earshot/element.js`. */
export const startFilmedStage = async (
  context: BrowserContext,
  html: string,
): Promise<FilmedStage> => {
  const { outputFiles } = await build({
    entryPoints: [new URL('speaker.ts', import.meta.url).pathname],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  const files = new Map<string, string | Uint8Array>([
    ...(await earshotFiles('dist')),
    ['/index.html', html],
    ['/speaker.html', '<!doctype html><title>Speaker</title><script src="/speaker.js"></script>'],
    ['/speaker.js', outputFiles[0]?.text ?? ''],
  ]);
  const requests: string[] = [];
  let startsAt = 0;
  let isThere = true;
  let speaker: Page;

  const whep = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isThere) return void request.socket.destroy();
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    const offer = String(await bodyOf(request));
    const sdp = await speaker.evaluate((one) => globalThis.speaker.answer(one), offer);
    response.writeHead(201, { 'Content-Type': 'application/sdp', Location: '/whep/1' }).end(sdp);
  };

  const serve: RequestListener = (request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    requests.push(`${request.method} ${path}`);
    if (path.startsWith('/whep')) return void whep(request, response);
    if (request.method === 'PUT') {
      return void bodyOf(request).then((body) => {
        files.set(path, body);
        response.end();
      });
    }
    const body = path === '/talk.m3u8' ? playlist(startsAt) : files.get(path);
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain',
      'Content-Security-Policy': POLICY,
    });
    response.end(body);
  };

  const port = await openPort({ port: 0, handler: serve });
  files.set(
    '/stage.json',
    JSON.stringify({
      version: 1,
      sources: [
        { kind: 'whep', url: `${port.url}/whep` },
        { kind: 'hls', url: `${port.url}/talk.m3u8` },
      ],
    }),
  );
  // Whoever may use the microphone shows its addresses; else they are names that only a network resolves.
  await context.grantPermissions(['microphone'], { origin: port.url });
  speaker = await context.newPage();
  await speaker.goto(`${port.url}/speaker.html`);
  await speaker.evaluate(([count, each]) => globalThis.speaker.film(count, each), [
    SEGMENTS,
    SEGMENT,
  ] as const);
  startsAt = Date.now() - BEFORE * SEGMENT * 1_000;
  return {
    url: port.url,
    speaker,
    requests,
    async vanish() {
      isThere = false;
      await speaker.evaluate(() => globalThis.speaker.vanish());
    },
    close: () => port.close(),
  };
};

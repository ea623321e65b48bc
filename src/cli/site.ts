/// <reference types="node" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file as it is served. */
interface SiteFile {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly etag: string;
  readonly caching: string;
}

/** Answers what is a file of the site; `false`: it is none. */
export type Site = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What the page at `/` shows. */
export interface SiteOptions {
  readonly title: string;
  /** Whether listeners may send the message `hand`. */
  readonly hasHand: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};
/** A name with a hash never has another content. */
const HASHED = /-[\w-]{8}\.js$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
const FIVE_MINUTES = 'public, max-age=300';

/** Everything that runs comes from this server. Sound may come from anywhere, since an operator can add a source. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  'connect-src * ws: wss:',
  'media-src * blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function fileOf(name: string, body: Buffer): SiteFile {
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    body,
    zipped: gzipSync(body),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`,
    caching: HASHED.test(name) ? FOR_EVER : FIVE_MINUTES,
  };
}

/** The whole hls.js, which few playlists need, from the package beside this one. */
function wholeHls(): Buffer | null {
  try {
    return readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.mjs'));
  } catch {
    return null;
  }
}

function readFiles(root: URL, { title, hasHand }: SiteOptions): Map<string, SiteFile> {
  const files = new Map<string, SiteFile>();
  const add = (path: string, name: string, body: Buffer) => files.set(path, fileOf(name, body));
  for (const folder of ['standalone', 'stage-page']) {
    const at = folder === 'standalone' ? '/earshot/' : '/';
    for (const name of readdirSync(new URL(folder, root))) {
      add(`${at}${name}`, name, readFileSync(new URL(`${folder}/${name}`, root)));
    }
  }
  const whole = wholeHls();
  if (whole) add('/earshot/hls.min.mjs', 'hls.min.mjs', whole);
  const page = String(files.get('/index.html')?.body)
    .replaceAll('%title%', escapeHtml(title))
    .replaceAll('%hand%', hasHand ? 'yes' : 'no');
  files.delete('/index.html');
  add('/', 'index.html', Buffer.from(page));
  return files;
}

function send(request: IncomingMessage, response: ServerResponse, file: SiteFile): void {
  const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = isZipped ? file.zipped : file.body;
  const isPage = file.type === TYPES['.html'];
  const headers = {
    'Content-Type': file.type,
    'Cache-Control': file.caching,
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // Pages of other sites may load the player, but not frame the page.
    ...(isPage
      ? { 'Content-Security-Policy': POLICY }
      : { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }),
  };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const length = { 'Content-Length': body.length, ...(isZipped && { 'Content-Encoding': 'gzip' }) };
  response.writeHead(200, { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/**
 * The player for pages of any site at `/earshot/`, and a page at `/` with the player for this stage.
 *
 * @param root the folder of the build.
 */
export function createSite(root: URL, options: SiteOptions): Site {
  const files = readFiles(root, options);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path = ''] = (request.url ?? '').split('?');
    const file = files.get(path);
    if (file) send(request, response, file);
    return file !== undefined;
  };
}

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';
import { hasDocs, withDocs } from './docs-site.ts';
import { serveLab } from './lab-server.ts';
import { CLOSED } from './policies.ts';
import { DOOR, holdDoor } from './stage/hold-door.ts';
import { type Stage, type StageOptions, startStage } from './stage/stage.ts';

const PORT = 4173;
const PAGE = new URL('./page/', import.meta.url);
const SDK = new URL('../dist/standalone/', import.meta.url);
/** A file at most two folders deep; no part begins with a dot, so no path leads out of the folders. */
const NAME = /^\/((?:[\w-]+\/){0,2}[\w-]+(?:\.[\w-]+)+)$/;
/** The lab server has the other pages. */
const INDEX = 'listen/index.html';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the page may connect to. */
type Places = Pick<Stage, 'url' | 'cdn'>;

/** What the listen page may load, and whom it may ask. */
export function policy({ url, cdn: { a, b } }: Places): string {
  const hosts = ["'self'", a, b, url.replace(/^http/, 'ws')].filter(Boolean).join(' ');
  return [
    `default-src 'self'`,
    `connect-src ${hosts}`,
    `media-src 'self' blob: ${a} ${b}`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    ...CLOSED,
  ].join('; ');
}

/** Node calls it experimental each time it starts; that is no news for who opens a demo. */
function strip(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

const stripped = new Map<string, { source: string; code: string }>();

async function load(name: string): Promise<Buffer | string | null> {
  if (name.endsWith('.d.ts')) return null;
  for (const folder of [PAGE, SDK]) {
    const body = await readFile(new URL(name, folder)).catch(() => null);
    if (!body) continue;
    if (name === INDEX) return withDocs(body.toString());
    if (!name.endsWith('.ts')) return body;
    const source = body.toString();
    const known = stripped.get(name);
    if (known?.source === source) return known.code;
    const code = strip(source);
    stripped.set(name, { source, code });
    return code;
  }
  return null;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  places: Places,
): Promise<boolean> {
  const path = URL.parse(request.url ?? '', 'http://page')?.pathname;
  const isIndex = path === '/' || path === '/index.html';
  const name = isIndex ? INDEX : NAME.exec(path ?? '')?.[1];
  // Each page has one URL.
  if (name?.endsWith('.html') && !isIndex) return false;
  const type = TYPES[extname(name ?? '')];
  if (!name || !type) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const body = await load(name);
  if (body === null) return false;
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': policy(places),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

/** Starts the stage and the demo page; on any free port if the wanted one is taken. */
export async function startDemo(options: StageOptions = {}): Promise<Stage> {
  let places: Places = { url: '', cdn: { a: '', b: '' } };
  const start = (port: number) =>
    startStage({
      // So that the page can show who knocks at an origin that refuses the connection.
      countRefused: true,
      ...options,
      port,
      routes: async (request, response) =>
        (await serveLab(request, response)) || serve(request, response, places),
    });
  const { port = 0 } = options;
  const stage = await start(port).catch((error: NodeJS.ErrnoException) => {
    if (port === 0 || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) throw error;
    return start(0);
  });
  places = stage;
  return stage;
}

function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(command as string, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function wantedPort(): number {
  const port = Number(process.env.PORT || PORT);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  console.error(`PORT must be a number from 0 to 65535, not ${process.env.PORT}.`);
  process.exit(1);
}

interface Document {
  readonly sources: readonly { readonly kind: string; readonly url: string }[];
}

/** All that one may want to open, or to put into a page of one's own. */
async function addressesOf({ url, documentUrl }: Stage): Promise<string> {
  const { sources } = (await (await fetch(documentUrl)).json()) as Document;
  const first = (kind: string) => sources.find((source) => source.kind === kind)?.url;
  const docs = hasDocs() ? `${url}/docs/` : 'built by `npm run docs`';
  const rows = {
    Demo: `${url}/`,
    'Policy lab': `${url}/lab`,
    'How it works': `${url}/how`,
    Documentation: docs,
    'Stage document': documentUrl,
    'HLS playlist': first('hls'),
    'WHEP endpoint': first('whep'),
  };
  return Object.entries(rows)
    .filter(([, address]) => address)
    .map(([name, address]) => `  ${name.padEnd(16)}${address}`)
    .join('\n');
}

/** Serves the demo until the process is told to end. */
export async function serveDemo(): Promise<void> {
  const stage = await startDemo({ port: wantedPort(), door: DOOR, whep: true, channel: true });
  if (stage.door) holdDoor(stage.door, stage.requests);
  console.log(`\n${await addressesOf(stage)}\n`);
  console.log('Open the demo, press Listen, then kill a server. Ctrl-C ends it.');
  if (process.stdout.isTTY && !process.env.CI) openBrowser(`${stage.url}/`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stage.close().finally(() => process.exit(0)));
  }
}

if (import.meta.main) await serveDemo();

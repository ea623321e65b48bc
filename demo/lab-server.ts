import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { docOf, withDocs } from './docs-site.ts';
import { SANDBOX, STRICT } from './policies.ts';

const PAGES = new URL('./page/', import.meta.url);
const BUNDLES = new URL('../.build/pages/', import.meta.url);
const PAGE = /^\/(lab|how)(?:\.html)?$/;
const BUNDLE = /^\/((?:lab|how)\/[\w-]+\.js|listen\/stock\.js)$/;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

interface Found {
  readonly name: string;
  readonly body: Buffer | string;
}

async function find(path: string): Promise<Found | null> {
  const page = PAGE.exec(path)?.[1];
  if (page) {
    const name = `${page}/index.html`;
    return { name, body: withDocs(await readFile(new URL(name, PAGES), 'utf8')) };
  }
  const name = BUNDLE.exec(path)?.[1];
  const body = name ? await readFile(new URL(name, BUNDLES)).catch(() => null) : null;
  return name && body ? { name, body } : docOf(path);
}

/**
 * Answers for the pages that ask nothing of the stage, for what `npm run build` bundled for them, and
 * for the documentation.
 */
export async function serveLab(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const found = await find(URL.parse(request.url ?? '', 'http://page')?.pathname ?? '');
  if (!found) return false;
  const { name, body } = found;
  response.writeHead(200, {
    'Content-Type': TYPES[extname(name)],
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': name === 'lab/sandbox.js' ? SANDBOX : STRICT,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

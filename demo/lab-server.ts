import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

const PAGES = new URL('./page/', import.meta.url);
const BUNDLES = new URL('../.build/pages/', import.meta.url);
const PAGE = /^\/(lab|how)(?:\.html)?$/;
const BUNDLE = /^\/((?:lab|how)-[\w-]+\.js)$/;

/** The page asks nobody but this server, so that what a link or a visitor brings leads nowhere. */
const STRICT = [
  `default-src 'self'`,
  `img-src 'self' data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `object-src 'none'`,
].join('; ');

/**
 * The worker that a visitor's own policy runs in: modules from here or from a blob:, and nothing
 * else. A worker takes its policy from its own response, not from the page.
 */
const SANDBOX = `default-src 'none'; script-src 'self' blob:; connect-src 'none'; worker-src 'none'`;

/** Answers for the pages that ask nothing of the stage, and for what `npm run build` bundled for them. */
export async function serveLab(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = URL.parse(request.url ?? '', 'http://page')?.pathname ?? '';
  const page = PAGE.exec(path)?.[1];
  const name = BUNDLE.exec(path)?.[1];
  if (!page && !name) return false;
  const file = page ? new URL(`${page}.html`, PAGES) : new URL(name as string, BUNDLES);
  const body = await readFile(file).catch(() => null);
  if (!body) return false;
  response.writeHead(200, {
    'Content-Type': page ? 'text/html; charset=utf-8' : 'text/javascript; charset=utf-8',
    'Content-Length': body.length,
    'Content-Security-Policy': name === 'lab-sandbox.js' ? SANDBOX : STRICT,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

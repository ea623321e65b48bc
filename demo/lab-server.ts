import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SANDBOX, STRICT } from './policies.ts';

const PAGES = new URL('./page/', import.meta.url);
const BUNDLES = new URL('../.build/pages/', import.meta.url);
const PAGE = /^\/(lab|how)(?:\.html)?$/;
const BUNDLE = /^\/((?:lab|how)-[\w-]+\.js)$/;

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

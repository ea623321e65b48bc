import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { openPort, type Port } from '../../demo/stage/port.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** How a page loads the lines of the documentation as they are. */
export const MODULE = '<script type="module" src="/main.js"></script>';

/** Serves a folder as it is, under a policy. */
export const serve = (folder: string, policy: string): Promise<Port> => {
  const handler: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site');
    const name = pathname === '/' ? '/index.html' : normalize(decodeURIComponent(pathname));
    readFile(join(folder, name)).then(
      (body) => {
        response.writeHead(200, {
          'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
          'Content-Security-Policy': policy,
          'X-Content-Type-Options': 'nosniff',
        });
        response.end(body);
      },
      () => response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end(),
    );
  };
  return openPort({ port: 0, handler });
};

/** A page with what the lines of the documentation need, and the scripts of its head. */
export const pageWith = (head: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>A listener</title>
    ${head}
  </head>
  <body>
    <button>Listen</button>
    <output></output>
  </body>
</html>
`;

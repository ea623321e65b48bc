import type { Routes } from '../../demo/stage/main-server.ts';
import type { Files } from './bundle.ts';

/** Where the page is that runs `page/<script>.ts`. The query is the script's. */
export const pageOf = (base: string, script: string, query: Record<string, string> = {}): string =>
  `${base}/run/${script}?${new URLSearchParams(query)}`;

/** Serves files, and a page without content for each script: `first` runs before anything else. */
export function site(parts: Files[], first: string[]): Routes {
  const files = new Map(parts.flatMap((part) => [...part]));
  const scripts = (name: string) =>
    [...first, name].map((one) => `<script type="module" src="/page/${one}.js"></script>`).join('');

  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site');
    const script = /^\/run\/([\w-]+)$/.exec(pathname)?.[1];
    const file = files.get(pathname);
    if (!script && !file) return false;
    response.setHeader('Content-Type', script ? 'text/html' : 'text/javascript');
    response.end(script ? `<!doctype html><title>${script}</title>${scripts(script)}` : file);
    return true;
  };
}

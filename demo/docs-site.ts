import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const DOCS = new URL('../.site/docs/', import.meta.url);
const FILE = /^\/docs\/((?:[\w-]+\/)?[\w-]+\.(?:html|css|svg|png))$/;

/** Whether `npm run docs` has built the documentation. */
export const hasDocs = (): boolean => existsSync(new URL('index.html', DOCS));

/** Shows the links to the documentation, if `npm run docs` has built it. */
export const withDocs = (html: string): string =>
  hasDocs() ? html.replaceAll(' data-docs hidden', '') : html;

/** A file of the documentation; `null` if it is not there, or not built. */
export const docOf = async (path: string): Promise<{ name: string; body: Buffer } | null> => {
  const name = FILE.exec(path === '/docs/' ? '/docs/index.html' : path)?.[1];
  const body = name ? await readFile(new URL(name, DOCS)).catch(() => null) : null;
  return name && body ? { name, body } : null;
};

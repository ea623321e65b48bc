import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the repository. */
export const ROOT = resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
  readonly peerDependencies?: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

/** What npm ships says of itself. */
export const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** One way to import from the package. */
export interface Subpath {
  /** What an import names: `earshot`, `earshot/herd`. */
  readonly specifier: string;
  /** What reports and contracts are called: `earshot`, `herd`, `locales-de`. */
  readonly name: string;
  /** The type declarations, from the folder of the package; null for JSON. */
  readonly types: string | null;
}

const subpaths: readonly Subpath[] = Object.entries(manifest.exports).map(([path, target]) => ({
  specifier: `earshot${path.slice(1)}`,
  name: path === '.' ? 'earshot' : path.slice(2).replace('/', '-'),
  types: typeof target === 'string' ? null : target.types,
}));

/** Every subpath that is code. */
export const modules = subpaths.filter(({ types }) => types !== null);

/** Every subpath that is data. */
export const data = subpaths.filter(({ types }) => types === null);

/** All languages have the same types, and the first of them stands for all. */
const kindOf = ({ types }: Subpath): string | undefined =>
  types?.replace(/(?<=\/locales\/)\w+/, '');

/** Every subpath with types of its own: `standalone` has those of the package itself. */
export const typed = modules.filter(
  (one, at) => modules.findIndex((other) => kindOf(other) === kindOf(one)) === at,
);

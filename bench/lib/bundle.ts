import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** Files by the path under which a page asks for them. */
export type Files = Map<string, Uint8Array>;

/** What of Earshot is measured: what npm ships, or the sources as they are now. */
export type Origin = 'dist' | 'src';

/** Where pages import the SDK from. */
export const EARSHOT = '/earshot/earshot.js';
/** Where pages import stock hls.js from. */
export const HLS = '/hls.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How esbuild bundles the script of a page of ours. */
export const PAGE_BUNDLE = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  outdir: 'out',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** `dist`, unless EARSHOT_BUNDLE says `src`. */
export function chosenOrigin(): Origin {
  const { EARSHOT_BUNDLE: chosen = 'dist' } = process.env;
  if (chosen !== 'dist' && chosen !== 'src') throw new Error('EARSHOT_BUNDLE: not dist or src');
  return chosen;
}

/** The SDK for a plain page, read once, so that a build meanwhile changes nothing. */
export async function earshotFiles(origin = chosenOrigin()): Promise<Files> {
  return origin === 'src' ? bundled(['src/index.ts'], EARSHOT) : shipped();
}

/** hls.js as its users have it, untouched. */
export async function hlsFiles(build: 'light' | 'full' = 'light'): Promise<Files> {
  const name = build === 'light' ? 'hls.light.min.mjs' : 'hls.min.mjs';
  return new Map([[HLS, await readFile(join(ROOT, 'node_modules/hls.js/dist', name))]]);
}

/** The benches' own page scripts, under `/page/`. */
export const pageFiles = (...names: string[]): Promise<Files> =>
  bundled(
    names.map((name) => `bench/page/${name}.ts`),
    '/page/',
  );

async function shipped(): Promise<Files> {
  const folder = join(ROOT, 'dist/standalone');
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes('earshot.js')) throw new Error('dist/ is missing: npm run build makes it.');
  const files: Files = new Map();
  for (const name of names.filter((one) => /\.m?js$/.test(one))) {
    files.set(`/earshot/${name}`, await readFile(join(folder, name)));
  }
  return files;
}

/** Bundles entries to one folder of the site; a single entry may be given its own name there. */
async function bundled(entries: string[], to: string): Promise<Files> {
  const folder = to.slice(0, to.lastIndexOf('/') + 1);
  const name = basename(to, '.js');
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => ({
      in: entry,
      out: to === folder ? basename(entry, '.ts') : name,
    })),
    ...PAGE_BUNDLE,
    splitting: true,
    outdir: ROOT,
  });
  return new Map(outputFiles.map(({ path, contents }) => [folder + basename(path), contents]));
}

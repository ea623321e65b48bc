// Builds the demo as a static site in .site/demo, for any host and any path; the documentation in
// .site/docs goes with it, if it is built.
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { rollup } from 'rollup';
import { STATIC_CDN, STRICT } from '../demo/policies.ts';
import { policy } from '../demo/server.ts';
import { TALK_INDEX, TALK_LOW, TALK_MAIN } from '../demo/stage/tapes.ts';

interface Configuration {
  input: Record<string, string>;
  output: { dir: string; format: 'es' };
}

const ROOT = new URL('../', import.meta.url);
const SITE = new URL('.site/demo/', ROOT);
const DOCS = new URL('.site/docs/', ROOT);
/** A script without types, so it is imported by a name that the compiler does not follow. */
const ROLLUP = new URL('rollup.config.mjs', ROOT).href;
const BUNDLES = {
  'listen/main': 'demo/page/listen/main.ts',
  boot: 'demo/static/boot.ts',
  'stage-worker': 'demo/static/stage-worker.ts',
};
/** What each page starts with once the service worker is there, and the button that needs it. */
const STARTS = {
  listen: 'data-main="listen/main.js"',
  lab: 'data-main="lab/main.js" data-without="own-run"',
  how: null,
} as const;

const hasDocs = existsSync(new URL('index.html', DOCS));

/** Copies the files of a folder and of its subfolders whose paths match. */
async function copy(from: string, wanted: RegExp, to = SITE): Promise<void> {
  const folder = new URL(from, ROOT);
  await mkdir(to, { recursive: true });
  const names = (await readdir(folder, { recursive: true })).filter((name) => wanted.test(name));
  if (!names.length) throw new Error(`${from}: nothing to copy. Run npm run build first.`);
  await Promise.all(names.map((name) => cp(new URL(name, folder), new URL(name, to))));
}

/** A static host sends no header of ours, so the page carries its policy itself. */
function withPolicy(html: string, strict: string): string {
  // Not known inside a page.
  const known = strict.replace(/; frame-ancestors 'none'/, '').replace(/ +;/g, ';');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${known}">`;
  return html.replace('<meta charset="utf-8">', `<meta charset="utf-8">\n    ${meta}`);
}

/** Without a server nobody leads from a folder or a bare name to its file. */
function withFiles(html: string): string {
  return html
    .replaceAll('href="./"', 'href="index.html"')
    .replaceAll(/href="(lab|how)"/g, 'href="$1.html"')
    .replaceAll('href="docs/"', 'href="docs/index.html"')
    .replaceAll(' data-static hidden', '')
    .replaceAll(' data-docs hidden', hasDocs ? '' : ' hidden');
}

async function page(name: keyof typeof STARTS): Promise<void> {
  const html = withFiles(await readFile(new URL(`demo/page/${name}/index.html`, ROOT), 'utf8'));
  const start = STARTS[name];
  const started = start
    ? html
        .replace('<html lang="en">', `<html lang="en" ${start}>`)
        .replace(/src="[\w/-]+\.(?:ts|js)"/, 'src="boot.js"')
    : html;
  const strict = name === 'listen' ? policy({ url: '', cdn: STATIC_CDN }) : STRICT;
  const file = name === 'listen' ? 'index.html' : `${name}.html`;
  await writeFile(new URL(file, SITE), withPolicy(started, strict));
}

async function bundle(name: string, file: string): Promise<void> {
  const { page: configured } = (await import(ROLLUP)) as {
    page(name: string, file: string): Configuration;
  };
  // In its own folder, so that its import of the SDK stays as it is written. The stage has no metrics in a worker.
  const { output, ...input } = configured(basename(name), file);
  const built = await rollup({ ...input, external: /\/(?:earshot|stock)\.js$|^prom-client$/ });
  await built.write({ ...output, dir: new URL(dirname(name), SITE).pathname });
  await built.close();
}

await rm(SITE, { recursive: true, force: true });
await copy('demo/page/', /\.(?:css|svg)$/);
await copy('dist/standalone/', /\.m?js$|^LICENSE/);
await copy('.build/pages/', /\.js$/);
const tapes = [TALK_INDEX, TALK_MAIN, TALK_LOW].map((name) => name.replace('.', '\\.'));
await copy('demo/stage/assets/', new RegExp(`^(?:${tapes.join('|')})$`), new URL('tapes/', SITE));
for (const name of Object.keys(STARTS) as (keyof typeof STARTS)[]) await page(name);
for (const [name, file] of Object.entries(BUNDLES)) await bundle(name, file);
if (hasDocs) await cp(DOCS, new URL('docs/', SITE), { recursive: true });
console.log(`.site/demo/index.html${hasDocs ? ', with the documentation' : ''}`);

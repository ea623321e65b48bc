// Builds the site of the documentation in .site/docs, and checks what it says: links, style, code blocks, scripts.

import { globSync } from 'node:fs';
import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { blocksOf, jsonErrors, scriptErrors, typeErrors } from './blocks.ts';
import { ROOT, pages as read, shown } from './pages.ts';
import { reference } from './reference.ts';
import { linkErrors, placeOf, render } from './render.ts';
import { runErrors } from './run.ts';
import { styleErrors } from './style.ts';

const SITE = new URL('.site/docs/', ROOT);

// What docs/api holds is for a diff; the reference says the same for readers.
const files = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT.pathname })
  .filter((file) => !/^docs.api./.test(file))
  .sort();
const written = await read(files);
const pages = [...written, ...(await reference())];
const blocks = written.flatMap(blocksOf);

await rm(SITE, { recursive: true, force: true });
for (const page of pages) {
  const place = placeOf(page.file);
  if (!place) continue;
  const target = new URL(place, SITE);
  await mkdir(dirname(target.pathname), { recursive: true });
  await writeFile(target, render(page, pages));
}
await cp(new URL('docs/pictures/', ROOT), new URL('pictures/', SITE), { recursive: true });
for (const [from, to] of [
  ['demo/page/ui/base.css', 'base.css'],
  ['demo/page/ui/mark.svg', 'mark.svg'],
  ['scripts/docs/docs.css', 'docs.css'],
] as const) {
  await copyFile(new URL(from, ROOT), new URL(to, SITE));
}

const missing = shown().filter((file) => !files.includes(file));
const errors = [
  ...missing.map((file) => `${file} is in the navigation, and not there`),
  ...linkErrors(pages),
  ...styleErrors(written),
  ...(await scriptErrors(written)),
  ...(await jsonErrors(blocks)),
  ...(await typeErrors(blocks)),
  ...(await runErrors(blocks)),
];
for (const error of errors) console.error(error);
console.log(
  `${pages.length} pages, ${blocks.length} code blocks, ${errors.length} faults: .site/docs/index.html`,
);
process.exitCode = errors.length ? 1 : 0;

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultsOfPacked } from '../../../scripts/package-checks.ts';
import { manifest, ROOT } from '../exports.ts';
import { run } from '../npm.ts';
import { none, type Part } from '../part.ts';

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

const VERSION = JSON.parse(
  await readFile(join(ROOT, 'node_modules/hls.js/package.json'), 'utf8'),
).version;

/** Where a standalone file looks for the whole hls.js, which the package does not hold, by its own address. */
const WHOLE_HLS = {
  'https://a.example/node_modules/earshot/dist/standalone/':
    'https://a.example/node_modules/hls.js/dist/hls.min.mjs',
  'https://cdn.example/npm/earshot@1.2.3/dist/standalone/': `https://cdn.example/npm/hls.js@${VERSION}/dist/hls.min.mjs`,
  'https://a.example/player/': 'https://a.example/player/hls.min.mjs',
};

const LOOKS = /import\.meta\.url(\.replace\(.+?"hls\.min\.mjs"\))/;

/** What the linters of packages say to the tarball, its size, and what lies in it. */
export const tarball: Part = {
  name: 'tarball',
  async run(tools, check) {
    const packed = await tools.packed();
    await check('its size and its files', async () => {
      none(faultsOfPacked(packed, manifest));
      return `${Math.round(packed.size / 1_000)} kB packed`;
    });
    await check('a file with hls.js or eventemitter3 names the licence', async () => {
      const folder = join(ROOT, 'dist/standalone');
      const names = packed.files.map(({ path }) => path.replace('dist/standalone/', ''));
      const chunks = names.filter((name) => /^(?:hls\.light|listen-)[\w.-]+\.js$/.test(name));
      const texts = await Promise.all(chunks.map((name) => readFile(join(folder, name), 'utf8')));
      const licences = texts
        .map((text) => /^\/\*! Contains .*: see (.*) \*\//.exec(text)?.[1])
        .sort();
      if (`${licences}` !== 'LICENSE-eventemitter3.txt,LICENSE-hls.js.txt')
        throw new Error(`${chunks} name ${licences}`);
      const licence = await readFile(join(folder, 'LICENSE-hls.js.txt'), 'utf8');
      for (const part of ['Dailymotion', 'Brightcove', 'END OF TERMS AND CONDITIONS'])
        if (!licence.includes(part)) throw new Error(`LICENSE-hls.js.txt is without "${part}"`);
    });
    await check('a standalone file finds the whole hls.js', async () => {
      const name = packed.files.find(({ path }) => /standalone\/listen-/.test(path))?.path ?? '';
      const looks = LOOKS.exec(await readFile(join(ROOT, name), 'utf8'))?.[1];
      const find = new Function('url', `return url${looks}`) as (url: string) => string;
      for (const [folder, wanted] of Object.entries(WHOLE_HLS)) {
        const found = new URL(find(`${folder}listen-x.js`), folder).href;
        if (found !== wanted) throw new Error(`from ${folder}: ${found}`);
      }
    });
    await check('publint', async () => {
      await run(bin('publint'), ['run', packed.path, '--strict'], { cwd: ROOT });
    });
    await check('attw', async () => {
      // ESM alone is meant: it needs neither `require` nor the resolution of Node 10, which knows no subpaths.
      await run(bin('attw'), [packed.path, '--profile', 'esm-only', '--no-emoji'], { cwd: ROOT });
    });
  },
};

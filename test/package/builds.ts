import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack, { type Configuration } from 'webpack';
import { write } from './project.ts';
import { importMap } from './readme.ts';
import { MODULE, pageWith } from './site.ts';

const OUT = 'out';
const STANDALONE_FILE = '/node_modules/earshot/dist/standalone/earshot.js';
const TRUSTED_TYPES = /;\s*require-trusted-types-for.*$/;

/** What is served of a project, and what must change in its policy for that. */
export interface Built {
  readonly folder: string;
  readonly policy: (strict: string) => string;
}

/** One way from a project with `main.js` to a page. */
export interface Build {
  readonly name: string;
  build(project: string): Promise<Built>;
}

const same = (policy: string): string => policy;

const built = async (project: string, head = MODULE): Promise<Built> => {
  const folder = join(project, OUT);
  await write(folder, { 'index.html': pageWith(head) });
  return { folder, policy: same };
};

const byWebpack = (project: string, configuration: Configuration): Promise<void> =>
  new Promise((resolve, reject) => {
    const compiler = webpack({
      mode: 'production',
      context: project,
      entry: './main.js',
      // Whether it takes the package is what is asked, not how small it makes hls.js.
      optimization: { minimize: false },
      ...configuration,
      output: { path: join(project, OUT), ...configuration.output },
    });
    compiler?.run((error, stats) => {
      compiler.close(() => {});
      if (error) return reject(error);
      // Its default says that a page should be smaller than hls.js is; that is no fault of the bundle.
      if (stats?.hasErrors()) return reject(new Error(stats.toString('errors-only')));
      resolve();
    });
  });

const BUNDLERS: readonly Build[] = [
  {
    name: 'esbuild',
    async build(project) {
      await esbuild({
        absWorkingDir: project,
        entryPoints: ['main.js'],
        bundle: true,
        minify: true,
        splitting: true,
        format: 'esm',
        outdir: OUT,
        logLevel: 'error',
      });
      return built(project);
    },
  },
  {
    name: 'Rollup',
    async build(project) {
      const bundle = await rollup({
        input: join(project, 'main.js'),
        plugins: [nodeResolve()],
        onwarn: (warning) => {
          throw new Error(warning.message);
        },
      });
      await bundle.write({ dir: join(project, OUT) });
      await bundle.close();
      return built(project);
    },
  },
  {
    name: 'Vite',
    async build(project) {
      await write(project, { 'index.html': pageWith(MODULE) });
      await vite({ root: project, configFile: false, logLevel: 'error', build: { outDir: OUT } });
      return { folder: join(project, OUT), policy: same };
    },
  },
  {
    name: 'webpack, by script tags',
    async build(project) {
      await byWebpack(project, {});
      return {
        ...(await built(project, '<script defer src="/main.js"></script>')),
        // A script tag's URL is a sink of Trusted Types.
        policy: (strict) => strict.replace(TRUSTED_TYPES, ''),
      };
    },
  },
  {
    name: 'webpack, as modules',
    async build(project) {
      await byWebpack(project, { output: { module: true }, experiments: { outputModule: true } });
      return built(project, '<script type="module" src="/main.mjs"></script>');
    },
  },
];

/** The standalone file, as npm installs it. */
export const STANDALONE: Build = {
  name: 'standalone',
  async build(project) {
    const main = await readFile(join(project, 'main.js'), 'utf8');
    await write(project, {
      'index.html': pageWith(MODULE),
      'main.js': main.replace("from 'earshot'", `from '${STANDALONE_FILE}'`),
    });
    return { folder: project, policy: same };
  },
};

const PLAIN: readonly Build[] = [
  {
    name: 'import map',
    async build(project) {
      const map = importMap();
      const head = `<script type="importmap">${map}</script>\n    ${MODULE}`;
      await write(project, { 'index.html': pageWith(head) });
      const hash = createHash('sha256').update(map).digest('base64');
      return {
        folder: project,
        // A map is a script in the page.
        policy: (strict) => `${strict}; script-src 'self' 'sha256-${hash}'`,
      };
    },
  },
  STANDALONE,
];

/** Every way from npm to a page that is promised to be heard. */
export const BUILDS: readonly Build[] = [...BUNDLERS, ...PLAIN];

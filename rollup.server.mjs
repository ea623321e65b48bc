import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

// The server and its command contain all that they need, so `npm install earshot` brings a page nothing more than before:
// docs/decisions/0032-the-server-in-the-package.md.

const read = (path) => readFileSync(path, 'utf8');

/**
 * Of prom-client, what no runtime lacks: the whole reads /proc, counts workers, and pushes over HTTP. It formats the values
 * of two error messages with `util`, which String does as well.
 */
const slimMetrics = {
  name: 'slim-metrics',
  resolveId(id, from) {
    if (id === 'prom-client') return METRICS;
    return id === 'util' && /node_modules.prom-client/.test(from ?? '') ? UTIL : null;
  },
  load(id) {
    if (id === UTIL) return 'export const format = String; export const inspect = String;';
    if (id !== METRICS) return null;
    return ['Gauge', 'Registry']
      .map(
        (name) => `export { default as ${name} } from 'prom-client/lib/${name.toLowerCase()}.js';`,
      )
      .join('\n');
  },
};
const METRICS = '\0prom-client';
const UTIL = '\0util';

/** The client of Redis asks for it where an app compares digests, which nobody does here. */
const withoutDigests = {
  name: 'without-digests',
  resolveId: (id) => (OPTIONAL.test(id) ? '\0optional' : null),
  load: (id) => (id === '\0optional' ? 'export {};' : null),
};
const OPTIONAL = /^@node-rs\/xxhash$|^@opentelemetry\/api$/;

const packageOf = (id) =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'))?.[1];

/** The packages that only Node can run, or that only the command needs. All others run everywhere. */
const PARTS = {
  ws: 'node',
  '@hono/node-server': 'node',
  pino: 'log',
  'sonic-boom': 'log',
  '@redis/client': 'redis',
};
const EVERYWHERE = ['hono', 'jose', 'valibot', 'prom-client', 'eventemitter3'];

const chunkOf = (id) => {
  const name = packageOf(id);
  if (/commonjsHelpers|^\0(?:prom-client|util)$/.test(id) || EVERYWHERE.includes(name))
    return 'vendor';
  return PARTS[name] ? `vendor-${PARTS[name]}` : undefined;
};

const minify = terser({ ecma: 2022, module: true });

/** The code of others is minified; Earshot's own stays readable, for stack traces. */
const minifyVendors = {
  name: 'minify-vendors',
  renderChunk(code, chunk, options, meta) {
    const isForeign = chunk.name.startsWith('vendor');
    return isForeign ? minify.renderChunk.call(this, code, chunk, options, meta) : null;
  },
};

/** Writes the licences of all packages that the files contain, beside them. */
const licences = {
  name: 'licences',
  writeBundle(_, bundle) {
    const ids = Object.values(bundle).flatMap(({ modules = {} }) =>
      Object.entries(modules).flatMap(([id, { renderedLength }]) =>
        renderedLength > 0 ? [id] : [],
      ),
    );
    const names = [...new Set(ids.map(packageOf).filter(Boolean))].sort();
    writeFileSync('dist/server/LICENSES.txt', `${names.map(licenceOf).join(RULE)}\n`);
  },
};
const RULE = `\n\n${'-'.repeat(80)}\n\n`;
const FILES = ['LICENSE', 'LICENSE.md'];
/** Packages without the file of their licence. */
const ELSEWHERE = { '@redis/client': 'licences/node-redis.txt' };

function licenceOf(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(read(`${folder}/package.json`));
  const path = [ELSEWHERE[name], ...FILES.map((file) => `${folder}/${file}`)].find(
    (file) => file && existsSync(file),
  );
  if (!path) throw new Error(`${folder} has no licence.`);
  const text = read(path).trim();
  // Some only name it.
  const isWhole = license !== 'Apache-2.0' || text.includes('TERMS AND CONDITIONS');
  const whole = isWhole ? '' : `\n\n${read('licences/Apache-2.0.txt').trim()}`;
  return `${name} ${version} (${license})\n\n${text}${whole}`;
}

/** The server, its part for Node, and the command. They share their chunks. */
export const server = {
  input: {
    'stage-server': '.build/stage-server/index.js',
    'stage-server/node': '.build/stage-server/node/index.js',
    cli: '.build/cli/main.js',
  },
  onwarn(warning, warn) {
    if (warning.code !== 'CIRCULAR_DEPENDENCY' || !packageOf(warning.ids?.[0] ?? '')) warn(warning);
  },
  plugins: [
    slimMetrics,
    withoutDigests,
    nodeResolve({ exportConditions: ['node'], preferBuiltins: true }),
    commonjs(),
    json(),
    minifyVendors,
    licences,
  ],
  output: {
    dir: 'dist',
    format: 'es',
    chunkFileNames: 'server/[name].js',
    manualChunks: chunkOf,
    banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
  },
};

/** The script of the operator's page. */
export const operatorPage = {
  input: { operator: '.build/stage-server/operator/page/main.js' },
  plugins: [minify],
  output: { dir: 'dist/operator', format: 'es' },
};

const PLAYER = /channel\/channel\.js$/;

/** The script of the page at `/`, beside the player that the stage serves at `/earshot`. */
export const listenerPage = {
  input: { listen: '.build/cli/page/listen.js' },
  external: PLAYER,
  output: {
    dir: 'dist/stage-page',
    format: 'es',
    paths: (id) => (PLAYER.test(id) ? './earshot/earshot.js' : id),
  },
};

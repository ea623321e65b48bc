import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transformSync } from 'esbuild';
import { listenerPage, operatorPage, server } from './rollup.server.mjs';
import { shortNames } from './scripts/short-names.ts';

const terse = terser({
  ecma: 2022,
  module: true,
  compress: { passes: 3, unsafe_arrows: true },
  // What a bundler or a licence wants to read.
  format: { comments: /^!|webpackIgnore|@vite-ignore/ },
});

/** hls.js ships minified too: to do so again takes longer than all the rest. */
const OWN = /hls\.js\/dist\/(hls(\.light)?)\.min\.mjs$/;
const minify = {
  name: 'minify',
  resolveId(id) {
    const name = { 'hls.js': 'hls', 'hls.js/light': 'hls.light' }[id];
    return name ? this.resolve(`hls.js/dist/${name}.min.mjs`) : null;
  },
  renderChunk(code, chunk, options, meta) {
    const isOwn = chunk.moduleIds.some((id) => OWN.test(id));
    return isOwn ? null : terse.renderChunk.call(this, code, chunk, options, meta);
  },
};

/** The style sheet, minified: no minifier of scripts looks into a string. What follows keeps its line, for the source map. */
const tight = {
  name: 'tight-style',
  transform(code, id) {
    if (!/(element|captions).style\.js$/.test(id)) return null;
    const tighten = (_, css) => {
      const minified = transformSync(css, { loader: 'css', minify: true }).code.trim();
      return `\`${minified}\`${'\n'.repeat(css.split('\n').length - 1)}`;
    };
    return { code: code.replace(/(?<=CSS = )`([^`]+)`/, tighten), map: null };
  },
};

/**
 * eventemitter3 is CommonJS: it is bundled as a module, so that no page and no bundler has to know that, and without the
 * methods that the type in src/session/events.ts leaves out.
 */
const emitter = {
  name: 'emitter',
  resolveId: (id) => (id === 'eventemitter3' ? `${import.meta.dirname}/${EMITTER}` : null),
  transform(code, id) {
    if (!id.endsWith(EMITTER)) return null;
    const slim = code.replace(UNUSED_METHOD, '').replace(EXPORTS, 'export { EventEmitter };\n');
    if (!slim.includes('export')) this.error('eventemitter3 exports in another way.');
    return { code: slim, map: null };
  },
};
const EMITTER = 'node_modules/eventemitter3/index.js';
const UNUSED_METHOD =
  /^EventEmitter\.prototype\.(?:eventNames|listeners|listenerCount|once|removeAllListeners) = [\s\S]*?^\};$/gm;
const EXPORTS = /\/\/\n\/\/ Expose the prefix[\s\S]*$/;

const bundled = () => [tight, emitter, nodeResolve({ browser: true })];

/**
 * The code of eventemitter3 runs when it is loaded: apart, a bundler leaves it out where nobody listens. What the
 * element shares with the parts that it loads later is apart as well: in one chunk with it, the element would define
 * itself in a file that `sideEffects` does not name, and bundlers would leave it out.
 */
const apart = (id) => {
  if (/eventemitter3/.test(id)) return 'eventemitter3';
  // Two parts that load later need it: `languages.js` is one of them.
  if (/\/host\/languages\./.test(id)) return 'browser-languages';
  return /\/element\/dom\./.test(id) ? 'dom' : undefined;
};

/** Fails the build if a file that `sideEffects` does not name defines an element. */
const definesInEntries = {
  name: 'defines-in-entries',
  generateBundle(_, bundle) {
    for (const { fileName, isEntry, code } of Object.values(bundle))
      if (!isEntry && code?.includes('customElements.define('))
        this.error(`${fileName} defines an element, and is no entry.`);
  },
};

/**
 * What `npm install` users bundle: their own bundler resolves hls.js and React. One file for each
 * subpath; those of one call share what they have in common.
 */
const library = (inputs) => ({
  input: Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, `.build/${input}`]),
  ),
  external: [/^hls\.js/, 'react'],
  plugins: [shortNames, definesInEntries, ...bundled()],
  output: {
    dir: 'dist',
    format: 'es',
    chunkFileNames: '[name].js',
    // Rollup drops the directive of a module: without it, no page that a server renders can import React's part.
    banner: ({ name, isEntry }) => (isEntry && name === 'react' ? "'use client';" : ''),
    manualChunks: apart,
  },
});

/** One file for each language: a page loads those that it uses. */
const locales = () =>
  Object.fromEntries(
    readdirSync('src/locales').map((file) => {
      const name = `locales/${basename(file, '.ts')}`;
      return [name, `${name}.js`];
    }),
  );

const versionOf = (name) =>
  JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;

/**
 * The whole hls.js, which few playlists need, is not in the package a second time: it comes from an import map, from the
 * package `hls.js` beside this one (`node_modules`, or a CDN of npm packages), or lies in the same folder. See
 * docs/decisions/0020-what-the-tarball-holds.md.
 */
const wholeHls = {
  name: 'whole-hls',
  resolveId: (id) => (id === 'hls.js' ? { id, external: true } : null),
  transform(code, id) {
    if (!/sources\/hls\.js$/.test(id)) return null;
    if (!code.includes(WHOLE))
      this.error('src/sources/hls.ts imports the whole hls.js in another way.');
    const where = String.raw`import.meta.url.replace(/(\/earshot(@[^/]*)?\/dist\/standalone\/)?[^/]*$/, (_, inPackage, version) => inPackage ? '/hls.js' + (version ? '@${versionOf('hls.js')}' : '') + '/dist/hls.min.mjs' : 'hls.min.mjs')`;
    const elsewhere = `import(/* webpackIgnore: true */ /* @vite-ignore */ ${where})`;
    return { code: code.replace(WHOLE, `${WHOLE}.catch(() => ${elsewhere})`), map: null };
  },
};
const WHOLE = "import('hls.js')";

/** Names the licences of what a standalone file contains, which lie beside it. */
const banner = ({ moduleIds }) =>
  ['hls.js', 'eventemitter3']
    .filter((name) => moduleIds.some((id) => id.includes(`node_modules/${name}/`)))
    .map((name) => `/*! Contains ${name} ${versionOf(name)}: see LICENSE-${name}.txt */`)
    .join('\n');

/** What a plain page loads from any CDN; hls.js is a chunk of its own that loads when needed. */
const standalone = (inputs) => ({
  input: Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, `.build/${input}`]),
  ),
  output: {
    dir: 'dist/standalone',
    format: 'es',
    // The one that both share is named after its main module.
    chunkFileNames: ({ moduleIds }) =>
      `${moduleIds.some((id) => id.endsWith('session/listen.js')) ? 'listen' : '[name]'}-[hash].js`,
    banner,
  },
  plugins: [shortNames, wholeHls, minify, ...bundled()],
});

/** The sources of these pages are TypeScript of the demo, which `tsc` does not build: only their types go. */
const strip = {
  name: 'strip-types',
  transform(source, id) {
    if (!id.endsWith('.ts')) return null;
    const { emitWarning } = process;
    // Node calls it experimental in each process; that is no news for who builds.
    process.emitWarning = () => {};
    try {
      return { code: stripTypeScriptTypes(source), map: null };
    } finally {
      process.emitWarning = emitWarning;
    }
  },
};

/** What a page of the demo loads that runs the policy itself, each in a bundle of its own. */
export const page = (name, file = `demo/page/${name}.ts`) => ({
  input: { [name]: file },
  output: { dir: '.build/pages', format: 'es' },
  plugins: [strip, emitter, nodeResolve({ browser: true }), minify],
});

export default [
  library({ earshot: 'index.js', element: 'element/index.js', react: 'react/index.js' }),
  // Apart, or the chunks that the others share would be more, and each a request.
  library({ captions: 'captions/index.js' }),
  library({ herd: 'herd/index.js' }),
  library({ testing: 'testing/index.js' }),
  library(locales()),
  standalone({ earshot: 'index.js', element: 'element/index.js' }),
  standalone({ captions: 'captions/index.js' }),
  server,
  listenerPage,
  operatorPage,
  ...['lab/main', 'lab/worker', 'lab/sandbox', 'how/main', 'how/worker', 'listen/stock'].map(
    (name) => page(name),
  ),
];

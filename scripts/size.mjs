// The bytes of each import, bundled, minified and compressed as a CDN would send them. `--markdown`: the table
// alone; `--write` puts it into the README, `--current` fails where the README has another; `--json`, `--ratchet`.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

// `most` is the budget; `ratchet` what CI lets it be until the budget is met, so that it only shrinks.
const BUDGETS = [
  {
    name: 'listen() with HLS, without hls.js',
    code: 'export { listen } from "#earshot";',
    // Loaded only in browsers without Media Source Extensions, and only where a stage has WebRTC.
    without: [/native-hls-run/, /whep-run/],
    most: 7_000,
    ratchet: 15_220,
  },
  {
    name: 'listen() with WHEP too, without hls.js',
    code: 'export { listen } from "#earshot";',
    without: [/native-hls-run/],
    most: 11_000,
    ratchet: 18_200,
  },
  {
    name: 'listen() with HLS and channel(), without hls.js',
    code: 'export { channel, listen } from "#earshot";',
    without: [/native-hls-run/, /whep-run/],
  },
  {
    name: 'everything, without hls.js',
    code: 'export * from "#earshot";',
    most: 13_000,
  },
  {
    name: 'the element, with HLS, without hls.js',
    code: 'export * from "#element";',
    without: [/native-hls-run/, /whep-run/],
  },
  {
    name: 'the element, beside listen()',
    code: 'export * from "#element";',
    without: [/listen\.js$/],
  },
  {
    name: 'useListener(), beside listen()',
    code: 'export * from "#react";',
    without: [/listen\.js$/],
  },
  { name: 'cmcd() alone', code: 'export { cmcd } from "#earshot";' },
  { name: 'mediaSession() alone', code: 'export { mediaSession } from "#earshot";' },
  { name: 'backoff() alone', code: 'export { backoff } from "#earshot";' },
];

// Subpaths without a row above are weighed whole.
const { exports, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const peers = Object.keys(peerDependencies).map((name) => new RegExp(`^${name}(/|$)`));
for (const [path, { default: file }] of Object.entries(exports)) {
  const name = /^\.\/dist\/([\w-]+)\.js$/.exec(file)?.[1];
  if (!name || BUDGETS.some(({ code }) => code.includes(`"#${name}"`))) continue;
  BUDGETS.push({ name: `earshot${path.slice(1)}`, code: `export * from "#${name}";` });
}

const README = 'README.md';
/** Between these lines of the README stands the table. */
const MARKED = /(<!-- npm run size -- --write -->\n)[\s\S]*?(<!-- end -->)/;

const has = (flag) => process.argv.includes(`--${flag}`);

const entry = (code) => ({
  name: 'entry',
  resolveId(id) {
    if (id === '#entry') return id;
    return id.startsWith('#') ? `${process.cwd()}/dist/${id.slice(1)}.js` : null;
  },
  load: (id) => (id === '#entry' ? code : null),
});

const measure = async ({ name, code, without = [], most = null, ratchet = null }) => {
  const bundle = await rollup({
    input: '#entry',
    external: [/^hls\.js/, ...peers, ...without],
    // Else the names of chunks left out hold the folder of this repository, and its length is weighed.
    makeAbsoluteExternalsRelative: false,
    plugins: [
      entry(code),
      nodeResolve({ browser: true }),
      terser({ ecma: 2022, module: true, compress: { passes: 3, unsafe_arrows: true } }),
    ],
  });
  const { output } = await bundle.generate({ format: 'es', inlineDynamicImports: true });
  const text = Buffer.from(output[0].code);
  const brotli = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return {
    name,
    minified: text.length,
    gzip: gzipSync(text, { level: 9 }).length,
    brotli: brotli.length,
    most,
    ratchet,
  };
};

if (!existsSync('dist/earshot.js')) {
  console.error('dist/ is missing: npm run build makes it.');
  process.exit(2);
}
const rows = [];
for (const budget of BUDGETS) rows.push(await measure(budget));
// Who asks for the table asks for no budget.
const isTable = ['markdown', 'write', 'current'].some(has);
const limitOf = ({ most, ratchet }) =>
  (has('ratchet') ? ratchet : isTable ? null : most) ?? Infinity;
const over = rows.filter((row) => row.brotli > limitOf(row));

const number = (value) => value?.toLocaleString('en') ?? '–';
const table = [
  '| import | minified | gzip | brotli | at most |\n| --- | ---: | ---: | ---: | ---: |',
  ...rows.map(({ name, ...row }) => {
    const figures = [row.minified, row.gzip, row.brotli, row.most].map(number);
    return `| ${[name, ...figures].join(' | ')} |`;
  }),
].join('\n');

/** The README with the table as it is now. */
const current = () => {
  const readme = readFileSync(README, 'utf8');
  const found = readme.match(MARKED);
  if (!found) throw new Error('README.md has no place for the sizes');
  return readme.replace(MARKED, () => `${found[1]}\n${table}\n\n${found[2]}`);
};

if (has('json')) console.log(JSON.stringify(rows, null, 2));
else console.log(table);
if (has('write')) writeFileSync(README, current());
const isStale = has('current') && current() !== readFileSync(README, 'utf8');
if (isStale) console.error("The README's sizes are not these: npm run size -- --write");
for (const row of over) {
  console.error(`Too large: ${row.name}: ${row.brotli} > ${limitOf(row)} bytes`);
}
process.exitCode = over.length || isStale ? 1 : 0;

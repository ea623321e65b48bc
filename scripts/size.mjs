// The bytes of each import, bundled, minified and compressed as a CDN would send them.

import { existsSync } from 'node:fs';
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
    ratchet: 15_150,
  },
  {
    name: 'listen() with WHEP too, without hls.js',
    code: 'export { listen } from "#earshot";',
    without: [/native-hls-run/],
    most: 11_000,
    ratchet: 18_130,
  },
  { name: 'everything, without hls.js', code: 'export * from "#earshot";' },
  { name: 'backoff() alone', code: 'export { backoff } from "#earshot";' },
];

const entry = (code) => ({
  name: 'entry',
  resolveId: (id) =>
    id === '#entry' ? id : id === '#earshot' ? `${process.cwd()}/dist/earshot.js` : null,
  load: (id) => (id === '#entry' ? code : null),
});

const measure = async ({ name, code, without = [], most = null, ratchet = null }) => {
  const bundle = await rollup({
    input: '#entry',
    external: [/^hls\.js/, ...without],
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
const limitOf = ({ most, ratchet }) =>
  (process.argv.includes('--ratchet') ? ratchet : most) ?? Infinity;
const over = rows.filter((row) => row.brotli > limitOf(row));

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(rows, null, 2));
} else {
  console.log(
    '| import | minified | gzip | brotli | at most |\n| --- | ---: | ---: | ---: | ---: |',
  );
  for (const { name, minified, gzip, brotli, most } of rows) {
    const number = (value) => value.toLocaleString('en');
    console.log(
      `| ${name} | ${number(minified)} | ${number(gzip)} | ${number(brotli)} | ${most ? number(most) : '–'} |`,
    );
  }
}
for (const row of over) {
  console.error(`Too large: ${row.name}: ${row.brotli} > ${limitOf(row)} bytes`);
}
process.exitCode = over.length ? 1 : 0;

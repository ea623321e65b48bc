// The bytes of each import, bundled, minified and compressed as a CDN would send them. `--check` holds the budgets, with
// `--ratchet` the sizes reached so far. `--write` puts the table into docs/size.md, `--current` fails where that page
// has another; `--json`.

import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

// `most` is the budget in bytes of brotli. `ratchet` is what `npm test` lets it be until that is met: it grows only for
// what a decision names (docs/decisions/0021, 0023 to 0029).
const HLS = 'listen() with HLS, without hls.js';
const LIGHT = 'hls.js/light alone';
// Loaded only where `debug` is asked for.
const DEBUG = /\/debug\.js$/;
// Loaded only once a stage document names a door, or is scheduled.
const DOOR = /\/(door-runs|lots|pass-renewal)\.js$/;
// Loaded only once an encoder has begun anew.
const RESTART = /\/hls-restart\.js$/;
// Loaded only where the option `fall` is not `repeat`.
const PAUSES = /\/pause-after-fall\.js$/;
// Loaded only where the option `record` is set.
const RECORDER = /\/recorder\.js$/;
// Loaded only once a source of a stage has a language or a role.
const LANGUAGES = /\/languages\.js$/;
// Loaded only where the stage URL is no stage document, but what is played.
const SNIFF = /\/sniff\.js$/;
// Loaded only once a page has put a video into the element.
const PICTURE = /\/picture\.js$/;
// Loaded only once an error has ended the playback of an element.
const DETAILS = /\/details\.js$/;
// Loaded only once a listener of an element can go back.
const TIMELINE = /\/(timeline|timeline-style|time-format|keys)\.js$/;
// Loaded only once there is sound, and only for `mediaSession()` or an element with a heading.
const MEDIA_SESSION = /\/media-session-run\.js$/;
// Loaded only once a listener of an element has sound, and a stage several languages.
const EXTRAS = /\/(extras|language-menu)\.js$/;
// Loaded only once a listener pauses or goes back.
const REWIND = /\/rewind\.js$/;
// Loaded only once an HLS playlist has subtitles, and the page has cues.
const SUBTITLES = /\/subtitles\.js$/;
const STREAM = /stream-run/;
// Loaded only in browsers without Media Source Extensions, and only where a stage has WebRTC or an endless stream.
const LAZY = [
  REWIND,
  /native-hls-run/,
  /whep-run/,
  STREAM,
  DEBUG,
  RECORDER,
  LANGUAGES,
  RESTART,
  DOOR,
  PAUSES,
  SNIFF,
];
const BUDGETS = [
  {
    name: HLS,
    code: 'export { listen } from "#earshot";',
    without: LAZY,
    most: 16_000,
    ratchet: 21_430,
  },
  {
    name: 'listen() with WHEP too, without hls.js',
    code: 'export { listen } from "#earshot";',
    without: [
      REWIND,
      /native-hls-run/,
      STREAM,
      DEBUG,
      RECORDER,
      LANGUAGES,
      RESTART,
      DOOR,
      PAUSES,
      SNIFF,
    ],
    most: 19_500,
    ratchet: 25_410,
  },
  {
    name: 'listen() with HLS and channel(), without hls.js',
    code: 'export { channel, listen } from "#earshot";',
    without: LAZY,
  },
  {
    name: 'everything, without hls.js and what `debug`, `record`, `mediaSession()` and subtitles load',
    code: 'export * from "#earshot";',
    without: [DEBUG, RECORDER, MEDIA_SESSION, SUBTITLES],
    most: 26_000,
    ratchet: 37_150,
  },
  {
    name: 'the element, with HLS, without hls.js',
    code: 'export * from "#element";',
    without: [...LAZY, PICTURE, DETAILS, TIMELINE, EXTRAS, MEDIA_SESSION],
  },
  {
    name: 'the element, beside listen()',
    code: 'export * from "#element";',
    without: [/listen\.js$/, PICTURE, DETAILS, TIMELINE, EXTRAS, MEDIA_SESSION],
    most: 8_500,
  },
  {
    name: 'useListener(), beside listen()',
    code: 'export { useListener } from "#react";',
    without: [/listen\.js$/],
  },
  {
    name: 'EarshotListener of earshot/react, beside the element',
    code: 'export { EarshotListener } from "#react";',
    without: [/listen\.js$/, /element\.js$/, /media-events\.js$/],
  },
  {
    name: 'what subtitles load, beside everything',
    code: 'export * from "#subtitles";',
    without: [/(listen|earshot|browser-languages)\.js$/],
  },
  { name: 'cmcd() alone', code: 'export { cmcd } from "#earshot";' },
  { name: 'mediaSession() and what it loads', code: 'export { mediaSession } from "#earshot";' },
  { name: 'backoff() alone', code: 'export { backoff } from "#earshot";' },
  // As it ships, minified by itself.
  { name: LIGHT, file: 'node_modules/hls.js/dist/hls.light.min.mjs' },
];

/** What a page pays, of what it would pay for hls.js/light alone, to two decimals. */
const MOST_OF_LIGHT = 1.22;

/**
 * What an import costs those who do not have it: the code of `listen()` without the places where it is hooked in.
 * A place that is not found any more fails the measurement.
 */
const MOST_OF_HOOKS = 250;
const HOOKS = {
  'channel()': [
    [
      /const channel = options\.channel\?\.open\(\{[\s\S]*?\n {4}\}\);/,
      'const channel = undefined;',
    ],
    [/channel: channel\?\.state \?\? NO_CHANNEL/, 'channel: null'],
    [/outbox: channel\?\.outbox \?\? \[\]/, 'outbox: []'],
    [/ {8}send: inbox\.channel\?\.send \?\? .*\n/, ''],
    [/, pushed \} = options/, ' } = options; const pushed = undefined'],
    [/ {8}offer\(document, ahead\) \{[\s\S]*?\n {8}\},/, ''],
    [/ {8}repace\(\) \{[\s\S]*?\n {8}\},/, ''],
    [/ {4}check\('channel'.*\n/, ''],
    [/parts: \{.*\},\n/, ''],
  ],
  'cues()': [
    [/const cues = options\.cues\?\.open\(\{[\s\S]*?\n {4}\}\);/, 'const cues = undefined;'],
    [/cues: cues\?\.active \?\? \[\]/, 'cues: []'],
    [/ {8}cue: cues\?\.add \?\? .*\n/, ''],
    [/ {8}onCue: cues\?\.add,\n/, ''],
    [/ {8}cues\?\.update\(document\);\n/, ''],
    [/ {8}cues\?\.observe\(\);\n/, ''],
    [/ {8}context\.cues\?\.follow.*\n/, ''],
    [/ {4}check\('cues'.*\n/, ''],
    [/ {8}cues: fields\.cues,\n/, ''],
  ],
  'cmcd()': [
    [/cmcd\((\{[\s\S]*?\}), loading, hls\)/, '($1)'],
    [/, cmcd = \(asked\) => asked/, ', cmcd'],
  ],
  // It only subscribes: nothing of it is anywhere else.
  'mediaSession()': [],
};

// Subpaths without a row above are weighed whole.
const { exports, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const peers = Object.keys(peerDependencies).map((name) => new RegExp(`^${name}(/|$)`));
for (const [path, { default: file }] of Object.entries(exports)) {
  const name = /^\.\/dist\/([\w-]+)\.js$/.exec(file)?.[1];
  // Of a server, nobody weighs the bytes.
  if (!name || path.startsWith('./stage-server')) continue;
  if (BUDGETS.some(({ code }) => code?.includes(`"#${name}"`))) continue;
  BUDGETS.push({ name: `earshot${path.slice(1)}`, code: `export * from "#${name}";` });
}

const PAGE = 'docs/size.md';
/** The table stands between these lines of the page. */
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

/** The code without what `edits` take out of it. */
const cut = (edits) => {
  const found = new Set();
  return {
    name: 'cut',
    transform(code) {
      let rest = code;
      for (const [place, instead] of edits) {
        const cutOut = rest.replace(place, instead);
        if (cutOut !== rest) found.add(place);
        rest = cutOut;
      }
      return { code: rest, map: null };
    },
    buildEnd() {
      const lost = edits.filter(([place]) => !found.has(place)).map(([place]) => place);
      if (lost.length) this.error(`not found any more: ${lost.join(' ')}`);
    },
  };
};

const bytesOf = (text) => ({
  minified: text.length,
  gzip: gzipSync(text, { level: 9 }).length,
  brotli: brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
});

/** Strings that no minifier takes away, each in one part of the server. */
const OF_THE_SERVER = [
  '/operator/api/',
  'Joins per second that the door lets in',
  'WebSocketServer',
  'Missing or invalid Sec-WebSocket-Key header',
  'since the matcher is already built',
  'A256GCM',
];
const serverPartsOf = (code) => OF_THE_SERVER.filter((mark) => code.includes(mark));
/** Parts of the server in what a page loads. */
const strays = [];

const measure = async ({ name, code, file, without = [], edits = [], ...budget }) => {
  if (file) return { name, ...bytesOf(readFileSync(file)), ...budget };
  const bundle = await rollup({
    input: '#entry',
    external: [/^hls\.js/, ...peers, ...without],
    // Else the names of chunks left out hold the folder of this repository, and its length is weighed.
    makeAbsoluteExternalsRelative: false,
    onLog(level, log, handle) {
      // `'use client'` is for frameworks; here it only says that it is left out.
      if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
    },
    plugins: [
      entry(code),
      cut(edits),
      nodeResolve({ browser: true }),
      terser({ ecma: 2022, module: true, compress: { passes: 3, unsafe_arrows: true } }),
    ],
  });
  const { output } = await bundle.generate({ format: 'es', inlineDynamicImports: true });
  strays.push(
    ...serverPartsOf(output[0].code).map((mark) => `${name} contains ${mark}, of the server`),
  );
  return { name, ...bytesOf(Buffer.from(output[0].code)), ...budget };
};

if (!existsSync('dist/earshot.js')) {
  console.error('dist/ is missing: npm run build makes it.');
  process.exit(2);
}
const isRatchet = has('ratchet');
const limitOf = ({ most = Infinity, ratchet = most }) => (isRatchet ? ratchet : most);
const rows = [];
for (const budget of BUDGETS) rows.push(await measure(budget));
const of = (wanted) => rows.find(({ name }) => name === wanted).brotli;
const ratio = (of(HLS) + of(LIGHT)) / of(LIGHT);
const hooks = [];
for (const [name, edits] of Object.entries(HOOKS)) {
  const { brotli } = await measure({ ...BUDGETS[0], edits });
  hooks.push({ name, bytes: of(HLS) - brotli });
}
for (const path of globSync('dist/standalone/*.js')) {
  const found = serverPartsOf(readFileSync(path, 'utf8'));
  strays.push(...found.map((mark) => `${path} contains ${mark}, of the server`));
}
const servers = globSync(['dist/server/*.js', 'dist/*.js']).map((path) =>
  readFileSync(path, 'utf8'),
);
const lost = OF_THE_SERVER.filter((mark) => !servers.some((code) => code.includes(mark)));
strays.push(...lost.map((mark) => `${mark} is not in the server: the check looks for nothing`));
const over = [
  ...rows
    .filter((row) => row.brotli > limitOf(row))
    .map((row) => `${row.name}: ${row.brotli} > ${limitOf(row)} bytes`),
  ...(Number(ratio.toFixed(2)) > MOST_OF_LIGHT
    ? [`listen() with the hls.js it loads: ${ratio.toFixed(3)} > ${MOST_OF_LIGHT} of hls.js/light`]
    : []),
  ...hooks
    .filter(({ bytes }) => bytes > MOST_OF_HOOKS)
    .map(
      ({ name, bytes }) => `who does not import ${name} pays ${bytes}, at most ${MOST_OF_HOOKS}`,
    ),
];

const number = (value) => value?.toLocaleString('en') ?? '–';
const table = [
  '| import | minified | gzip | brotli |\n| --- | ---: | ---: | ---: |',
  ...rows.map(({ name, ...row }) => {
    const figures = [row.minified, row.gzip, row.brotli].map(number);
    return `| ${[name, ...figures].join(' | ')} |`;
  }),
  `\n\`listen()\` and the hls.js that it loads are ${ratio.toFixed(2)} times hls.js/light alone.`,
  `Of it, for those who import none of them: ${hooks.map(({ name, bytes }) => `\`${name}\` ${bytes} bytes`).join(', ')}.`,
].join('\n');

/** The page with the table as it is now. */
const current = () => {
  const page = readFileSync(PAGE, 'utf8');
  const found = page.match(MARKED);
  if (!found) throw new Error(`${PAGE} has no place for the sizes`);
  return page.replace(MARKED, () => `${found[1]}\n${table}\n\n${found[2]}`);
};

if (has('json')) console.log(JSON.stringify({ rows, ratio, hooks }, null, 2));
else console.log(table);
if (has('write')) writeFileSync(PAGE, current());
const isStale = has('current') && current() !== readFileSync(PAGE, 'utf8');
if (isStale) console.error(`${PAGE} has other sizes: npm run size -- --write`);
for (const one of over) console.error(`Too large: ${one}`);
for (const one of strays) console.error(one);
process.exitCode = isStale || (has('check') && over.length + strays.length) ? 1 : 0;

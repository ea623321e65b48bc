// What `npm test` and `npm run verify` are made of. `seconds` are the usual ones of a part on two idle cores, `cores`
// how many of them it keeps busy, by which the parts of a test run are laid side by side.
import { globSync } from 'node:fs';

const lastCounts = (text) => {
  const all = [...text.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1);
  return all ? { passed: Number(all[1]), failed: Number(all[2]) } : null;
};

const tapCounts = (text) => {
  const count = (name) =>
    Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [passed, failed] = [count('pass'), count('fail') + count('cancelled')];
  return Number.isNaN(passed + failed) ? null : { passed, failed };
};

const mochaCounts = (text) => {
  const count = (name) => Number(new RegExp(`^ {2}(\\d+) ${name}`, 'm').exec(text)?.[1] ?? 0);
  const [passed, failed] = [count('passing'), count('failing')];
  return passed + failed ? { passed, failed } : null;
};

const part = (name, seconds, cores, proves, command, counts) => ({
  ...{ name, seconds, cores, proves },
  command: command.split(' '),
  ...(counts && { counts }),
});

const tap = (files) => `node --test --test-concurrency=1 --test-reporter=tap ${files}`;

/** One after the other, before all else. */
export const BEFORE = [
  part('lint', 4, 2, 'style, floors, ambient time and randomness, types', 'npm run --silent lint'),
  part('build', 16, 1, 'tsc emits, rollup bundles', 'npm run --silent build'),
  part(
    ...['documentation', 7, 1],
    'links, style, and code blocks, of which some are run and heard',
    'node scripts/docs/docs.ts',
  ),
];

/** By file of test/node: seconds, cores, and what it proves. */
const SERVERS = {
  a11y: [60, 0.8, 'axe and the keyboard on every page'],
  architecture: [1, 1, 'docs/architecture.md names files and functions that exist'],
  'channel-crowd': [1, 1, 'the statistics of the channel bench'],
  'channel-schema': [2, 1, 'the frames of both ends are those of the published schema'],
  channel: [16, 0.3, "the embedded stage's channel, and all its faults"],
  cli: [12, 0.8, 'the command earshot: options, configuration, signals, journal, Redis, tokens'],
  'coded-scenes': [3, 1, 'the benches of rewinds and cues, against sound whose damage is known'],
  cues: [30, 0.6, 'cues over the channel of the embedded stage, at the words of real media'],
  captions: [
    20,
    0.6,
    'captions of WebVTT in each colour scheme, on a phone, from right to left: axe',
  ],
  chaos: [1, 1, 'the bookkeeping of the chaos'],
  continuity: [35, 1, 'the continuity instrument, against sound whose damage is known'],
  demo: [130, 0.5, 'the demo page, worked by keyboard, through falls, doors and the channel'],
  'docs-style': [1, 1, 'the style check of the documentation finds what it forbids, and no more'],
  door: [3, 1, 'the door of earshot/stage-server over HTTP: lots, tickets, passes'],
  'front-doors': [
    75,
    0.3,
    'nginx, Caddy and the WHEP proxy guard real sound, by the snippets of the docs',
  ],
  'hostile-channel': [9, 0.6, 'a stage under hostile WebSockets: each is refused, nothing grows'],
  'hostile-stage': [12, 0.5, 'a stage under hostile tokens, requests and operators: the same'],
  'hostile-whep': [18, 0.3, 'the WHEP proxy between hostile listeners and hostile upstreams'],
  how: [12, 0.8, 'the page that explains draws what the shipped code does'],
  'incomplete-dom': [3, 1, 'the element and the component in jsdom and happy-dom'],
  lab: [58, 1, 'the policy lab: dials, links, pasted policies in their box'],
  lint: [1, 1, 'the lint rules find what they forbid'],
  'low-latency': [1, 1, "the embedded stage's low-latency HLS"],
  operator: [
    26,
    0.8,
    "the operator's page: sign-in, keyboard, axe, each control, a lost connection",
  ],
  package: [1, 1, 'the package by its name, in Node without a DOM'],
  parity: [2, 1, 'the verdict of the parity bench, and what its origins serve'],
  peers: [2, 1, "the herd's peers against their own code"],
  picture: [16, 0.6, 'a filmed stage: picture and sound by WHEP and HLS'],
  react: [16, 0.8, 'the component of React 18 and 19, rendered on a server and hydrated'],
  recipes: [26, 0.6, 'every recipe of the documentation is heard'],
  release: [1, 1, 'the checks of a tarball and of a release find what they forbid'],
  reload: [58, 0.4, 'a reload in an outage gains nothing, in a real browser'],
  replay: [2, 1, 'a record of the built package replays to the same states'],
  schema: [1, 1, 'the schema of the stage document'],
  'short-names': [1, 1, 'the build shortens only the names of properties that nobody else sees'],
  'stage-config': [2, 1, 'the schema of the configuration takes what the server takes'],
  stage: [2, 1, 'the embedded stage: playlists, segments, faults'],
  'stage-chaos': [1, 1, 'the bookkeeping of the chaos of a stage'],
  'static-demo': [52, 0.5, 'the demo on a static host, its stage in a service worker'],
  store: [4, 1, 'the store over Redis, by redis and ioredis, held to the cases of that in memory'],
  'store-faults': [8, 1, 'the store while Redis is frozen, killed, emptied, or a cluster'],
  'store-kill': [4, 1, 'a process that is killed in the middle of its journal loses no answer'],
  'store-properties': [3, 1, 'the store over Redis answers random calls as that in memory does'],
  tabs: [25, 0.5, 'five tabs share one channel and one feed; a crash, a frozen page'],
  undocumented: [1, 1, 'a report of the API names what has no docblock'],
  voice: [7, 1, 'Opus and AAC say the same at the same program time'],
  whep: [46, 0.6, 'the embedded WHEP endpoint, all its faults, eight listeners'],
};

const serverParts = globSync('test/node/*.test.ts').map((path) => {
  const file = path.replaceAll('\\', '/');
  const name = file.slice('test/node/'.length, -'.test.ts'.length);
  const known = SERVERS[name];
  if (!known) throw new Error(`scripts/checks/parts.mjs does not say what ${file} proves`);
  return part(`servers: ${name}`, ...known, tap(file), tapCounts);
});

/** Side by side, as the cores allow. No verdict depends on how fast they are. */
export const TEST = [
  part('unit tests', 160, 1.2, 'all pure code, and sessions on virtual time', 'mocha', mochaCounts),
  part(
    ...['tests of pages', 18, 1],
    'what needs a DOM: the element in each state, plots, real-time falls on fakes',
    'wtr --group dom',
    lastCounts,
  ),
  part(
    ...['browser tests', 145, 0.6],
    'one listener of each source, over msw and real media, through the loss of a CDN, and endless streams',
    'wtr --group browser',
    lastCounts,
  ),
  ...serverParts,
  part(
    ...['the package', 110, 0.9],
    'what npm ships: tarball, types, API, contracts, four bundlers, Node, a newcomer, npx earshot stage',
    'node test/package/run.ts --without size --without next',
    lastCounts,
  ),
  part(
    'size',
    28,
    1,
    'the bytes of each import',
    'node scripts/size.mjs --check --ratchet --current',
  ),
  part(
    ...['herd, counted', 17, 1],
    'requests and peak of a smaller crowd of the same N/C, by the shipped policy',
    'node bench/herd.ts --check --policy earshot --listeners 800000 --capacity 1000',
  ),
  part(
    ...['chaos of the channel, counted', 16, 0.6],
    'messages under a short chaos: none missing, twice or out of order',
    'node bench/chaos-channel.ts --check --pages 4 --seconds 9 --messages 400 --seed 150',
  ),
  part(
    ...['outage, counted', 50, 0.6],
    'requests of three listeners in an outage of 15 s; all are heard again',
    'node bench/outage.ts --counts --check --listeners 3 --faults unavailable --seconds 15',
  ),
  part(
    ...['leaks, counted', 62, 0.5],
    'what a page holds after falls and climbs: peers, elements, timers, listeners',
    'node bench/leaks.ts --counts --check --cycles 2',
  ),
];

/** One after the other, on a machine that does nothing else: what measures time and rates. */
export const VERIFY = [
  part(
    ...['properties, longer', 150, 2],
    'the unit tests with four times the runs, and seeds that nobody chose',
    'mocha',
    mochaCounts,
  ),
  part(
    ...['tests that listen', 60, 1],
    'hls.js at the live edge of the embedded stage, punctual packets, program time',
    tap('test/timing/low-latency.test.ts test/timing/voice.test.ts'),
    tapCounts,
  ),
  part(
    ...['winding back', 40, 1],
    '15 s back from HLS and from WebRTC, forward again, and a pause, with real media',
    tap('test/timing/rewind.test.ts'),
    tapCounts,
  ),
  part(
    ...['WHEP listeners', 20, 1],
    '32 listeners of the embedded WHEP endpoint at once, by one encoder',
    tap('--test-name-pattern listeners.are.served test/node/whep.test.ts'),
    tapCounts,
  ),
  part(
    ...['misdeeds of origins', 250, 1],
    'silence, with real media, when a segment, a variant, a redirect or an encoder fails',
    tap('test/timing/misdeeds.test.ts'),
    tapCounts,
  ),
  part(
    ...["operator's page", 8, 1],
    'a listener sees a door within 2 s of its change on the page',
    tap('test/timing/operator.test.ts'),
    tapCounts,
  ),
  part(
    ...['parity', 200, 1],
    'silence and requests in eight misdeeds of an origin, beside hls.js',
    'node bench/parity.ts --check --short',
  ),
  part(
    ...['outage', 45, 1],
    'requests, lockstep and seconds back to sound, beside hls.js',
    'node bench/outage.ts --check --listeners 3 --faults unavailable --seconds 15',
  ),
  part(
    ...['silence', 45, 1],
    'silence when a CDN dies, in the decoded sound',
    'node bench/silence.ts --check --runs 1',
  ),
  part(
    ...['continuity', 90, 1],
    'silence, words lost and heard twice when a stage or a CDN dies',
    'node bench/continuity.ts --check --short',
  ),
  part(
    ...['going back', 85, 1],
    '15 s back and a pause, from WebRTC and from HLS, in the decoded sound',
    'node bench/rewind.ts --check --short',
  ),
  part(
    ...['cues', 80, 1],
    '200 cues a minute through a fall, a restart of the channel and a rewind: once, in order, with their words',
    'node bench/cues.ts --check --short',
  ),
  part(
    ...['first sound', 60, 1],
    'from listen() to sound, against the barest client',
    'node bench/first-sound.ts --check --ratchet --runs 16',
  ),
  part(
    ...['page load', 60, 1],
    'first paint, layout shift, longest task on a CPU four times slower',
    'node bench/page-load.ts --check --runs 3',
  ),
  part(
    ...['lab page', 40, 1],
    'a run of a million in the lab, and for how long the page is blocked',
    'node bench/lab-page.ts --check --runs 3',
  ),
  part(
    ...['reality', 90, 1],
    '2,000 real sessions at a real door, and their simulation',
    'node bench/reality.ts --check --incident doors-open',
  ),
  part(
    ...['leaks', 40, 1],
    'what a page holds after falls and climbs, its heap included',
    'node bench/leaks.ts --check --cycles 2',
  ),
  part(
    ...['herd', 17, 1],
    'a crowd of 800,000 through every incident',
    'node bench/herd.ts --check --policy earshot --listeners 800000 --capacity 1000',
  ),
  part(
    ...['chaos', 16, 1],
    'the channel killed, frozen and fed with garbage',
    'node bench/chaos-channel.ts --check --pages 4 --seconds 9 --messages 400 --seed 151',
  ),
  part(
    ...['chaos of a stage', 100, 1],
    'three nodes and Redis killed, stopped and cut off under 300 sessions: nobody is sent back, nothing is lost',
    'node bench/chaos-stage.ts --check --seconds 75 --sessions 300 --up 3000 --down 300',
  ),
  part(
    ...['load of a node', 110, 1],
    'checks, idle channels, broadcasts and messages, beside the barest server',
    'node bench/stage.ts --check --channels 5000 --seconds 2',
  ),
  part(
    ...['channel crowd', 350, 1],
    'what a restart turns a thousand channels into',
    'node bench/channel-crowd.ts --check --players earshot --restarts 6',
  ),
  part(
    ...['newcomer', 15, 1],
    'from an empty folder to sound within a minute',
    'node test/package/run.ts --only newcomer --check',
    lastCounts,
  ),
  part(
    ...['Next', 30, 1],
    'the React component in an application that Next builds, starts and renders on its server',
    'node test/package/run.ts --only next',
    lastCounts,
  ),
];

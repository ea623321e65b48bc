// Everything that CI checks; ends with one line of counts. What measures time runs alone, and last;
// what only computes or waits runs before, in lanes.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { chromium } from './chromium.mjs';

/** They listen to sound as it comes: another's load would be heard. */
const TIMED = testsNamed('continuity', 'low-latency', 'voice');
/** They wait for most of their time. */
const PATIENT = testsNamed('reload', 'tabs', 'static-demo');
const BUSY = globSync('test/node/*.test.ts')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !TIMED.includes(file) && !PATIENT.includes(file))
  .sort();

function testsNamed(...names) {
  return names.map((name) => `test/node/${name}.test.ts`);
}

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

const nodeTests = (name, files, concurrency) => ({
  name,
  command: [
    ...['node', '--test', `--test-concurrency=${concurrency}`, '--test-reporter=tap'],
    ...files,
  ],
  counts: tapCounts,
});

// `counts` reads how many tests a step ran and failed from what it printed; without, a step is one test.
const FIRST = [
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'size', command: ['npm', 'run', '--silent', 'size', '--', '--ratchet', '--current'] },
  { name: 'documentation', command: ['node', 'scripts/docs/docs.ts'] },
];

const LANES = [
  [
    { name: 'unit tests', command: ['wtr', '--group', 'unit'], counts: lastCounts },
    {
      name: 'the package',
      command: ['node', 'test/package/run.ts', '--check', '--without', 'size'],
      counts: lastCounts,
    },
    {
      name: 'herd bench, a smaller crowd of the same N/C',
      command: [
        ...['node', 'bench/herd.ts', '--check', '--policy', 'earshot'],
        ...['--listeners', '800000', '--capacity', '1000'],
      ],
    },
    {
      name: 'chaos of the channel, shortened',
      command: [
        ...['node', 'bench/chaos-channel.ts', '--check', '--pages', '4'],
        ...['--seconds', '9', '--messages', '400', '--seed', '150'],
      ],
    },
  ],
  [nodeTests('tests against real servers', BUSY, 1)],
  [nodeTests('tests that wait', PATIENT, 1)],
];

/** Beside each other too, but beside nothing that computes. */
const LISTENING = [
  [{ name: 'browser tests', command: ['wtr', '--group', 'browser'], counts: lastCounts }],
  [
    {
      name: 'outage bench, shortened',
      command: [
        'node',
        'bench/outage.ts',
        '--check',
        '--listeners',
        '3',
        '--faults',
        'unavailable',
        '--seconds',
        '15',
      ],
    },
    {
      name: 'leaks bench, shortened',
      command: ['node', 'bench/leaks.ts', '--check', '--cycles', '2'],
    },
  ],
];

const ALONE = [
  nodeTests('tests that listen', TIMED, 1),
  {
    name: 'reality bench, shortened',
    command: ['node', 'bench/reality.ts', '--check', '--incident', 'doors-open'],
  },
  {
    name: 'silence bench, shortened',
    command: ['node', 'bench/silence.ts', '--check', '--runs', '1'],
  },
  {
    name: 'continuity bench, shortened',
    command: ['node', 'bench/continuity.ts', '--check', '--short'],
  },
  {
    name: 'first sound bench, shortened',
    command: ['node', 'bench/first-sound.ts', '--check', '--ratchet', '--runs', '9'],
  },
  {
    name: 'page bench, shortened',
    command: ['node', 'bench/page-load.ts', '--check', '--runs', '3'],
  },
];

/** Runs a command; what it prints comes at once, or whole at the end. */
const run = ([file, ...args], isAlone) =>
  new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let text = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', (chunk) => {
        text += chunk;
        if (isAlone) to.write(chunk);
      });
    }
    child.on('error', (error) => resolve({ code: 1, text: String(error) }));
    child.on('close', (code) => resolve({ code, text }));
  });

const total = { passed: 0, failed: 0 };
const failures = [];

const take = async (steps, isAlone) => {
  for (const { name, command, counts } of steps) {
    const from = performance.now();
    if (isAlone) console.log(`\n== ${name}`);
    const { code, text } = await run(command, isAlone);
    if (!isAlone) console.log(`\n== ${name}\n${text}`);
    console.log(`-- ${name}: ${Math.round((performance.now() - from) / 1_000)} s`);
    const counted = counts?.(text) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
    // A step that failed without a failing test has failed all the same.
    if (code !== 0 && counted.failed === 0) counted.failed = 1;
    if (code === 0 && counted.passed === 0) counted.failed = 1;
    total.passed += counted.passed;
    total.failed += counted.failed;
    if (counted.failed) failures.push(name);
  }
};

// Unpacked once, here, so that no two steps unpack it at the same time.
await chromium();
await take(FIRST, true);
for (const lanes of [LANES, LISTENING]) await Promise.all(lanes.map((steps) => take(steps, false)));
await take(ALONE, true);
if (failures.length) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;

// Everything that CI checks, one step after the other; ends with one line of counts.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { chromium } from './chromium.mjs';

const NODE_TESTS = globSync('test/node/*.test.ts').sort();

// `counts` reads how many tests a step ran and failed from what it printed; without, a step is one test.
const STEPS = [
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'size', command: ['npm', 'run', '--silent', 'size', '--', '--ratchet', '--current'] },
  {
    name: 'the package',
    command: ['node', 'test/package/run.ts', '--check', '--without', 'size'],
    counts: (text) => {
      const all = /^(\d+) passed, (\d+) failed$/m.exec(text);
      return all ? { passed: Number(all[1]), failed: Number(all[2]) } : null;
    },
  },
  {
    name: 'unit and browser tests',
    command: ['wtr'],
    counts: (text) => {
      const all = [...text.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1);
      return all ? { passed: Number(all[1]), failed: Number(all[2]) } : null;
    },
  },
  {
    name: 'tests against real servers',
    command: ['node', '--test', '--test-concurrency=1', '--test-reporter=tap', ...NODE_TESTS],
    counts: (text) => {
      const count = (name) =>
        Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
      const [passed, failed] = [count('pass'), count('fail') + count('cancelled')];
      return Number.isNaN(passed + failed) ? null : { passed, failed };
    },
  },
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
    name: 'herd bench, a smaller crowd of the same N/C',
    command: [
      ...['node', 'bench/herd.ts', '--check', '--policy', 'earshot'],
      ...['--listeners', '800000', '--capacity', '1000'],
    ],
  },
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
    name: 'leaks bench, shortened',
    command: ['node', 'bench/leaks.ts', '--check', '--cycles', '2'],
  },
];

const run = ([file, ...args]) =>
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
        to.write(chunk);
      });
    }
    child.on('error', (error) => resolve({ code: 1, text: String(error) }));
    child.on('close', (code) => resolve({ code, text }));
  });

// Unpacked once, here, so that no two steps unpack it at the same time.
await chromium();

const total = { passed: 0, failed: 0 };
const failures = [];
for (const { name, command, counts } of STEPS) {
  console.log(`\n== ${name}`);
  const { code, text } = await run(command);
  const counted = counts?.(text) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  // A step that failed without a failing test has failed all the same.
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  if (code === 0 && counted.passed === 0) counted.failed = 1;
  total.passed += counted.passed;
  total.failed += counted.failed;
  if (counted.failed) failures.push(name);
}
if (failures.length) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;

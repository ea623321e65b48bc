// Everything that CI checks: what has the same verdict on any machine. What measures time is `npm run verify`.
// `--list` prints the parts, `--only NAME` runs those whose name contains it. Ends with one line of counts.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BEFORE, TEST } from './checks/parts.mjs';
import { listed, run } from './checks/run.mjs';
import { chromium } from './chromium.mjs';

const { values } = parseArgs({
  options: { list: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
if (values.list) {
  console.log(listed([...BEFORE, ...TEST]));
  process.exit();
}
const isWanted = ({ name }) => !values.only || values.only.some((text) => name.includes(text));

const total = { passed: 0, failed: 0 };
const failures = [];
const skips = [];

const take = async (part, isLive) => {
  if (isLive) console.log(`\n== ${part.name}`);
  const { text, passed, failed, skipped, seconds } = await run(part, isLive);
  // What went well is said in a line; nobody reads a thousand.
  if (!isLive && failed) console.log(`\n== ${part.name}\n${text}`);
  console.log(`-- ${part.name}: ${passed} passed, ${failed} failed in ${Math.round(seconds)} s`);
  skips.push(...skipped);
  total.passed += passed;
  total.failed += failed;
  if (failed) failures.push(part.name);
};

/** Side by side as far as there are cores for them, the longest first. */
const takeAll = async (parts) => {
  const waiting = [...parts].sort((a, b) => b.seconds - a.seconds);
  const running = new Set();
  // Most parts wait for most of their time: a machine is full with half as many again as its cores.
  let free = availableParallelism() * 1.5;
  while (waiting.length || running.size) {
    const index = waiting.findIndex(({ cores }) => cores <= free || !running.size);
    if (index < 0) {
      await Promise.race(running);
      continue;
    }
    const [part] = waiting.splice(index, 1);
    free -= part.cores;
    const taken = take(part, false).then(() => {
      free += part.cores;
      running.delete(taken);
    });
    running.add(taken);
  }
};

const from = performance.now();
// Unpacked once, here, so that no two parts unpack it at the same time.
await chromium();
for (const part of BEFORE) if (isWanted(part)) await take(part, true);
await takeAll(TEST.filter(isWanted));
if (skips.length) console.log(`\n${skips.join('\n')}`);
if (failures.length) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${Math.round((performance.now() - from) / 1_000)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;

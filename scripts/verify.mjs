// What measures time and rates, in its short form, one part after the other. It says how loaded the machine is, repeats a
// part whose surroundings were loaded, and judges none by what it did there. `--list`, `--only NAME`, `--check`.
// Exit code with `--check`: 1 where a part failed on an idle machine, 2 where the machine was too loaded to tell.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LOADED, waitingShare, watchOthers } from './checks/load.mjs';
import { BEFORE, VERIFY } from './checks/parts.mjs';
import { listed, run } from './checks/run.mjs';
import { chromium } from './chromium.mjs';

const { values } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
if (values.list) {
  console.log(listed(VERIFY));
  process.exit();
}
const TRIES = 3;
const LOOKS_FOR_QUIET = 3;
const LOOK_EVERY_MS = 5_000;
/** `npm test` has fixed seeds and few runs; here there is time. */
const ENV = { EARSHOT_EFFORT: '4' };

const percent = (share) => `${Math.round(share * 100)} %`;

/** The share of a loop's time without a core, once that is little or does not become so. */
const quiet = async () => {
  for (let looks = 1; ; looks++) {
    const share = await waitingShare();
    if (share <= LOADED || looks === LOOKS_FOR_QUIET) return share;
    await wait(LOOK_EVERY_MS);
  }
};

const judged = async (part) => {
  for (let tries = 1; ; tries++) {
    const before = await quiet();
    // A figure from here would say something of the machine, not of the product.
    if (before > LOADED) return { ...part, verdict: 'loaded', load: before, tries: tries - 1 };
    console.log(`\n== ${part.name}`);
    const others = watchOthers();
    const result = await run(part, true, ENV);
    const load = Math.max(others.stop(), await waitingShare());
    const verdict = result.failed ? 'failed' : 'passed';
    if (load <= LOADED || verdict === 'passed') return { ...part, ...result, verdict, load, tries };
    if (tries === TRIES) return { ...part, ...result, verdict: 'loaded', load, tries };
    console.log(`-- ${part.name}: others kept ${percent(load)} of a core busy: once more`);
  }
};

await chromium();
console.log(
  `At the start a loop on each core waits for ${percent(await waitingShare())} of its time.`,
);
const built = await run(
  BEFORE.find(({ name }) => name === 'build'),
  true,
);
if (built.failed) process.exit(1);
const rows = [];
for (const part of VERIFY) {
  if (values.only && !values.only.some((text) => part.name.includes(text))) continue;
  rows.push(await judged(part));
}

const cells = rows.map(({ name, verdict, seconds, load, tries, proves }) => [
  ...[name, verdict, seconds && verdict !== 'loaded' ? `${Math.round(seconds)} s` : '–'],
  ...[percent(load), tries, proves],
]);
const heads = ['part', 'verdict', 'took', 'others', 'tries', 'what it measures'];
console.log(`\n| ${heads.join(' | ')} |\n| --- | --- | ---: | ---: | ---: | --- |`);
for (const row of cells) console.log(`| ${row.join(' | ')} |`);
const of = (verdict) => rows.filter((row) => row.verdict === verdict).map(({ name }) => name);
const [failed, loaded] = [of('failed'), of('loaded')];
if (loaded.length) console.log(`\nToo loaded to tell: ${loaded.join(', ')}`);
if (failed.length) console.log(`\nFailed: ${failed.join(', ')}`);
if (values.check) process.exitCode = failed.length ? 1 : loaded.length ? 2 : 0;

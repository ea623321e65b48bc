// The policy lab on the command line: one incident, one crowd, some policies; a table and a picture.
import { readFile, writeFile } from 'node:fs/promises';
import { chartsOf } from '../demo/page/lab/charts.ts';
import { wrapped } from '../demo/page/lab/code.ts';
import { watched, wordsOf } from '../demo/page/lab/pasted.ts';
import {
  caption,
  earshotOf,
  grouped,
  peerOf,
  peerSample,
  type Run,
  SAMPLE,
  scenarioOf,
  wantsWhole,
} from '../demo/page/lab/run.ts';
import type { Settings } from '../demo/page/lab/settings.ts';
import { cellsOf, HEADS, verdictOf } from '../demo/page/lab/words.ts';
import { renderSheet } from '../demo/page/ui/plot/plot.ts';
import { type CrowdPolicy, simulate } from '../src/herd/index.ts';
import { HELP, type LabOptions, labOptions } from './lib/lab-options.ts';
import { barOf } from './lib/lab-progress.ts';
import { table } from './lib/table.ts';

const STYLE = new URL('../demo/page/ui/plot/plot.css', import.meta.url);
const SIZE = { width: 1_000, height: 340 };

async function runOf(
  name: string,
  kind: Run['kind'],
  policy: CrowdPolicy,
  simulated: number,
  settings: Settings,
): Promise<Run> {
  const bar = barOf(name);
  const scenario = scenarioOf(settings, policy, simulated);
  const outcome = await simulate(scenario, { onProgress: bar.at });
  bar.end();
  return { name, kind, outcome, simulated };
}

/** The whole crowd, or a sample if that shows already that it never comes back. */
async function crowdOf(
  name: string,
  kind: Run['kind'],
  policy: CrowdPolicy,
  settings: Settings,
): Promise<Run> {
  const sample = Math.min(SAMPLE, settings.listeners);
  const first = await runOf(`${name}, a sample`, kind, policy, sample, settings);
  const found = wantsWhole(first, settings)
    ? await runOf(name, kind, policy, settings.listeners, settings)
    : first;
  return { ...found, name };
}

async function runsOf({ settings, withEarshot, own }: LabOptions): Promise<Run[]> {
  const runs: Run[] = [];
  for (const { name, policy } of own) {
    const { retry, report } = watched(policy);
    runs.push(await crowdOf(name, 'own', { kind: 'earshot', retry }, settings));
    const words = wordsOf(report);
    if (words) console.error(`${name}: ${words}`);
  }
  if (withEarshot) {
    runs.push(await crowdOf('Earshot', 'earshot', earshotOf(settings), settings));
  }
  for (const name of settings.peers) {
    const policy = peerOf(name);
    const size = peerSample(settings, SAMPLE);
    if (policy) runs.push(await runOf(name, 'peer', policy, size, settings));
  }
  return runs;
}

async function drawn(runs: readonly Run[], settings: Settings): Promise<string> {
  const { headline, rest } = verdictOf(runs, settings);
  const heading = { title: headline, lines: [...wrapped(rest, 120), caption(settings)] };
  const style = await readFile(STYLE, 'utf8');
  return renderSheet(chartsOf(runs, settings), heading, SIZE, { style });
}

async function main(): Promise<void> {
  const options = await labOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return;
  }
  const { settings, svg, json } = options;
  const runs = await runsOf(options);
  const { headline, rest } = verdictOf(runs, settings);
  if (json) {
    const rows = runs.map(({ name, kind, simulated, outcome: { series: _, ...figures } }) => ({
      name,
      kind,
      simulated,
      ...figures,
    }));
    console.log(JSON.stringify({ settings, rows }, null, 2));
  } else {
    console.log(table(HEADS, runs.map(cellsOf)));
    console.log(`\n${[headline, rest].filter(Boolean).join(' ')}`);
    console.log('Times in min:s.');
    const parts = runs.filter(({ simulated }) => simulated < settings.listeners);
    const names = parts.map(({ name, simulated }) => `${name} ${grouped(simulated)}`);
    if (names.length) console.log(`Simulated as a sample with the same N/C: ${names.join(', ')}.`);
  }
  if (svg) {
    await writeFile(svg, await drawn(runs, settings));
    console.error(`The plots are in ${svg}.`);
  }
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

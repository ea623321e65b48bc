// What it costs to listen by Earshot: the CPU of the whole browser, against the barest client of the same source with a
// plain <audio>, in turns; and how far behind live it is heard.
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { type Stage, startStage } from '../demo/stage/stage.ts';
import { launch, visitor } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, hlsFiles, pageFiles } from './lib/bundle.ts';
import { PLAYERS, type Player } from './lib/first-sound.ts';
import { count, progress, report } from './lib/report.ts';
import { pageOf, site } from './lib/site.ts';
import { median, rounded, table } from './lib/table.ts';
import type {} from './page/cost.ts';

/** The cushion has grown, and the buffer of HLS is full. */
const SETTLE_MS = 12_000;
const MEASURE_MS = 20_000;
/** Earshot also reads statistics, polls the document, and updates its state. */
const MOST_TIMES_BARE = 1.5;

/** One page, for a while. */
interface Cost {
  /** CPU time of all processes of the browser, ms a second. */
  readonly cpu: number;
  /** As the state says, ms; `null`: not Earshot. */
  readonly behindLive: number | null;
}

interface Row {
  readonly source: 'whep' | 'hls';
  readonly earshot: number;
  readonly bare: number;
  readonly ratio: number;
  readonly behindLive: number | null;
}

interface Result {
  readonly measured: string;
  readonly runs: number;
  readonly idle: number;
  readonly rows: Row[];
}

const print = ({ idle, rows }: Result): string =>
  [
    table(
      ['source', 'Earshot, CPU ms a second', 'plain <audio>', 'ratio', 'Earshot, s behind live'],
      rows.map(({ source, earshot, bare, ratio, behindLive }) => [
        source,
        rounded(earshot, 1),
        rounded(bare, 1),
        rounded(ratio, 2),
        behindLive === null ? '–' : rounded(behindLive / 1_000, 2),
      ]),
    ),
    `\nMedians, without the ${rounded(idle, 1)} ms a second of an empty page.`,
  ].join('\n');

/** CPU time of all processes so far, s. */
async function spent(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function costOf(browser: Browser, stage: Stage, player: Player | null): Promise<Cost> {
  const context = await visitor(browser, player ?? 'nobody');
  try {
    const page = await context.newPage();
    const url = player?.endsWith('whep') ? `${stage.url}/whep/talk` : `${stage.cdn.a}/talk.m3u8`;
    await page.goto(pageOf(stage.url, 'cost', { player: player ?? '', url }));
    if (player) await page.waitForFunction(() => globalThis.bench?.cost?.isHeard());
    await page.waitForTimeout(SETTLE_MS);
    const before = await spent(browser);
    const began = performance.now();
    await page.waitForTimeout(MEASURE_MS);
    const cpu = (await spent(browser)) - before;
    const behindLive = player ? await page.evaluate(() => bench.cost.behindLive()) : null;
    return { cpu: (cpu * 1_000_000) / (performance.now() - began), behindLive };
  } finally {
    await context.close();
  }
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
  },
});
const runs = count('runs', values.runs);
const files = [await earshotFiles(), await hlsFiles(), await pageFiles('cost')];
const stage = await startStage({ program: 'talk', whep: true, routes: site(files, []) });
const browser = await launch();
try {
  const found: { player: Player | null; cost: Cost }[] = [];
  for (let run = 1; run <= runs; run++) {
    progress(`run ${run} of ${runs}`);
    for (const player of [null, ...PLAYERS])
      found.push({ player, cost: await costOf(browser, stage, player) });
  }
  const of = (player: Player | null, what: (cost: Cost) => number | null) =>
    median(found.filter((one) => one.player === player).flatMap(({ cost }) => what(cost) ?? []));
  const idle = of(null, ({ cpu }) => cpu) ?? 0;
  const rows = (['whep', 'hls'] as const).map((source): Row => {
    const cpuOf = (player: Player) => (of(player, ({ cpu }) => cpu) ?? Number.NaN) - idle;
    const [earshot, bare] = [cpuOf(`earshot-${source}`), cpuOf(`bare-${source}`)];
    const behindLive = of(`earshot-${source}`, (cost) => cost.behindLive);
    return { source, earshot, bare, ratio: earshot / bare, behindLive };
  });
  const short = rows
    .filter(({ ratio }) => !(ratio <= MOST_TIMES_BARE))
    .map(({ source, ratio }) => `${source}: ${ratio.toFixed(2)} times the plain <audio>`);
  report(values, { measured: chosenOrigin(), runs, idle, rows }, print, short);
} finally {
  await browser.close();
  await stage.close();
}

// Whether the policy lab keeps up: how long a run of a million listeners takes in the page's Worker,
// and how long the page itself is blocked meanwhile, in a real browser.
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { startDemo } from '../demo/server.ts';
import { launch } from './lib/browser.ts';
import { dragged, type Measured, measuredRuns, watchLongTasks } from './lib/lab-driving.ts';
import { count, progress, report } from './lib/report.ts';
import { median, table } from './lib/table.ts';

/** `run`: times the yardstick, a loop of its own in the same browser; `blocked`: ms. */
const MOST = { run: 16, blocked: 50 };

/** ms that this browser takes for a fixed piece of the same kind of work: whole numbers, and a table. */
const yardstick = async (browser: Browser): Promise<number> => {
  const page = await browser.newPage();
  const times = await page.evaluate(() =>
    Array.from({ length: 9 }, () => {
      const from = performance.now();
      const table = new Float64Array(65_536);
      let state = 1;
      for (let turn = 0; turn < 2e7; turn++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        table[state & 65_535] = (table[state & 65_535] ?? 0) + turn;
      }
      return performance.now() - from;
    }),
  );
  await page.close();
  return Math.min(...times);
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '9' },
    listeners: { type: 'string', default: '1000000' },
  },
});
const runs = count('runs', values.runs);
const listeners = count('listeners', values.listeners);

const stage = await startDemo();
const browser = await launch();
let result: Measured & { readonly yardstick: number };
try {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
  const longest = await watchLongTasks(page);
  await page.goto(`${stage.url}/lab#listeners=${listeners}`);
  progress(`${runs} runs of ${listeners} listeners`);
  const times = await measuredRuns(page, runs);
  progress('dragging through all of the dials');
  const redrawn = await dragged(page);
  result = {
    ...{ listeners, run: median(times) ?? 0, times, redrawn },
    blocked: await longest(),
    yardstick: await yardstick(browser),
  };
} finally {
  await browser.close();
  await stage.close();
}

const timesOf = ({ run, yardstick: own }: typeof result): number => run / own;

const print = (measured: typeof result): string => {
  const { run, times, redrawn, blocked } = measured;
  return table(
    ['what', 'measured', 'at most'],
    [
      [`a run of ${listeners} in the Worker, median of ${times.length}, ms`, Math.round(run), null],
      ['the same, times the yardstick', timesOf(measured).toFixed(2), MOST.run],
      [
        'the fastest and the slowest run, ms',
        `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))}`,
        null,
      ],
      [
        'longest block of the page, ms',
        blocked ? Math.round(blocked) : `under ${MOST.blocked}`,
        MOST.blocked,
      ],
      ['drawings while dragging', redrawn, null],
    ],
  );
};

const shortfalls = [
  timesOf(result) > MOST.run &&
    `a run takes ${timesOf(result).toFixed(2)} times the yardstick, at most ${MOST.run}`,
  result.blocked > MOST.blocked && `the page is blocked for ${Math.round(result.blocked)} ms`,
].filter((one) => one !== false);
report(values, result, print, shortfalls);

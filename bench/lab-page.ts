// Whether the policy lab keeps up: how long a run of a million listeners takes in the page's Worker,
// and how long the page itself is blocked meanwhile, in a real browser.
import { parseArgs } from 'node:util';
import { startDemo } from '../demo/server.ts';
import { launch } from './lib/browser.ts';
import { dragged, type Measured, measuredRuns, watchLongTasks } from './lib/lab-driving.ts';
import { count, progress, report } from './lib/report.ts';
import { median, table } from './lib/table.ts';

/** ms */
const MOST = { run: 300, blocked: 50 };

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
let result: Measured;
try {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
  const longest = await watchLongTasks(page);
  await page.goto(`${stage.url}/lab#listeners=${listeners}`);
  progress(`${runs} runs of ${listeners} listeners`);
  const times = await measuredRuns(page, runs);
  progress('dragging through all of the dials');
  const redrawn = await dragged(page);
  result = { listeners, run: median(times) ?? 0, times, redrawn, blocked: await longest() };
} finally {
  await browser.close();
  await stage.close();
}

const print = ({ run, times, redrawn, blocked }: Measured): string =>
  table(
    ['what', 'measured', 'at most'],
    [
      [
        `a run of ${listeners} in the Worker, median of ${times.length}, ms`,
        Math.round(run),
        MOST.run,
      ],
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

const shortfalls = [
  result.run > MOST.run && `a run takes ${Math.round(result.run)} ms, at most ${MOST.run}`,
  result.blocked > MOST.blocked && `the page is blocked for ${Math.round(result.blocked)} ms`,
].filter((one) => one !== false);
report(values, result, print, shortfalls);

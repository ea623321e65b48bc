// What each page of the demo costs a slow machine before anybody has pressed anything: when it shows
// itself, whether it moves, and for how long it is blocked, in a real browser on a CPU 4 times slower.
import { parseArgs } from 'node:util';
import { startDemo } from '../demo/server.ts';
import { launch } from './lib/browser.ts';
import { loaded, PATHS, type PageLoad } from './lib/page-load.ts';
import { count, progress, report } from './lib/report.ts';
import { median, table } from './lib/table.ts';

const SLOWER = 4;
/** ms, but for the share of the window that moved. */
const MOST = { paint: 1_000, shift: 0, task: 100 };

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
  },
});
const runs = count('runs', values.runs);

interface Row {
  readonly path: string;
  /**
   * The median of the paint and the worst of the shifts; of the longest task the least, since what
   * else the machine does only ever adds to it.
   */
  readonly paint: number;
  readonly shift: number;
  readonly task: number;
}

const rowOf = (path: string, loads: readonly PageLoad[]): Row => ({
  path,
  paint: median(loads.map(({ paint }) => paint)) ?? Infinity,
  shift: Math.max(...loads.map(({ shift }) => shift)),
  task: Math.min(...loads.map(({ task }) => task)),
});

const stage = await startDemo();
const browser = await launch();
const rows: Row[] = [];
try {
  for (const path of PATHS) {
    progress(`${path}: ${runs} times`);
    const loads: PageLoad[] = [];
    for (let run = 0; run < runs; run++) loads.push(await loaded(browser, stage.url, path, SLOWER));
    rows.push(rowOf(path, loads));
  }
} finally {
  await browser.close();
  await stage.close();
}

const print = (): string =>
  table(
    ['page', 'first paint, ms', 'layout shift', 'longest task, ms'],
    rows.map(({ path, paint, shift, task }) => [
      path,
      Math.round(paint),
      Number(shift.toFixed(4)),
      task ? Math.round(task) : 'under 50',
    ]),
  );

const shortfalls = rows.flatMap(({ path, paint, shift, task }) =>
  [
    paint > MOST.paint &&
      `${path} shows itself after ${Math.round(paint)} ms, at most ${MOST.paint}`,
    shift > MOST.shift && `${path} moves by ${shift.toFixed(4)} of the window`,
    task > MOST.task && `${path} is blocked for ${Math.round(task)} ms, at most ${MOST.task}`,
  ].filter((one) => one !== false),
);
report(values, { slower: SLOWER, rows }, print, shortfalls);

// What an origin does wrong, and what a listener hears of it: Earshot, stock hls.js, and hls.js with the usual recipe, in
// a real browser, with real media, at the same moments. Each player has an origin of its own in front of the same stage.
import { parseArgs } from 'node:util';
import { launchFor } from './lib/browser.ts';
import { chosenOrigin } from './lib/bundle.ts';
import { KINDS, type Kind } from './lib/outage.ts';
import { count, progress, report } from './lib/report.ts';
import { type Cell, table } from './lib/table.ts';
import { CASES, type Case } from './parity/cases.ts';
import { AFTER_SECONDS, live, type Row } from './parity/live.ts';
import { medianOf, worseIn } from './parity/verdict.ts';

const NAMES: Record<Kind, string> = { earshot: 'Earshot', stock: 'stock', recipe: 'recipe' };
/** Cases at once in one browser: it opens no more than 12 sounds. */
const SIDE_BY_SIDE = 4;
/** Earshot's waits are drawn by lot: a case in which it is worse is repeated, and judged by the medians. */
const RUNS_IF_WORSE = 3;

interface Result {
  readonly measured: string;
  readonly rows: readonly Row[];
}

const HEAD = `Silence in s by the decoded sound, sound at the end or not, and requests that reached the origin: all
from the beginning of the misdeed to ${AFTER_SECONDS} s after its end. Before it, each player has played for 8 s.
stock: hls.js with its defaults. recipe: startLoad(), recoverMediaError() and loadSource() after fatal errors.
Behind the requests, in brackets: how many of them brought no new segment. Where Earshot is worse, the figures are the
medians of ${RUNS_IF_WORSE} runs, and "no" means: not back in one of them. "drawn": it outlasts the buffer, and when it is
found to be over is drawn from the policy's windows, which a crowd needs; who drew late is waited for, and may be later
than the peer by the longest of these windows.
`;

const allowedOf = (row: Row) => CASES.find(({ name }) => name === row.name);

const verdictOf = (row: Row): string => {
  if (worseIn(row, allowedOf(row)).length) return 'worse';
  return allowedOf(row)?.drawnFor !== undefined && worseIn(row).length ? 'drawn' : '';
};

function print({ rows }: Result): string {
  const heads = KINDS.flatMap((kind) => [`${NAMES[kind]}, s`, 'back', 'requests']);
  const cells = rows.map((row): Cell[] => [
    row.name,
    ...KINDS.flatMap((kind) => {
      const { silence, isBack, requests, overhead } = row[kind];
      return [silence.toFixed(1), isBack ? 'yes' : 'no', `${requests} (${overhead})`];
    }),
    verdictOf(row),
  ]);
  return HEAD + table(['misdeed', ...heads, 'verdict'], cells);
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    'side-by-side': { type: 'string', default: String(SIDE_BY_SIDE) },
  },
});
const isWanted = ({ name, isShort }: Case) =>
  values.only ? values.only.some((text) => name.includes(text)) : isShort || !values.short;
const wanted = CASES.filter(isWanted);
if (!wanted.length) throw new Error('--only: no misdeed is named so');

const sideBySide = count('side-by-side', values['side-by-side']);
const browsers = await launchFor(sideBySide * KINDS.length);
const rows: Row[] = [];
try {
  const waiting = [...wanted];
  const work = async (index: number) => {
    const browser = browsers[index % browsers.length];
    for (let next = waiting.shift(); next && browser; next = waiting.shift()) {
      const runs: Row[] = [];
      do {
        progress(`${next.name}${runs.length ? `, run ${runs.length + 1}` : ''}`);
        const onStory = (kind: Kind, story: string) =>
          progress(`== ${next.name}: ${kind}\n${story}`);
        runs.push(await live(browser, next, values.explain ? onStory : undefined));
      } while (runs.length < RUNS_IF_WORSE && worseIn(runs[0] as Row).length);
      rows.push(medianOf(runs));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, (_, index) => work(index)));
} finally {
  await Promise.all(browsers.map((browser) => browser.close()));
}
const order = ({ name }: Row) => wanted.findIndex((one) => one.name === name);
rows.sort((a, b) => order(a) - order(b));
const shortfalls = rows.flatMap((row) =>
  worseIn(row, allowedOf(row)).map((one) => `${row.name}: ${one}`),
);
report(values, { measured: chosenOrigin(), rows }, print, shortfalls);

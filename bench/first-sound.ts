// From listen() to the first sound, as the page plays it, against the barest client of the same source.
import { parseArgs } from 'node:util';
import { startStage } from '../demo/stage/stage.ts';
import { launch } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, hlsFiles, pageFiles } from './lib/bundle.ts';
import { firstSound, PLAYERS, type Player } from './lib/first-sound.ts';
import { count, progress, report } from './lib/report.ts';
import { site } from './lib/site.ts';
import { midmean, rounded, table } from './lib/table.ts';

const BUDGETS = { whep: 1.15, hls: 1.1 } as const;
/** What `npm run verify` lets it be: on a machine's own network 10 ms are a fifth. */
const RATCHET = 1.3;

interface Row {
  readonly source: keyof typeof BUDGETS;
  /** Means of the middle half of the runs, ms: the sound begins in steps of 10 ms. */
  readonly earshot: number;
  readonly bare: number;
  readonly ratio: number;
  readonly most: number;
}

interface Result {
  readonly measured: string;
  readonly runs: number;
  readonly rows: Row[];
}

const print = ({ rows }: Result): string =>
  table(
    ['source', 'Earshot, ms', 'barest client, ms', 'ratio', 'at most'],
    rows.map(({ source, earshot, bare, ratio, most }) => [
      source,
      rounded(earshot),
      rounded(bare),
      rounded(ratio, 2),
      most,
    ]),
  );

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    ratchet: { type: 'boolean', default: false },
    runs: { type: 'string', default: '15' },
  },
});
const runs = count('runs', values.runs);
const files = [
  await earshotFiles(),
  await hlsFiles(),
  await pageFiles('probe', 'recorder', 'first'),
];
const routes = site(files, ['probe']);
const stage = await startStage({ program: 'sweep', whep: true, routes });
const browser = await launch();
try {
  const found = new Map<Player, number[]>(PLAYERS.map((player) => [player, []]));
  // One after the other in turns, so that whatever else the machine does meets all alike.
  for (let run = 0; run <= runs; run++) {
    progress(`run ${run} of ${runs}`);
    for (const player of PLAYERS) {
      const ms = await firstSound(browser, stage, player);
      // The first of each warms up the browser.
      if (run) found.get(player)?.push(ms);
    }
  }
  const of = (player: Player) => midmean(found.get(player) ?? []) ?? Number.NaN;
  const rows = (['whep', 'hls'] as const).map((source): Row => {
    const [earshot, bare] = [of(`earshot-${source}`), of(`bare-${source}`)];
    const most = values.ratchet ? RATCHET : BUDGETS[source];
    return { source, earshot, bare, ratio: earshot / bare, most };
  });
  const short = rows
    .filter(({ ratio, most }) => !(ratio <= most))
    .map(({ source, ratio, most }) => `${source}: ${ratio.toFixed(2)} > ${most}`);
  report(values, { measured: chosenOrigin(), runs, rows }, print, short);
} finally {
  await browser.close();
  await stage.close();
}

// 15 s back, a pause and a tunnel, from WebRTC and from HLS: whether the word that was wanted sounds, when, and whether
// any word is lost on the way forward to live. Read off the sound that the page plays.
import { parseArgs } from 'node:util';
import { launch } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, hlsFiles, pageFiles } from './lib/bundle.ts';
import { type Controls, controls, distrust } from './lib/continuity/controls.ts';
import { count, ifTrusted, progress, report } from './lib/report.ts';
import { shortfalls } from './lib/rewind/budgets.ts';
import { type Outcome, outcomeOf } from './lib/rewind/outcome.ts';
import { BACK_S, LENGTHS, live, SCENES, type Scene, SHORT, SOURCES } from './lib/rewind/scenes.ts';
import { sideBySide } from './lib/side-by-side.ts';
import { median, rounded, table } from './lib/table.ts';

type Run = Pick<Outcome, 'source' | 'scene' | 'run'>;

interface Result {
  readonly measured: string;
  readonly controls: Controls | null;
  readonly outcomes: readonly Outcome[];
}

const NAMES: Record<Scene, string> = {
  back: `${BACK_S} s back`,
  pause: 'a pause',
  untilLive: `${BACK_S} s back, until live`,
  tunnel: 'a tunnel of 25 s',
};
/** These take minutes, so they run once. */
const ONCE: readonly Scene[] = ['untilLive', 'tunnel'];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    runs: { type: 'string', default: '10' },
    scenes: { type: 'string', default: SCENES.join() },
    sources: { type: 'string', default: SOURCES.join() },
  },
});
const most = values.short ? 1 : count('runs', values.runs);
const lengths = values.short ? SHORT : LENGTHS;
const scenes = SCENES.filter((one) => values.scenes.split(',').includes(one));
const sources = SOURCES.filter((one) => values.sources.split(',').includes(one));
const files = [
  await earshotFiles(),
  await hlsFiles(),
  await pageFiles('probe', 'recorder', 'players/hls', 'players/plain', 'players/driven'),
];
const browser = await launch();
try {
  // The short form has the instrument of the continuity bench, which proves it in the same list.
  const found = values.short ? null : await controls(browser, files);
  const untrusted = found ? distrust(found) : [];
  const outcomes = await ifTrusted(untrusted, measure);
  const result = { measured: chosenOrigin(), controls: found, outcomes };
  report(values, result, print, [...untrusted, ...shortfalls(outcomes)]);
} finally {
  await browser.close();
}

/** Scene by scene, with the sources side by side: so each has the machine under the same load. */
function plan(): Run[] {
  return scenes
    .filter((scene) => !values.short || !ONCE.includes(scene))
    .flatMap((scene) =>
      Array.from({ length: ONCE.includes(scene) ? 1 : most }, (_, run) =>
        sources.map((source) => ({ source, scene, run: run + 1 })),
      ).flat(),
    );
}

async function measure(): Promise<Outcome[]> {
  const runs = plan();
  const outcomes: Outcome[] = [];
  const lives = (run: Run) => live(browser, files, run, lengths);
  await sideBySide(runs, nameOf, lives, (run, lived) => {
    const outcome = outcomeOf(run, lived);
    outcomes.push(outcome);
    progress(`  ${nameOf(run)}: ${line(outcome)}`);
  });
  return outcomes;
}

function nameOf({ source, scene, run }: Run): string {
  return `${source}, ${NAMES[scene]}, run ${run}`;
}

function line({ after, off, lost, twice, toLive, liveAfter }: Outcome): string {
  const word = `the word after ${rounded(after)} ms, ${rounded(off)} ms off`;
  const jump = toLive === null ? '' : `, goLive() after ${rounded(toLive)} ms`;
  const live = liveAfter === null ? '' : `, live after ${rounded(liveAfter / 1000, 1)} s`;
  return `${word}; lost ${rounded(lost)}, twice ${rounded(twice)}${jump}${live}`;
}

function print({ outcomes }: Result): string {
  const heads = [
    'from',
    'what',
    'runs',
    'word after, ms',
    'worst',
    'off, ms, least',
    'most',
    'lost, ms',
    'goLive(), ms',
    'live after, s',
  ];
  const rows = SCENES.flatMap((scene) =>
    SOURCES.flatMap((source) => {
      const runs = outcomes.filter((one) => one.scene === scene && one.source === source);
      if (!runs.length) return [];
      const all = (what: (one: Outcome) => number | null) => runs.flatMap((one) => what(one) ?? []);
      const after = all((one) => one.after);
      const off = all((one) => one.off);
      const live = median(all((one) => one.liveAfter));
      return [
        [
          ...[source, NAMES[scene], runs.length],
          ...[rounded(median(after)), rounded(Math.max(...after))],
          ...[rounded(Math.min(...off)), rounded(Math.max(...off))],
          rounded(Math.max(...all((one) => one.lost))),
          rounded(median(all((one) => one.toLive))),
          live === null ? null : rounded(live / 1000, 1),
        ],
      ];
    }),
  );
  return [
    table(heads, rows),
    '\n"off" is the first word that sounds, against the one that was wanted: below 0, that much is heard again.',
    '"lost" is the most of any run, from that word on. The instrument does not see less than 20 ms at one place.',
  ].join('\n');
}

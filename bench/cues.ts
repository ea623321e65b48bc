// 200 cues a minute over WebRTC, LL-HLS and HLS, through a fall, a climb, a rewind and a restart of the channel: does
// each fire once, in order, and with its word? The word is read off the sound that the page plays.
import { parseArgs } from 'node:util';
import { launch } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, pageFiles } from './lib/bundle.ts';
import { live, SHORT, SOURCES, type SourceName, TIMETABLE } from './lib/cues/listener.ts';
import { type Outcome, outcomeOf } from './lib/cues/outcome.ts';
import { progress, report } from './lib/report.ts';
import { sideBySide } from './lib/side-by-side.ts';
import { median, rounded, table } from './lib/table.ts';

interface Result {
  readonly measured: string;
  readonly outcomes: readonly Outcome[];
}

/** The farthest that a cue may be from its word, ms. */
const FARTHEST = 100;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    sources: { type: 'string', default: SOURCES.join() },
  },
});
const timetable = values.short ? SHORT : TIMETABLE;
const wanted = SOURCES.filter((one) => values.sources.split(',').includes(one));
const sources = values.short ? wanted.slice(0, 1) : wanted;
const expected = ['fall', 'restart', ...(timetable.climbBy ? ['climb'] : []), 'rewind'];
const files = [await earshotFiles(), await pageFiles('probe', 'recorder', 'players/driven')];
const browser = await launch();
try {
  const outcomes = await measure();
  report(values, { measured: chosenOrigin(), outcomes }, print, outcomes.flatMap(shortfalls));
} finally {
  await browser.close();
}

async function measure(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const lives = (source: SourceName) => live(browser, files, source, timetable);
  await sideBySide(sources, String, lives, (source, lived) => {
    const outcome = outcomeOf(source, lived);
    outcomes.push(outcome);
    if (values.explain) explain(outcome);
  });
  return outcomes;
}

function explain({ source, fired, switches, missing, incidents }: Outcome): void {
  progress(`${source}: ${incidents.join(', ')}; switches at ${switches.map((at) => rounded(at))}`);
  if (missing.length) progress(`  missing: ${missing.join(' ')}`);
  for (const { id, by, at, off } of fired) {
    if (Math.abs(off) > FARTHEST / 2)
      progress(`  ${id}, ${by}, at ${rounded(at)}: ${rounded(off)} ms`);
  }
}

function shortfalls({ source, missing, again, outOfOrder, fired, incidents }: Outcome): string[] {
  const far = fired.filter(({ off }) => Math.abs(off) > FARTHEST);
  const some = (what: string, found: readonly string[]) =>
    found.length
      ? [`${source}: ${found.length} cues ${what}: ${found.slice(0, 5).join(', ')}`]
      : [];
  return [
    ...some('did not fire', missing),
    ...some('fired again', again),
    ...some('out of order', outOfOrder),
    ...some(
      `more than ${FARTHEST} ms from their word`,
      far.map(({ id, off }) => `${id} (${off.toFixed(0)} ms)`),
    ),
    ...expected
      .filter((one) => !incidents.includes(one))
      .map((one) => `${source}: there was no ${one}`),
  ];
}

function print({ outcomes }: Result): string {
  const heads = [
    'source',
    'cues',
    'fired',
    'once',
    'in order',
    'median, ms',
    'off, p50, ms',
    'p99',
    'worst',
    'through',
  ];
  const rows = outcomes.map(({ source, sent, fired, missing, again, outOfOrder, incidents }) => {
    const offs = fired.map(({ off }) => Math.abs(off)).sort((a, b) => a - b);
    const at = (share: number) => rounded(offs[Math.floor(share * (offs.length - 1))] ?? null);
    return [
      ...[source, sent, fired.length],
      ...[sent - missing.length - new Set(again).size, fired.length - outOfOrder.length],
      rounded(median(fired.map(({ off }) => off))),
      ...[at(0.5), at(0.99), at(1)],
      incidents.join(', '),
    ];
  });
  return [
    table(heads, rows),
    '\n"median" is signed: below 0, cues come before their word. The instrument does not see less than 20 ms.',
  ].join('\n');
}

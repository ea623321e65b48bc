// What a listener hears when the stage dies under WHEP, or a CDN under HLS: silence, words lost and
// words heard twice, read off the sound that the page plays and nothing else, for any player.
import { parseArgs } from 'node:util';
import { launch } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, hlsFiles, pageFiles } from './lib/bundle.ts';
import { shortfalls } from './lib/continuity/budgets.ts';
import { type Controls, controls, distrust } from './lib/continuity/controls.ts';
import {
  CAP,
  INCIDENTS,
  type Incident,
  live,
  PLAYERS,
  type Player,
} from './lib/continuity/incidents.ts';
import { type Outcome, outcomeOf } from './lib/continuity/outcome.ts';
import { count, ifTrusted, progress, report } from './lib/report.ts';
import { sideBySide } from './lib/side-by-side.ts';
import { median, rounded, table } from './lib/table.ts';

type Run = Pick<Outcome, 'player' | 'incident' | 'run'>;

interface Result {
  readonly measured: string;
  readonly controls: Controls;
  readonly outcomes: readonly Outcome[];
}

const NAMES: Record<Incident, string> = {
  killed: 'the stage is killed',
  packetsStop: 'packets stop',
  cdn: 'one CDN of two dies',
  narrow: 'killed, 200 ms and 2 Mbit/s',
  slow: 'killed, CPU four times slower',
  returns: 'killed, and returns',
  loss10: '10 % of the packets lost',
  loss20: '20 % of the packets lost',
  jitter: 'packets up to 200 ms late',
};

/** With one plain client to compare with. */
const WEATHER: readonly Incident[] = ['loss10', 'loss20', 'jitter'];
const HLS_PLAYERS: readonly Player[] = ['earshot', 'ovenplayer', 'plain'];
const SHORT: readonly Incident[] = ['killed', 'packetsStop', 'cdn', 'narrow'];
const PEER_RUNS = 3;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    runs: { type: 'string', default: '10' },
    players: { type: 'string', default: PLAYERS.join() },
    incidents: { type: 'string', default: INCIDENTS.join() },
  },
});
const ownRuns = values.short ? 1 : count('runs', values.runs);
const wanted = {
  players: PLAYERS.filter((one) => values.players.split(',').includes(one)),
  incidents: INCIDENTS.filter((one) => values.incidents.split(',').includes(one)),
};
const files = [
  await earshotFiles(),
  await hlsFiles(),
  await pageFiles('probe', 'recorder', ...['hls', ...PLAYERS].map((one) => `players/${one}`)),
];
const browser = await launch();
try {
  progress('the instrument itself');
  const found = await controls(browser, files);
  const untrusted = distrust(found);
  const outcomes = await ifTrusted(untrusted, measure);
  const result = { measured: chosenOrigin(), controls: found, outcomes };
  report(values, result, print, [...untrusted, ...shortfalls(outcomes)]);
} finally {
  await browser.close();
}

/** Whether the player has what the incident takes away; only Earshot ever goes up again. */
function concerns(player: Player, incident: Incident): boolean {
  if (values.short) return player === 'earshot' && SHORT.includes(incident);
  if (WEATHER.includes(incident)) return player === 'earshot' || player === 'plain';
  if (incident === 'returns' || incident === 'slow') return player === 'earshot';
  return incident !== 'cdn' || HLS_PLAYERS.includes(player);
}

async function measure(): Promise<Outcome[]> {
  const runs: Run[] = wanted.players.flatMap((player) =>
    wanted.incidents
      .filter((incident) => concerns(player, incident))
      .flatMap((incident) => {
        const most = player === 'earshot' ? ownRuns : Math.min(ownRuns, PEER_RUNS);
        return Array.from({ length: most }, (_, run) => ({ player, incident, run: run + 1 }));
      }),
  );
  const outcomes: Outcome[] = [];
  const lives = ({ player, incident, run }: Run) => live(browser, files, player, incident, run);
  await sideBySide(runs, nameOf, lives, (run, lived) => {
    const outcome = outcomeOf(run, lived);
    outcomes.push(outcome);
    progress(`  ${nameOf(run)}: ${line(outcome)}`);
  });
  return outcomes;
}

function nameOf({ player, incident, run }: Run): string {
  return `${player}, ${NAMES[incident]}, run ${run}`;
}

function line({ silence, lost, twice, capped, climb, concealed }: Outcome): string {
  const up = climb ? `, up after ${rounded(climb.after / 1000, 1)} s` : '';
  const cap = capped ? ' and no end' : '';
  const made = concealed === null ? '' : `, made up ${percent(concealed)} %`;
  return `silence ${rounded(silence)} ms${cap}, lost ${rounded(lost)}, twice ${rounded(twice)}${up}${made}`;
}

function percent(share: number | null): number | null {
  return rounded(share === null ? null : 100 * share, 2);
}

function print({ controls: found, outcomes }: Result): string {
  const heads = [
    'player',
    'incident',
    'runs',
    'silence, ms',
    'worst',
    'lost, ms',
    'twice, ms',
    'made up, %',
  ];
  const rows = PLAYERS.flatMap((player) =>
    INCIDENTS.flatMap((incident) => {
      const runs = outcomes.filter((one) => one.player === player && one.incident === incident);
      if (!runs.length) return [];
      const usual = (of: readonly Outcome[], what: (one: Outcome) => number) =>
        rounded(median(of.map(what)));
      const capped = runs.filter((one) => one.capped).length;
      const silence = 2 * capped > runs.length ? `> ${CAP}` : usual(runs, (one) => one.silence);
      const worst = capped ? `> ${CAP}` : rounded(Math.max(...runs.map((one) => one.silence)));
      // Who is not heard any more has no last word, up to which to count.
      const whole = runs.filter((one) => !one.capped);
      const rest = [usual(whole, (one) => one.lost), usual(whole, (one) => one.twice)];
      const made = median(runs.flatMap(({ concealed }) => concealed ?? []));
      return [[player, NAMES[incident], runs.length, silence, worst, ...rest, percent(made)]];
    }),
  );
  const { muted, mutedStream, skipped, repeated, atSpeed } = found;
  return [
    table(heads, rows),
    `\nThe instrument: a mute of 100 ms is ${rounded(muted)} ms of silence, of a stream ${rounded(mutedStream)} ms; a seek of`,
    `300 ms forward ${rounded(skipped)} ms lost, one back ${rounded(repeated)} ms twice; 1.1x ${rounded(atSpeed)} ms of damage.`,
    'It does not see less than 20 ms at one place, 35 ms at another speed than 1.',
  ].join('\n');
}

// A CDN dies while another serves: how much silence there is in the decoded sound itself, and how
// much of the program is left out or heard twice, read off the frequency of a sweep.
import { parseArgs } from 'node:util';
import type { Fault } from '../demo/stage/stage.ts';
import { launch } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, pageFiles } from './lib/bundle.ts';
import { type Controls, controls, distrust } from './lib/controls.ts';
import { recordDeath, switchOf } from './lib/recording.ts';
import { count, ifTrusted, progress, report } from './lib/report.ts';
import { type Seam, seamOf } from './lib/seam.ts';
import { rounded, table } from './lib/table.ts';

const FAULTS: readonly Fault[] = [
  { kind: 'unavailable' },
  { kind: 'refuse' },
  { kind: 'hang' },
  { kind: 'gone' },
];

const NAMES: Partial<Record<Fault['kind'], string>> = {
  unavailable: '503',
  refuse: 'connection refused',
  hang: 'hang',
  gone: '404',
};

/** One death of CDN a. Milliseconds. */
interface Run extends Seam {
  readonly run: number;
  readonly fault: Fault['kind'];
  /** Whether the developer gave the element, so that the change of source happened in it. */
  readonly given: boolean;
  /** What the SDK said in its `switch` event. */
  readonly told: { skippedMs: number | null; repeatedMs: number | null } | null;
}

interface Result {
  readonly measured: string;
  readonly controls: Controls;
  readonly runs: Run[];
}

const shortfallsOf = ({ run, fault, given, silence }: Run): string[] =>
  silence > 0 && !given ? [`run ${run}, ${NAMES[fault]}: ${silence.toFixed(0)} ms of silence`] : [];

function print({ controls: { muted, skipped, repeated }, runs }: Result): string {
  const heads = [
    'elements',
    'run',
    'CDN a dies by',
    'silence, ms',
    'quietest 10 ms, dB',
    'lost, ms',
  ];
  const rows = runs.map((one) => [
    one.given ? 'one, given' : 'a pair of its own',
    one.run,
    NAMES[one.fault] ?? one.fault,
    rounded(one.silence),
    rounded(one.dipDb),
    rounded(one.lost),
    rounded(one.twice),
    rounded(one.gained),
    one.told ? `${text(one.told.skippedMs)} / ${text(one.told.repeatedMs)}` : null,
  ]);
  const more = ['twice, ms', 'gained by speed, ms', 'told lost / twice, ms'];
  return [
    table([...heads, ...more], rows),
    `\nThe instrument: a mute of 100 ms is ${rounded(muted)} ms of silence, a seek of 300 ms forward`,
    `${rounded(skipped)} ms lost, one of 300 ms back ${rounded(repeated)} ms heard twice.`,
  ].join('\n');
}

const text = (ms: number | null): string => String(rounded(ms) ?? '–');

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
  },
});
const ownRuns = count('runs', values.runs);
const files = [await earshotFiles(), await pageFiles('tap', 'recorder', 'recorded')];
const browser = await launch();
try {
  progress('the instrument itself');
  const found = await controls(browser, files);
  const untrusted = distrust(found);
  const runs = await ifTrusted(untrusted, measure);
  const result = { measured: chosenOrigin(), controls: found, runs };
  report(values, result, print, [...untrusted, ...runs.flatMap(shortfallsOf)]);
} finally {
  await browser.close();
}

async function measure(): Promise<Run[]> {
  const runs: Run[] = [];
  for (const given of [false, true]) {
    const times = given ? Math.min(ownRuns, FAULTS.length) : ownRuns;
    for (let run = 1; run <= times; run++) {
      const fault = FAULTS[(run - 1) % FAULTS.length] as Fault;
      progress(`${given ? 'the element given' : 'own elements'}, run ${run}: ${NAMES[fault.kind]}`);
      const recording = await recordDeath(browser, files, fault, given);
      const told = switchOf(recording);
      runs.push({ run, fault: fault.kind, given, ...seamOf(recording), told });
    }
  }
  return runs;
}

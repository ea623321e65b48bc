// Simulates the crowd of the page /how, and draws the result.
import { type CrowdPolicy, simulate } from '../../../src/herd/index.ts';
import { chartsOf } from '../lab/charts.ts';
import { duration } from '../lab/duration.ts';
import { earshotOf, peerSample, type Run, SAMPLE, scenarioOf } from '../lab/run.ts';
import { INITIAL, type Settings } from '../lab/settings.ts';
import { admittedShare, percent } from '../lab/words.ts';
import { renderPlot } from '../ui/plot/plot.ts';
import type { FromCrowd, ToCrowd } from './messages.ts';

/** That of its place in how.css. */
const HEIGHT = 280;
/** One that asks every second is simulated for an hour: a small crowd of the same N/C must do. */
const sizeFor = (every: number): number => Math.min(SAMPLE / 2, Math.max(500, every * 200));

/** Retries after T on average, with jitter: most clients have none. */
const asking = (every: number): CrowdPolicy => ({
  kind: 'peer',
  peer: {
    name: `every ${duration(every)}`,
    of: '',
    delay: (_attempt, _previous, _memory, _timedOut, random) => every * 1_000 * (0.5 + random()),
    requestsPerDial: 1,
  },
});

async function run(
  name: string,
  policy: CrowdPolicy,
  settings: Settings,
  simulated: number,
  signal: AbortSignal,
): Promise<Run> {
  const scenario = scenarioOf(settings, policy, simulated);
  return { name, kind: policy.kind, simulated, outcome: await simulate(scenario, { signal }) };
}

const fateOf = (run: Run, who: string): string => {
  const { p999 } = run.outcome.admitted;
  if (p999 !== null) return `${who}, 99.9 % are admitted after ${duration(p999)}`;
  return `${who}, ${percent(admittedShare(run))} are admitted after ${duration(run.outcome.series.arrivals.length)}`;
};

let running: AbortController | null = null;

async function answer({ id, listeners, every, width }: ToCrowd): Promise<void> {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const settings: Settings = { ...INITIAL, listeners };
  try {
    const mine = await run(
      'Earshot',
      earshotOf(settings),
      settings,
      Math.min(listeners, SAMPLE),
      signal,
    );
    const size = peerSample(settings, sizeFor(every));
    const theirs = await run(`Every ${duration(every)}`, asking(every), settings, size, signal);
    const [, chart] = chartsOf([mine, theirs], settings);
    const told: FromCrowd = {
      id,
      svg: renderPlot(chart, { width, height: HEIGHT }),
      words: `${fateOf(mine, 'With Earshot')}. ${fateOf(theirs, `With a retry every ${duration(every)}`)}. This page has simulated both just now, with samples of the same N/C.`,
    };
    postMessage(told);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

addEventListener('message', ({ data }: MessageEvent<ToCrowd>) => void answer(data));

// Simulates and draws the results: the page itself only inserts the strings that come from here.
import { type CrowdPolicy, simulate } from '../../../src/herd/index.ts';
import { renderPlot, renderSheet } from '../ui/plot/plot.ts';
import { chartsOf, toneOf } from './charts.ts';
import { wrapped } from './code.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import {
  caption,
  earshotOf,
  peerKey,
  peerOf,
  peerSample,
  type Run,
  SAMPLE,
  scenarioOf,
  wantsWhole,
} from './run.ts';
import type { Settings } from './settings.ts';
import { Sketches } from './sketches.ts';
import { cellsOf, verdictOf } from './words.ts';

type Order = Extract<ToWorker, { type: 'run' }>;

const tell = (message: FromWorker): void => postMessage(message);

const sketches = new Sketches();
/** The peers' runs by what their fate depends on, coarse or fine. */
const peers = new Map<string, Run>();
const MOST_KEPT = 200;

let order: Order | null = null;
let running: AbortController | null = null;
let runs: readonly Run[] = [];
let own: Run | null = null;
let took = 0;
let width = 0;
let isDone = false;

const shownRuns = (): Run[] => (own ? [own, ...runs] : [...runs]);

function draw(): void {
  if (!order || !runs.length) return;
  const { settings, id } = order;
  const all = shownRuns();
  const [arrivals, listeners] = chartsOf(all, settings);
  const size = { width, height: Math.round(Math.min(320, Math.max(250, width * 0.42))) };
  tell({
    type: 'view',
    id,
    verdict: verdictOf(all, settings),
    rows: all.map((run) => ({ cells: cellsOf(run), tone: toneOf(run, all) })),
    plots: { arrivals: renderPlot(arrivals, size), listeners: renderPlot(listeners, size) },
    isDone,
    simulated: runs[0]?.simulated ?? 0,
    took,
  });
}

async function crowd(
  name: string,
  policy: CrowdPolicy,
  settings: Settings,
  simulated: number,
  { signal }: AbortController,
  onProgress: (done: number) => void = () => {},
): Promise<Run> {
  const scenario = scenarioOf(settings, policy, simulated);
  const outcome = await simulate(scenario, { signal, onProgress });
  const kind = policy.kind;
  return { name, kind, outcome, simulated };
}

/** Earshot, as much of it as was asked for. The time counts only what a whole run takes. */
async function earshot(
  { settings, id }: Order,
  simulated: number,
  abort: AbortController,
): Promise<Run> {
  const from = performance.now();
  const isWhole = simulated === settings.listeners;
  let told = 0;
  const run = await crowd('Earshot', earshotOf(settings), settings, simulated, abort, (done) => {
    if (!isWhole || done < told + 0.05) return;
    told = done;
    tell({ type: 'progress', id, done, what: 'all listeners' });
  });
  took = performance.now() - from;
  sketches.learn(settings.incident, simulated, took);
  return run;
}

async function peer(
  name: string,
  settings: Settings,
  wanted: number,
  abort: AbortController,
): Promise<Run | null> {
  const policy = peerOf(name);
  if (!policy) return null;
  const size = peerSample(settings, wanted);
  const key = `${name}|${peerKey(settings)}`;
  const known = peers.get(key);
  if (known && known.simulated >= size) return known;
  const run = await crowd(name, policy, settings, size, abort);
  peers.set(key, run);
  if (peers.size > MOST_KEPT) peers.delete(peers.keys().next().value as string);
  return run;
}

async function run(next: Order): Promise<void> {
  running?.abort();
  const abort = new AbortController();
  running = abort;
  order = next;
  width = next.width;
  isDone = false;
  const { settings, isMoving, id } = next;
  try {
    const sketch = sketches.sizeOf(settings);
    const isWhole = sketch === settings.listeners;
    const mine = await earshot(next, sketch, abort);
    const others: Run[] = [];
    for (const name of settings.peers) {
      const found = await peer(name, settings, SAMPLE / 20, abort);
      if (found) others.push(found);
    }
    runs = [mine, ...others];
    isDone = isMoving && isWhole;
    draw();
    if (isMoving) return;
    if (wantsWhole(mine, settings)) {
      runs = [await earshot(next, settings.listeners, abort), ...others];
      draw();
    }
    for (const [index, { name }] of others.entries()) {
      tell({ type: 'progress', id, done: index / others.length, what: name });
      const fine = await peer(name, settings, SAMPLE / 2, abort);
      if (fine) others[index] = fine;
      runs = [runs[0] as Run, ...others];
    }
    isDone = true;
    draw();
  } catch (error) {
    if (abort.signal.aborted) return;
    tell({ type: 'failed', id, words: error instanceof Error ? error.message : String(error) });
  }
}

function sheet(style: string): void {
  if (!order) return;
  const all = shownRuns();
  const { headline, rest } = verdictOf(all, order.settings);
  const size = { width: 1_000, height: 340 };
  const lines = [...wrapped(rest, 120), caption(order.settings)];
  tell({
    type: 'sheet',
    svg: renderSheet(chartsOf(all, order.settings), { title: headline, lines }, size, { style }),
  });
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'run') void run(data);
  else if (data.type === 'sheet') sheet(data.style);
  else if (data.type === 'draw') {
    width = data.width;
    draw();
  } else if (data.id === order?.id || !data.own) {
    own = data.own;
    draw();
  }
});

// Falls, rewinds and climbs in one page, and what the page holds more than before: peer connections, audio
// contexts, elements, timers, listeners, and what is in the JS heap after a forced collection. The code that V8 compiles
// in the meantime is told apart: it comes and goes by itself.
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { type Stage, startStage } from '../demo/stage/stage.ts';
import { launch, visitor } from './lib/browser.ts';
import { chosenOrigin, earshotFiles, pageFiles } from './lib/bundle.ts';
import { differences, type Holding, holdings, sumOf } from './lib/heap.ts';
import { RenamedEndpoint } from './lib/renamed.ts';
import { count, progress, report } from './lib/report.ts';
import { pageOf, site } from './lib/site.ts';
import { rounded, table } from './lib/table.ts';
import type {} from './page/cycled.ts';

const MOST_OBJECTS_KB = 128;
/** Caches fill, and code is compiled, in the first rounds: a tenth of them, within these bounds. */
const WARM_UP = { least: 3, most: 10 };
/** Ends what hangs. */
const SWITCH_WITHIN = 600_000;
/**
 * After a climb that failed, as on a busy machine, its endpoint is left alone for minutes: it gets another name, and
 * twice the time.
 */
const CLIMBS_WITHIN = 30_000;
/** A request on its way holds a timer and a listener for a while: what is held all the time is looked for so often. */
const LOOKS = 20;
const LOOK_EVERY_MS = 100;
/** What is held for longer than this is a leak. */
const PASSES_WITHIN_MS = 60_000;
/** How far a rewind goes, s. */
const BACK_S = 8;
/** As many kinds of what the heap holds are printed. */
const KINDS = 25;
/** Less is no news of the heap, bytes. */
const SETTLED = 8_192;

interface Held {
  readonly peers: number;
  readonly audio: number;
  readonly elements: number;
  readonly timers: number;
  readonly listeners: number;
}

/** In the JS heap, kB. */
interface Heap {
  readonly objects: number;
  readonly code: number;
}

interface Result {
  readonly measured: string;
  readonly cycles: number;
  readonly before: Held;
  readonly after: Held;
  readonly heap: { readonly before: Heap; readonly after: Heap };
  readonly troubles: readonly string[];
  /** With `--explain`: what has grown or shrunk most. */
  readonly more: readonly Holding[];
}

const NAMES: readonly (keyof Held)[] = ['peers', 'audio', 'elements', 'timers', 'listeners'];

const row = (name: string, before: number, after: number) => [
  name,
  rounded(before),
  rounded(after),
  rounded(after - before),
];

const print = ({ before, after, heap, more }: Result): string =>
  [
    table(
      ['held while WHEP is heard', 'before', 'after', 'more'],
      [
        ...NAMES.map((name) => row(name, before[name], after[name])),
        row('objects, kB', heap.before.objects, heap.after.objects),
        row('compiled code, kB', heap.before.code, heap.after.code),
      ],
    ),
    more.length
      ? table(
          ['what the heap holds more', 'objects', 'bytes'],
          more.map(({ kind, count: objects, bytes }) => [kind, objects, bytes]),
        )
      : '',
  ].join('\n');

const shortfalls = (
  { before, after, heap, troubles }: Result,
  isHeapCounted: boolean,
): string[] => [
  ...NAMES.filter((name) => after[name] > before[name]).map(
    (name) => `${name}: ${before[name]} before, ${after[name]} after`,
  ),
  ...(isHeapCounted && heap.after.objects - heap.before.objects > MOST_OBJECTS_KB
    ? [`objects: ${rounded(heap.after.objects - heap.before.objects)} kB more`]
    : []),
  ...troubles.filter((text) => text.startsWith('unhandled')),
];

const waitToHear = (page: Page, kind: string, timeout: number) =>
  page.waitForFunction((wanted) => globalThis.bench?.cycled?.heard() === wanted, kind, {
    timeout,
    polling: 100,
  });

const isHeard = (page: Page, kind: string, timeout: number): Promise<boolean> =>
  waitToHear(page, kind, timeout).then(
    () => true,
    () => false,
  );

const hears = async (page: Page, kind: string): Promise<void> => {
  try {
    await waitToHear(page, kind, SWITCH_WITHIN);
  } catch (cause) {
    const seen = await page.evaluate(() => {
      const { session, troubles } = bench.cycled;
      return JSON.stringify({ now: Date.now(), state: session.state, troubles });
    });
    throw new Error(`${kind} is not heard: ${seen}`, { cause });
  }
};

async function rewind(page: Page): Promise<void> {
  const isBack = await page.evaluate((seconds) => bench.cycled.session.back(seconds), BACK_S);
  if (!isBack) throw new Error(`It did not go back by ${BACK_S} s.`);
  await hears(page, 'hls');
}

/**
 * A fall with a rewind after it, or a rewind from WebRTC; then to live, and the climb: at a new epoch of the door nobody
 * needs a minute of hearing, and an endpoint of another name is not left alone ever longer, as one that was lost again
 * and again is.
 */
async function cycle(
  page: Page,
  stage: Stage,
  endpoint: RenamedEndpoint,
  round: number,
): Promise<void> {
  const isFall = round % 2 === 0;
  if (isFall) {
    await stage.setFault('whep', { kind: 'killed' });
    await hears(page, 'hls');
  }
  await rewind(page);
  if (isFall) await stage.setFault('whep', { kind: 'none' });
  await page.evaluate(() => bench.cycled.session.goLive());
  for (let within = CLIMBS_WITHIN; within < SWITCH_WITHIN; within *= 2) {
    endpoint.rename();
    stage.door?.restart();
    if (await isHeard(page, 'whep', within)) return;
  }
  await hears(page, 'whep');
}

/** Bytes in use. What one collection frees may hold more, so there is another until none frees any. */
async function heapOf(cdp: CDPSession): Promise<number> {
  for (let before = Infinity; ; ) {
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    if (usedSize > before - SETTLED) return Math.min(before, usedSize);
    before = usedSize;
  }
}

const inKB = ({ objects, code }: Heap): Heap => ({ objects: objects / 1_024, code: code / 1_024 });

async function look(page: Page, cdp: CDPSession): Promise<Held> {
  const { jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  return { ...(await page.evaluate(() => bench.cycled.held())), listeners };
}

/** @param before what was held earlier: it looks until no more is, for a minute at the most. */
async function measure(page: Page, cdp: CDPSession, before?: Held): Promise<Held> {
  await heapOf(cdp);
  let held = await look(page, cdp);
  const isMore = () => before && NAMES.some((name) => held[name] > before[name]);
  const began = performance.now();
  for (let looks = 1; looks < LOOKS || isMore(); looks++) {
    if (performance.now() - began > PASSES_WITHIN_MS && looks >= LOOKS) break;
    await page.waitForTimeout(LOOK_EVERY_MS);
    // What is only waiting to be collected counts as held, too.
    if (looks % LOOKS === 0) await heapOf(cdp);
    held = least(held, await look(page, cdp));
  }
  return held;
}

const least = (one: Held, other: Held): Held => ({
  peers: Math.min(one.peers, other.peers),
  audio: Math.min(one.audio, other.audio),
  elements: Math.min(one.elements, other.elements),
  timers: Math.min(one.timers, other.timers),
  listeners: Math.min(one.listeners, other.listeners),
});

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    counts: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    cycles: { type: 'string', default: '100' },
  },
});
const cycles = count('cycles', values.cycles);
const files = [await earshotFiles(), await pageFiles('cycled')];
const endpoint = new RenamedEndpoint();
const pages = site(files, []);
const stage = await startStage({
  program: 'talk',
  whep: true,
  door: { capacity: 1_000, listeners: 1 },
  document: endpoint.document,
  routes: async (request, response) =>
    (await endpoint.routes(request, response)) || pages(request, response),
});
const browser = await launch();
try {
  const context = await visitor(browser, 'cycled');
  const page = await context.newPage();
  await page.goto(pageOf(stage.url, 'cycled', { stage: stage.documentUrl }));
  const cdp = await context.newCDPSession(page);
  await hears(page, 'whep');
  await endpoint.follow(stage);
  const warmUp = Math.min(WARM_UP.most, Math.max(WARM_UP.least, cycles / 10));
  for (let round = 0; round < warmUp; round++) await cycle(page, stage, endpoint, round);
  const before = await measure(page, cdp);
  const heapBefore = await holdings(cdp);
  const first = await heapOf(cdp);
  for (let round = 1; round <= cycles; round++) {
    await cycle(page, stage, endpoint, round);
    if (round % 10) continue;
    const more = rounded(((await heapOf(cdp)) - first) / 1_024);
    progress(`${round} of ${cycles} falls or rewinds, and climbs: ${more} kB more`);
  }
  const after = await measure(page, cdp, before);
  const heapAfter = await holdings(cdp);
  const heap = { before: inKB(sumOf(heapBefore)), after: inKB(sumOf(heapAfter)) };
  const more = values.explain ? differences(heapBefore, heapAfter).slice(0, KINDS) : [];
  const troubles = await page.evaluate(() => bench.cycled.troubles);
  const result = { measured: chosenOrigin(), cycles, before, after, heap, troubles, more };
  report(values, result, print, shortfalls(result, !values.counts));
} finally {
  await browser.close();
  await stage.close();
}

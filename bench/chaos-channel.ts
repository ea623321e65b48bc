// The channel under blows, in a real browser against a real process: killed, frozen, half-open, told
// to go and not to come back, fed with garbage. Is anything lost, doubled or asked for too often?
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { acceptedIn } from '../demo/stage/channel/journal.ts';
import { launch } from './lib/browser.ts';
import { chosenOrigin } from './lib/bundle.ts';
import { keep } from './lib/chaos/keeper.ts';
import { type ChaoticPage, openPage } from './lib/chaos/pages.ts';
import { planOf, TERMINAL } from './lib/chaos/plan.ts';
import { type Figures, shortfallsOf, weigh } from './lib/chaos/weigh.ts';
import { count, progress, report } from './lib/report.ts';
import { rounded, table } from './lib/table.ts';

const SPREAD = 1;
const PING = 5;
const PACE = 50;
const SETTLE_WITHIN = 240_000;
const OPEN_WITHIN = 60_000;
const LOOK_EVERY = 200;

interface Result extends Figures {
  readonly measured: string;
  readonly seed: number;
  readonly seconds: number;
  readonly pages: number;
  /** How often each thing befell the stage. */
  readonly blows: Readonly<Record<string, number>>;
  /** When each page opened a connection, in s since the messages began. */
  readonly dials: readonly (readonly number[])[];
  /** When each thing befell the stage, the same. */
  readonly when: readonly (readonly [at: number, name: string])[];
  /** Upgrades of the busiest page that the server saw. */
  readonly arrivedMost: number;
  /** From the last blow or message, whichever came later, until all was calm, s. */
  readonly calmAfter: number;
}

function print(result: Result): string {
  const { blows, outcomes, messages, seed, seconds, pages } = result;
  const ledger = [
    'unsettled',
    'missing',
    'twice',
    'disordered',
    'refusedYetAccepted',
    'expiredYetAccepted',
    'droppedYetAccepted',
  ] as const;
  return [
    `${messages} messages of ${pages} pages in ${seconds} s, seed ${seed}`,
    table(['the stage was', 'times'], Object.entries(blows)),
    table(['a message was', 'times'], Object.entries(outcomes)),
    table(
      ['and', 'times'],
      ledger.map((name) => [name.replace(/Yet/, ', yet ').toLowerCase(), result[name]]),
    ),
    table(
      [
        'dials of the busiest page',
        'its gate allows',
        'upgrades seen',
        'tokens left',
        'calm after, s',
      ],
      [
        [
          result.dialsMost,
          result.dialsAllowed,
          result.arrivedMost,
          rounded(result.tokensLeast, 2),
          rounded(result.calmAfter, 1),
        ],
      ],
    ),
  ].join('\n\n');
}

/** Waits until something holds of every page, or for so many ms. */
async function untilAll(
  pages: readonly ChaoticPage[],
  look: (page: ChaoticPage) => Promise<boolean>,
  ms: number,
): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await wait(LOOK_EVERY)) {
    if ((await Promise.all(pages.map(look))).every(Boolean)) return;
  }
}

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '300' },
    messages: { type: 'string', default: '10000' },
    pages: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
});
const seconds = count('seconds', values.seconds);
const messages = count('messages', values.messages);
const pageCount = count('pages', values.pages);
const seed = count('seed', values.seed);

const folder = await mkdtemp(join(tmpdir(), 'earshot-chaos-'));
const [journal, arrivals] = [join(folder, 'journal'), join(folder, 'arrivals')];
const keeper = await keep({
  channel: { journal, ping: PING, pace: PACE, terminal: [TERMINAL] },
  spread: SPREAD,
  arrivals,
});
const browser = await launch();
try {
  const names = Array.from({ length: pageCount }, (_, index) => `page-${index + 1}`);
  const pages = await Promise.all(names.map((name) => openPage(browser, keeper.places, name)));
  const from = Date.now();
  const each = Math.ceil(messages / pageCount);
  await Promise.all(pages.map((page) => page.begin(each, seconds * 1_000)));
  const dealt: { at: number; name: string }[] = [];
  for (const blow of planOf(seconds, seed)) {
    await wait(blow.after);
    // A death that nobody is connected to proves nothing.
    if (blow.deed.kind === 'kill') await untilAll(pages, (page) => page.isOpen(), OPEN_WITHIN);
    progress(`${((Date.now() - from) / 1_000).toFixed(0)} s: ${blow.name}`);
    dealt.push({ at: Date.now(), name: blow.name });
    await keeper.deal(blow);
  }
  await wait(Math.max(0, from + seconds * 1_000 - Date.now()));
  const calmFrom = Date.now();
  await untilAll(pages, (page) => page.isCalm(), SETTLE_WITHIN);
  const calmAfter = (Date.now() - calmFrom) / 1_000;
  const accounts = await Promise.all(pages.map((page) => page.account()));
  const decisions = acceptedIn(await readFile(journal, 'utf8'));
  const arrived = (await readFile(arrivals, 'utf8')).split('\n').map((line) => line.split(' ')[0]);
  const figures = weigh(accounts, decisions, keeper.moves);
  const result: Result = {
    measured: chosenOrigin(),
    seed,
    seconds,
    pages: pageCount,
    blows: tally(dealt.map(({ name }) => name)),
    ...figures,
    dials: accounts.map(({ dials }) => dials.map((at) => (at - from) / 1_000)),
    when: dealt.map(({ at, name }) => [(at - from) / 1_000, name]),
    arrivedMost: Math.max(
      ...Object.values(tally(arrived.filter((name) => name?.startsWith('page-')) as string[])),
    ),
    calmAfter,
  };
  report(values, result, print, shortfallsOf(figures));
} finally {
  await browser.close();
  keeper.close();
  await rm(folder, { recursive: true });
}

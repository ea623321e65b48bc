import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { EARSHOT, earshotFiles, type Files } from '../../bench/lib/bundle.ts';
import { type Stage, type StageChannel, startStage } from '../../demo/stage/stage.ts';
import type { SendResult, Session } from '../../src/index.ts';
import { until } from '../helpers/condition.ts';

declare global {
  var session: Session;
}

const TABS = 5;
const SPREAD = 1;
const FROZEN_WINDOW = 4;
/** Of one tab: half of the shortest `refresh`, less what the way here takes. */
const LOOKS_APART = 2_400;

let browser: Browser;
let files: Files;
let stage: Stage;
let channel: StageChannel;
let context: BrowserContext;
let pages: Page[] = [];

const listening = (url: string) => `<!doctype html><title>tab</title>
<script type="module">
  import { channel, listen } from '${EARSHOT}';
  globalThis.session = listen({ stage: '${url}', channel: channel() });
</script>`;

before(async () => {
  [browser, files] = await Promise.all([launch(), earshotFiles()]);
});

after(() => browser?.close());

/** So many tabs of one browser, all of which have the channel. */
async function open(tabs: number): Promise<void> {
  stage = await startStage({
    channel: { pace: 50 },
    document: { spread: SPREAD, refresh: 5 },
    routes: (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://stage');
      const file = files.get(pathname);
      if (pathname !== '/' && !file) return false;
      response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html');
      response.end(file ?? listening('/stage.json'));
      return true;
    },
  });
  assert.ok(stage.channel);
  channel = stage.channel;
  context = await browser.newContext();
  pages = await Promise.all(Array.from({ length: tabs }, () => context.newPage()));
  for (const page of pages) await page.goto(`${stage.url}/`);
  for (const page of pages) await isOpen(page);
}

afterEach(async () => {
  await context?.close();
  await stage?.close();
});

const isOpen = (page: Page) =>
  page.waitForFunction(() => globalThis.session?.state.channel.status === 'open', null, {
    polling: 50,
  });

const speaks = (page: Page) => page.evaluate(() => session.state.channel.isLeader);

async function speakerOf(tabs: readonly Page[]): Promise<Page> {
  const known = await Promise.all(tabs.map(speaks));
  assert.equal(known.filter(Boolean).length, 1, 'one tab speaks');
  return tabs[known.indexOf(true)] as Page;
}

const raise = (page: Page): Promise<SendResult> =>
  page.evaluate(() => session.send('hand', { raised: true }));

const asked = (origin: string) => stage.requests.filter((one) => one.origin === origin);

/** Ends the renderer as a crash does: no event of its life is told to the page. */
async function crash(page: Page): Promise<void> {
  const cdp = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // It is never answered.
  cdp.send('Page.crash').catch(() => {});
  await crashed;
}

test('five tabs are one channel and one feed, and each is answered', async () => {
  await open(TABS);
  const before = asked('stage').length;
  assert.equal(channel.connections(), 1);
  assert.equal(asked('channel').length, 1);
  const speaker = await speakerOf(pages);
  for (const page of pages) assert.deepEqual(await raise(page), { outcome: 'acknowledged' });
  assert.equal(channel.accepted.length, TABS);
  assert.equal(new Set(channel.accepted.map(({ from }) => from)).size, TABS);
  channel.tell('note', 'to all');
  channel.move();
  await until('all know of the other channel', async () => {
    const open = asked('channel').length === 2 && channel.connections() === 1;
    return open && (await speaks(speaker));
  });
  for (const page of pages) await isOpen(page);
  assert.equal(asked('channel').length, 2);
  // What one tab was pushed, no other asks for.
  assert.equal(asked('stage').length, before);
});

test('while the channel is away, five tabs look at the document no more often than one', async () => {
  await open(TABS);
  const before = asked('stage').length;
  await stage.setFault('channel', { kind: 'closes', code: 1013 });
  await until('it is looked at twice', () => asked('stage').length >= before + 2);
  const [first = 0, second = 0] = asked('stage')
    .slice(before)
    .map(({ at }) => at);
  assert.ok(second - first >= LOOKS_APART, `looks ${second - first} ms apart`);
});

for (const [name, end] of [
  ['crashes', crash],
  ['is closed', (page: Page) => page.close()],
] as const) {
  test(`the tab that speaks ${name}: another holds the channel`, async () => {
    await open(TABS);
    const speaker = await speakerOf(pages);
    const others = pages.filter((page) => page !== speaker);
    await end(speaker);
    const isBack = () => asked('channel').length === 2 && channel.connections() === 1;
    await until('another holds the channel', isBack);
    await speakerOf(others);
    for (const page of others) assert.deepEqual(await raise(page), { outcome: 'acknowledged' });
  });
}

test('when all are closed nothing is left', async () => {
  await open(TABS);
  for (const page of pages) await page.close();
  // What a tab asked for just before it closed may still arrive.
  const requests = await settledCount();
  await until('no connection is open', () => channel.connections() === 0);
  assert.ok(requests <= TABS, `${requests} connections of ${TABS} tabs`);
});

/** How many connections were ever asked for, once that does not grow any more. */
async function settledCount(): Promise<number> {
  let [last, same] = [-1, 0];
  await until('nobody asks any more', () => {
    const now = asked('channel').length;
    same = now === last ? same + 1 : 0;
    last = now;
    return same > 20;
  });
  return last;
}

test('a page that was frozen comes back by one attempt, at a drawn moment', async () => {
  await open(1);
  const [page] = pages as [Page];
  const cdp = await context.newCDPSession(page);
  // Chromium here obeys no Page.setWebLifecycleState: the page's timers go on. Its debugger stops it.
  const paused = new Promise((resolve) => cdp.once('Debugger.paused', resolve));
  await cdp.send('Debugger.enable');
  await cdp.send('Debugger.pause');
  await paused;
  channel.announce(FROZEN_WINDOW);
  channel.close(1012);
  await until('it is gone', () => channel.connections() === 0);
  const before = asked('channel').length;
  assert.equal(await settledCount(), before, 'asked while frozen');
  await cdp.send('Debugger.disable');
  await page.waitForFunction(() => session.state.channel.wait !== null, null, { polling: 20 });
  const [due, latest] = await page.evaluate(
    (window) => [session.state.channel.wait?.until ?? 0, Date.now() + window],
    FROZEN_WINDOW * 1_000,
  );
  await isOpen(page);
  const attempts = asked('channel').slice(before);
  assert.equal(attempts.length, 1);
  const at = (attempts[0] as { at: number }).at;
  assert.ok(at >= (due ?? 0) - 50, `came ${(due ?? 0) - at} ms before its moment`);
  assert.ok((due ?? 0) <= (latest ?? 0), 'drawn from beyond the window');
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { EARSHOT, earshotFiles } from '../../bench/lib/bundle.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import type { Session } from '../../src/index.ts';

interface Fired {
  readonly id: string;
  readonly late: number;
  readonly active: readonly string[];
}

declare global {
  var session: Session;
  var fired: Fired[];
}

let browser: Browser;
let stage: Stage;
let page: Page;

const PAGE = `<!doctype html><title>cues</title>
<script type="module">
  import { channel, cues, listen } from '${EARSHOT}';
  globalThis.fired = [];
  const session = listen({ stage: '/stage.json', channel: channel({ tabs: false }), cues: cues() });
  session.on('cue', ({ id, at }) => {
    const { programTime, cues } = session.state;
    fired.push({ id, late: programTime - at, active: cues.map(({ id }) => id) });
  });
  globalThis.session = session;
</script>`;

before(async () => {
  const files = await earshotFiles();
  browser = await launch();
  stage = await startStage({
    channel: {},
    document: { spread: 1, refresh: 5, cues: [] },
    routes: (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://stage');
      const file = files.get(pathname);
      if (pathname !== '/' && !file) return false;
      response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html');
      response.end(file ?? PAGE);
      return true;
    },
  });
  page = await browser.newPage();
  await page.goto(`${stage.url}/`);
  await page.waitForFunction(() => session.state.hearing, null, { polling: 50 });
  await page.waitForFunction(() => session.state.channel.status === 'open', null, { polling: 50 });
});

after(async () => {
  await browser?.close();
  await stage?.close();
});

const wordOf = () => page.evaluate(() => session.state.programTime as number);

const firedIds = async (count: number): Promise<readonly Fired[]> => {
  await page.waitForFunction((wanted) => fired.length >= wanted, count, { polling: 50 });
  return page.evaluate(() => fired);
};

const isoOf = (time: number) => new Date(time).toISOString();

test('cues of the channel fire when their word is heard, through a restart of the channel and a fall, each once', async () => {
  const { channel } = stage;
  assert.ok(channel);
  const word = await wordOf();
  const ids = Array.from({ length: 20 }, (_, index) => `${index}`);
  for (const [index, id] of ids.entries()) {
    const at = isoOf(word + 3_000 + index * 700);
    channel.cue({ id, at, type: 'slide', payload: { page: index } });
  }
  await firedIds(3);
  // Each new connection is told the last cues again.
  channel.announce(1);
  channel.close(1012);
  await firedIds(8);
  await stage.setFault('a', { kind: 'refuse' });
  await firedIds(ids.length);
  await stage.setFault('a', { kind: 'none' });
  const all = await page.evaluate(() => fired);
  assert.deepEqual(
    all.map(({ id }) => id),
    ids,
  );
  // What a busy machine delays is not what is judged here: the timers of a page are ms off on an idle one.
  const late = all.map((one) => Math.abs(one.late)).sort((a, b) => a - b);
  assert.ok((late[10] ?? Infinity) < 100, `in the median ${late[10]} ms off: ${late}`);
  for (const { id, active } of all) assert.deepEqual(active, [id]);
});

test('a cue that was sent while the channel was away is told on the next connection', async () => {
  const { channel } = stage;
  assert.ok(channel);
  const before = await page.evaluate(() => fired.length);
  await stage.setFault('channel', { kind: 'refuse' });
  await page.waitForFunction(() => session.state.channel.status !== 'open', null, { polling: 50 });
  channel.cue({ id: 'missed', at: isoOf((await wordOf()) + 500), type: 'slide' });
  await stage.setFault('channel', { kind: 'none' });
  const all = await firedIds(before + 1);
  assert.equal(all.at(-1)?.id, 'missed');
});

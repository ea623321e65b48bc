import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { complaintsOf, demoPages } from '../helpers/demo-pages.ts';

const demo = demoPages();
let page: Page;
let complaints: string[];

beforeEach(async () => {
  page = await demo.browser.newPage();
  page.setDefaultTimeout(600_000);
  complaints = complaintsOf(page);
  await page.goto(`${demo.stage.url}/how`);
  await page.locator('#crowd-plot svg').waitFor();
});

/** What a picture says to someone who does not see it. */
const told = async (id: string) => {
  await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  return (await page.locator(`#${id} svg[aria-label]`).getAttribute('aria-label')) ?? '';
};

const moved = (id: string, key: string) => page.locator(`#${id}`).press(key);

const says = (id: string, text: string) =>
  page.waitForFunction(
    ([name, words]) => document.getElementById(name ?? '')?.textContent?.includes(words ?? ''),
    [id, text],
  );

test('N/T against C/r decides, and the simulator agrees', async () => {
  await says(
    'crowd-verdict',
    'send 100,000 requests a second. The origin cannot even refuse so many',
  );
  await says('crowd-note', 'With a retry every 10 s, 0 % are admitted');
  await moved('every', 'End');
  await says('crowd-verdict', 'send 1,111 requests a second. The origin can admit them all');
  await says('crowd-note', 'With a retry every 15 min, 99.9 % are admitted after');
  await moved('listeners', 'Home');
  await says('listeners-value', '10,000');
  assert.match(
    await told('gauge'),
    /the capacity C, 2,000 a second, and the limit C\/r, 20,000 a second/,
  );
  assert.deepEqual(complaints, []);
});

test('a wider window makes the busiest second less busy', async () => {
  const busiest = async () => Number(/at most (\d+)/.exec(await told('again'))?.[1]);
  const wide = await busiest();
  await moved('spread', 'Home');
  assert.ok(wide < 60, `${wide} of 1,000 in a second of a window of 30 s`);
  assert.ok((await busiest()) > 5 * wide);
});

test('the ladder falls at once, by what is next, and climbs after a minute and more', async () => {
  const [, minute, second] =
    /climbs back to WebRTC at (\d+):(\d+)/.exec(await told('ladder')) ?? [];
  const climbsAt = Number(minute) * 60 + Number(second);
  assert.match(await told('ladder'), /falls to LL-HLS, CDN A at 0:3[01]/);
  // Down at 30 s: a minute of steady sound, and a draw.
  assert.ok(climbsAt >= 90 && climbsAt < 165, `climbs at ${climbsAt} s`);
  await page.getByRole('checkbox', { name: 'CDN A fails too' }).press('Space');
  assert.match(await told('ladder'), /falls to HLS, CDN B at/);
});

test('each lot has its turn, and the door comes to it', async () => {
  assert.match(await told('door'), /open to 23 % of the lots/);
  assert.match(await told('door'), /Your lot is 0\.913\. Your turn is 7:50 after the opening/);
  await page.getByRole('button', { name: 'Draw another lot' }).press('Enter');
  assert.doesNotMatch(await told('door'), /Your lot is 0\.913\./);
  await moved('since', 'End');
  assert.match(await told('door'), /open to 97 % of the lots/);
});

test('hearing is told by the media time, and muted is no hearing', async () => {
  assert.match(await told('hearing'), /stalled from 4 to 5\.25 s, hearing from 5\.25 to 10 s/);
  await moved('stall', 'Home');
  assert.doesNotMatch(await told('hearing'), /stalled/);
  await page.getByRole('checkbox', { name: 'Muted at the end' }).press('Space');
  assert.match(await told('hearing'), /muted from 8 to 10 s/);
});

test('it fits a narrow phone, and is strict', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.picture svg')].every((svg) => svg.clientWidth < 360),
  );
  const [content = 0, width = 0] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= width, 'scrolls sideways');
  const { headers } = await fetch(`${demo.stage.url}/how`);
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'self'/);
  assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe|blob:/);
  assert.deepEqual(complaints, []);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { until } from '../helpers/condition.ts';
import {
  type OperatedStage,
  openOperatorPage,
  operatedStage,
  type PlainDocument,
  plainListener,
  signedIn,
} from '../helpers/operator-page.ts';
import { walk } from '../helpers/walk.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { viewport: { width: 320, height: 700 } };

let browser: Browser;
let axe: string;
let operated: OperatedStage;
let page: Page | null = null;

before(async () => {
  [browser, axe] = await Promise.all([launch(), readFile(AXE, 'utf8')]);
});
after(() => browser?.close());

beforeEach(async () => {
  operated = await operatedStage();
});
afterEach(async () => {
  await page?.close();
  page = null;
  await operated.close();
});

const signIn = async (options = {}): Promise<Page> => {
  page = await signedIn(browser, operated, options);
  return page;
};

const url = (path: string) => new URL(path, operated.served.url);

const get = (path: string, headers: Record<string, string> = {}) => fetch(url(path), { headers });

/** An operator's token, as the page gets it. */
async function operatorToken(): Promise<string> {
  const [, token] = (await operated.invitation()).split('#token=');
  const response = await fetch(url('/operator/api/login'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return ((await response.json()) as { token: string }).token;
}

async function faults(of: Page): Promise<string[]> {
  // Not as a script of the page: its policy would rightly refuse it.
  await of.evaluate(axe);
  const { violations } = (await of.evaluate(() =>
    (window as unknown as { axe: typeof import('axe-core') }).axe.run(document),
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

async function isAccessible(of: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await of.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await faults(of), [], `${name}, ${colorScheme}`);
  }
}

const isScrolledSideways = (of: Page) =>
  of.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Goes on by Tab to the control with this name. */
async function tabTo(of: Page, name: RegExp): Promise<void> {
  for (let stops = 0; stops < 80; stops++) {
    await of.keyboard.press('Tab');
    const label = await of.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const labels = [...(element?.labels ?? [])].map(({ textContent }) => textContent);
      return [element?.getAttribute('aria-label'), element?.textContent, ...labels].join(' ');
    });
    if (name.test(label)) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
}

const rateOf = ({ doors }: PlainDocument): number => doors.floor?.opensPerSecond ?? 0;

const feedback = (of: Page, text: string) =>
  of.locator('.feedback[data-kind="done"]', { hasText: text }).waitFor();

test('the page is served with a strict policy, and is never stored', async () => {
  const index = await get('/operator/');
  assert.equal(index.status, 200);
  const policy = index.headers.get('content-security-policy') ?? '';
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ]) {
    assert.ok(policy.split('; ').includes(directive), directive);
  }
  assert.equal(index.headers.get('cache-control'), 'no-store');
  assert.equal(index.headers.get('referrer-policy'), 'no-referrer');
  const types = { '': 'text/html', 'operator.js': 'text/javascript', 'operator.css': 'text/css' };
  for (const [name, type] of Object.entries(types)) {
    const { status, headers } = await get(`/operator/${name}`);
    assert.deepEqual([status, headers.get('content-type')], [200, `${type}; charset=utf-8`]);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  const text = await index.text();
  assert.doesNotMatch(text, /<script>|<style>| style=| on\w+=/);
  const folder = await fetch(url('/operator'), { redirect: 'manual' });
  assert.deepEqual([folder.status, folder.headers.get('location')], [308, './operator/']);
  for (const path of ['..%2fpackage.json', 'main.js', '%00', 'constructor', '__proto__']) {
    assert.equal((await get(`/operator/${path}`)).status, 404, path);
  }
  assert.equal((await fetch(url('/operator/'), { method: 'POST' })).status, 404);
});

test('nothing of the stage is reachable without the token', async () => {
  const foreign = await operatedStage({}, 0, 'another secret, of 32 bytes and more, too');
  const [, invitation = ''] = (await operated.invitation()).split('#token=');
  const [, other = ''] = (await foreign.invitation()).split('#token=');
  await foreign.close();
  for (const token of ['', 'x', invitation, other]) {
    const { status } = await get('/operator/api/state', { Authorization: `Bearer ${token}` });
    assert.equal(status, 401);
    const listener = await plainListener(operated.served.url, token);
    await listener.document(() => true);
    await operated.stage.change({ spread: 6 });
    await listener.document(({ spread }) => spread === 6);
    assert.deepEqual(
      listener.frames.filter(({ op }) => op === 'operator'),
      [],
    );
    listener.close();
    await operated.stage.change({ spread: 5 });
  }
  const token = await operatorToken();
  const listener = await plainListener(operated.served.url, token);
  await until('the state comes', () => listener.frames.some(({ op }) => op === 'operator'));
  listener.close();
});

test('an invitation signs in once, and does not stay in the URL', async () => {
  const invitation = await operated.invitation();
  page = await openOperatorPage(browser, invitation);
  await page.locator('#link[data-link="channel"]').waitFor();
  assert.equal(page.url(), `${operated.served.url}/operator/`);
  assert.match((await page.locator('#who').textContent()) ?? '', /^Grace, until /);
  // The session outlives a reload, in this tab alone.
  await page.reload();
  await page.locator('#link[data-link="channel"]').waitFor();

  const second = await openOperatorPage(browser, invitation);
  await second.locator('#sign-in-problem', { hasText: 'used before' }).waitFor();
  assert.equal(await second.locator('#console').isVisible(), false);
  await second.getByLabel('Invitation').fill(await operated.invitation('Alan'));
  await second.keyboard.press('Enter');
  await second.locator('#who', { hasText: 'Alan' }).waitFor();
  await second.getByRole('button', { name: 'Sign out' }).click();
  await second.locator('#sign-in').waitFor();
  assert.equal(await second.evaluate(() => sessionStorage.length), 0);
  await second.close();
});

test('a refused token leads back to the form, and says why', async () => {
  const session = { token: 'forged.by.somebody', name: 'Eve', expires: Date.now() + 3_600_000 };
  page = await openOperatorPage(browser, url('/operator/').href);
  await page.locator('#sign-in').waitFor();
  await page.evaluate(
    (text) => sessionStorage.setItem('earshot-operator', text),
    JSON.stringify(session),
  );
  await page.reload();
  await page.locator('#sign-in-problem', { hasText: 'no longer valid' }).waitFor();
  assert.equal(await page.locator('#console').isVisible(), false);
});

test('axe finds nothing on the page, its questions, its form, and on a phone', async () => {
  const shown = await signIn();
  await isAccessible(shown, 'signed in');
  await shown.getByRole('button', { name: 'Hold', exact: true }).click();
  await shown.getByRole('button', { name: 'Restart this door …' }).first().click();
  await shown.getByRole('button', { name: 'Restart …', exact: true }).click();
  await shown.getByLabel('Capacity', { exact: true }).first().fill('-1');
  await shown.keyboard.press('Enter');
  await shown.getByLabel('Cue').check();
  await isAccessible(shown, 'with questions and a problem');
  assert.equal(await isScrolledSideways(shown), false);
  await shown.setViewportSize(PHONE.viewport);
  await isAccessible(shown, 'on a phone');
  assert.equal(await isScrolledSideways(shown), false);
  await shown.getByRole('button', { name: 'Sign out' }).click();
  await shown.locator('#sign-in').waitFor();
  await isAccessible(shown, 'the form');
});

test('the page is walked through by the keyboard alone', async () => {
  const shown = await signIn();
  const { stops, missed, astray } = await walk(shown);
  assert.ok(stops.length > 20, `only ${stops.length} stops`);
  assert.deepEqual(missed, []);
  assert.deepEqual(astray, []);
  assert.deepEqual(
    stops.filter(({ visible }) => !visible).map((stop) => stop.name),
    [],
    'no ring around the focus',
  );
  assert.deepEqual(
    stops.filter(({ worked }) => !worked).map((stop) => stop.name),
    [],
    'no key works it',
  );
});

test('an operator turns the stage by keys, and a listener sees it', async () => {
  const complaints: string[] = [];
  page = await openOperatorPage(browser, url('/operator/').href);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.locator('#sign-in').waitFor();
  await tabTo(page, /^ .*Invitation/);
  await page.keyboard.insertText(await operated.invitation());
  await page.keyboard.press('Enter');
  await page.locator('#link[data-link="channel"]').waitFor();
  const listener = await plainListener(operated.served.url);
  const first = await listener.document(() => true);

  await tabTo(page, /^ {2}Capacity/);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('20');
  assert.equal(operated.stage.stats().doors.floor?.capacity, 200, 'applied before Apply');
  await page.keyboard.press('Enter');
  await feedback(page, 'Applied: Capacity 20/s.');
  const slower = await listener.document((document) => rateOf(document) < rateOf(first) * 0.2);
  assert.equal(slower.state, 'live');

  await tabTo(page, /In the event: https:\/\/stage\.example/);
  await page.keyboard.press('Space');
  await feedback(page, 'The source is out.');
  await listener.document(({ sources }) => sources.length === 1);
  const last = page.getByRole('switch', { name: 'In the event: https://cdn-a' });
  assert.equal(await last.getAttribute('aria-disabled'), 'true');
  await tabTo(page, /In the event: https:\/\/cdn-a/);
  await page.keyboard.press('Space');
  await page.locator('.feedback[data-kind="failed"]', { hasText: 'last source' }).waitFor();
  assert.equal(await last.getAttribute('aria-checked'), 'true');

  await page.locator('#main').focus();
  await tabTo(page, /^ Hold/);
  await page.keyboard.press('Enter');
  // A second Enter confirms nothing.
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Hold the event?' }).waitFor();
  assert.equal(await page.locator('#state-current').textContent(), 'live');
  await tabTo(page, /Yes, hold/);
  await page.keyboard.press('Enter');
  await feedback(page, 'The event is held.');
  await listener.document(({ state }) => state === 'held');
  assert.equal(await page.locator('#state-current').textContent(), 'held');
  assert.match(
    await page.evaluate(() => document.activeElement?.textContent ?? ''),
    /^Hold/,
    'the focus is back',
  );

  await tabTo(page, /Restart the channel over/);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('1');
  await page.keyboard.press('Enter');
  await page.locator('#channel-controls [role="group"]', { hasText: '2 / 1 = 2 rec' }).waitFor();
  await tabTo(page, /Yes, restart/);
  await page.keyboard.press('Enter');
  await feedback(page, 'The channel restarts over 1');
  await until('the listener is told', () =>
    listener.frames.some(({ op, seconds }) => op === 'window' && seconds === 1),
  );
  await page.locator('#link[data-link="channel"]').waitFor();

  await page.locator('#log li', { hasText: 'Grace' }).first().waitFor();
  const [newest] = await page.locator('#log li').allTextContents();
  assert.match(newest ?? '', /Grace.*Channel: restarted over 1 s/);
  listener.close();
  assert.deepEqual(complaints, []);
});

test('the title, the start, a limit, tickets, and a restart of a door', async () => {
  const shown = await signIn();
  const apply = async (label: string, value: string) => {
    const field = shown.getByLabel(label, { exact: true }).first();
    await field.fill(value);
    await field.press('Enter');
    await feedback(shown, `Applied: ${label}`);
  };
  await apply('Title', '<b>Ada</b> & friends');
  await shown.locator('h1', { hasText: '<b>Ada</b> & friends' }).waitFor();
  await apply('Starts at', '2026-12-24T18:30:00');
  await apply('Most inside', '');
  await apply('Spread', '30');
  const before = operated.stage.stats().doors.floor;
  assert.equal(before?.most, null);
  await shown.getByRole('switch', { name: 'Tickets of the door floor' }).click();
  await feedback(shown, 'Tickets of floor are off.');
  assert.equal(operated.stage.stats().doors.floor?.tickets, false);
  await shown.getByRole('button', { name: 'Restart this door …' }).first().click();
  await shown.getByRole('button', { name: 'Yes, restart floor' }).click();
  await feedback(shown, 'The door floor is restarted.');
  await until(
    'the door starts again',
    () => (operated.stage.stats().doors.floor?.epoch ?? 0) > (before?.epoch ?? 0),
  );
  const document = (await (await get('/stage.json')).json()) as Record<string, unknown>;
  assert.equal(document.title, '<b>Ada</b> & friends');
  assert.equal(document.spread, 30);
});

test('a message and a cue are checked, and reach a listener once', async () => {
  const shown = await signIn();
  const listener = await plainListener(operated.served.url);
  await listener.document(() => true);
  const send = shown.getByRole('button', { name: /^Send to all/ });
  await send.click();
  const failed = shown.locator('#send-feedback[data-kind="failed"]');
  await failed.filter({ hasText: 'type' }).waitFor();
  await shown.getByLabel('Type').fill('poll');
  await shown.getByLabel('Payload').fill('{"question": ');
  await send.click();
  await failed.filter({ hasText: 'not valid JSON' }).waitFor();
  await shown.getByLabel('Payload').fill('{"question": "Louder?"}');
  // The answer to the first try is lost on the way.
  let tries = 0;
  await shown.route('**/operator/api/say', async (route) => {
    if (++tries > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await send.click();
  await failed.filter({ hasText: 'No answer' }).waitFor();
  await send.click();
  await feedback(shown, 'The message is sent.');
  await shown.getByLabel('Cue').check();
  await shown.getByLabel('ID', { exact: true }).fill('q1');
  await send.click();
  await feedback(shown, 'Cue q1 is sent.');
  await until('the cue comes', () => listener.frames.some(({ op }) => op === 'cue'));
  const messages = listener.frames.filter(({ op }) => op === 'message');
  assert.deepEqual(
    messages.map(({ type, payload }) => ({ type, payload })),
    [{ type: 'poll', payload: { question: 'Louder?' } }],
  );
  listener.close();
});

test('an error is shown beside its control, and nothing as applied', async () => {
  const shown = await signIn();
  const answers = [
    { status: 400, body: '{"problems":["doors.floor: there is no such door."]}' },
    { status: 503, body: '{"problems":[]}', headers: { 'Retry-After': '2' } },
    { status: 403, body: '{}' },
  ];
  const words = ['there is no such door', 'HTTP 503', 'HTTP 403'];
  await shown.route('**/operator/api/change', (route) =>
    route.fulfill({ contentType: 'application/json', ...answers.shift() }),
  );
  const field = shown.locator('[data-door="floor"] form').first();
  await field.getByRole('spinbutton').fill('30');
  for (const text of words) {
    await field.getByRole('button').click();
    await field.locator('.feedback[data-kind="failed"]', { hasText: text }).waitFor();
    assert.equal(await field.locator('.current').textContent(), 'now 200/s');
  }
  await shown.unroute('**/operator/api/change');
  await shown.route('**/operator/api/change', (route) => route.fulfill({ status: 401, body: '' }));
  await field.getByRole('button').click();
  await shown.locator('#sign-in-problem', { hasText: 'no longer valid' }).waitFor();
});

test('a lost connection is shown, and recovers by itself', async () => {
  const shown = await signIn();
  const port = Number(url('/').port);
  await operated.close();
  await shown.locator('body[data-lost="true"]').waitFor();
  await shown.locator('#warnings', { hasText: 'Connection lost. The figures are' }).waitFor();
  await shown.getByRole('button', { name: 'Try now' }).waitFor();
  await isAccessible(shown, 'lost');
  operated = await operatedStage({ title: 'Another process' }, port);
  await shown.locator('h1', { hasText: 'Another process' }).waitFor();
  await shown.locator('#link[data-link="channel"]').waitFor();
  await shown.locator('body[data-lost="false"]').waitFor();
});

test('without a channel, the page asks for its figures', async () => {
  const quiet = await operatedStage({ channel: false, doors: {}, sources: [], state: 'scheduled' });
  page = await openOperatorPage(browser, await quiet.invitation());
  await page.locator('#link[data-link="polling"]').waitFor();
  await page.getByText('This stage has no doors').waitFor();
  await page.getByText('This stage has no channel').waitFor();
  assert.equal(await page.locator('#send').isVisible(), false);
  await isAccessible(page, 'an empty stage');
  await quiet.stage.change({ title: 'Changed elsewhere' }, 'Alan');
  await page.locator('h1', { hasText: 'Changed elsewhere' }).waitFor();
  await page.close();
  page = null;
  await quiet.close();
});

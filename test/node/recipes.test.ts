import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, Page, Route } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import type { EarshotListener } from '../../src/element/index.ts';
import { bundleOf, earScript, recipe } from './recipes/bundles.ts';
import type {} from './recipes/ear.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Ends what hangs; how long a machine takes is no matter here. */
const PATIENCE = { timeout: 600_000, polling: 50 };
const SCRIPT =
  '<!doctype html><html lang="en"><title>A talk</title><main></main><script type="module" src="/talk.js"></script></html>';
const CORS = { 'access-control-allow-origin': '*' };

let browser: Browser;
let ear: string;
let stage: Stage;
let page: Page;
let complaints: string[];
/** What the page at the stage's own address is made of. */
let files: Map<string, string>;
let policy: string;

/** A package as a CDN has it: Earshot as it was built, any other as it is installed. */
const fromCdn = async (route: Route): Promise<void> => {
  const { pathname } = new URL(route.request().url());
  const [, name = '', path = ''] = /^\/npm\/([\w-]+)@[\d.]+\/(.+)$/.exec(pathname) ?? [];
  const folder = name === 'earshot' ? ROOT : join(ROOT, 'node_modules', name);
  const body = await readFile(join(folder, path));
  await route.fulfill({ body, contentType: 'text/javascript', headers: CORS });
};

const fromStage = async (route: Route): Promise<void> => {
  const body = await (await fetch(stage.documentUrl)).text();
  await route.fulfill({ body, contentType: 'application/json', headers: CORS });
};

before(async () => {
  [browser, ear] = await Promise.all([launch(), earScript()]);
});
after(() => browser?.close());

beforeEach(async () => {
  files = new Map();
  policy = '';
  stage = await startStage({
    program: 'sweep',
    routes: (request, response) => {
      const body = files.get(request.url ?? '');
      if (body === undefined) return false;
      response.setHeader('Content-Type', request.url === '/' ? 'text/html' : 'text/javascript');
      if (policy) response.setHeader('Content-Security-Policy', policy);
      response.end(body);
      return true;
    },
  });
  complaints = [];
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(ear);
  await page.route('https://cdn.jsdelivr.net/**', fromCdn);
  await page.route('https://stage.example/**', fromStage);
});

afterEach(async () => {
  await page?.close();
  await stage?.close();
});

const open = async (html: string, script = ''): Promise<void> => {
  files.set('/', html).set('/talk.js', script);
  await page.goto(`${stage.url}/`);
};

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

const hears = (wanted = true) =>
  page.waitForFunction((one) => globalThis.hears() === one, wanted, PATIENCE);

const says = (text: string) => page.getByText(text).first().waitFor(PATIENCE);

/** Nothing before the press, sound after it, and not a word of complaint. */
const isHeard = async (words: string): Promise<void> => {
  await page.getByRole('button', { name: 'Listen' }).waitFor();
  assert.equal(stage.requests.length, 0);
  await press('Listen');
  await hears();
  await says(words);
  assert.deepEqual(complaints, []);
};

test('plain.html: the element is heard, paused and heard again', async () => {
  await open(await recipe('plain.html'));
  await isHeard('Listening live');
  await press('Pause');
  await hears(false);
  await press('Resume');
  await hears();
  const title = () => navigator.mediaSession.metadata?.title;
  assert.equal(await page.evaluate(title), 'A talk');
  await page.evaluate(() => document.querySelector('earshot-listener')?.remove());
  await hears(false);
  assert.equal(await page.evaluate(title), undefined);
});

test('plain.html: the element needs no exception in the strictest policy, nor trusted types', async () => {
  const { a, b } = stage.cdn;
  policy = [
    `default-src 'self' https://cdn.jsdelivr.net`,
    `connect-src https://stage.example ${a} ${b}`,
    'media-src blob:',
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ');
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await open(await recipe('plain.html'));
  await isHeard('Listening live');
  const isDressed = () =>
    page
      .getByRole('button', { name: 'Pause' })
      .evaluate((one) => getComputedStyle(one).borderRadius);
  assert.equal(await isDressed(), '50%');
});

test('bare.html: listen() with a button of the page', async () => {
  await open(await recipe('bare.html'));
  await isHeard('hearing');
});

test('LiveTalk.tsx: React, in StrictMode, and silence when it is unmounted', async () => {
  await open(SCRIPT, await bundleOf('LiveTalk.tsx'));
  await isHeard('Listening live.');
  await press('Pause');
  await hears(false);
  await press('Resume');
  await hears();
  await page.evaluate(() => globalThis.unmount());
  await hears(false);
});

test('TalkElement.tsx: EarshotListener, its state, and silence when it is unmounted', async () => {
  await open(SCRIPT, await bundleOf('TalkElement.tsx'));
  await says('Not listening.');
  await isHeard('Listening live.');
  await press('Pause');
  await says('Not listening.');
  await press('Resume');
  await says('Listening live.');
  await page.evaluate(() => globalThis.unmount());
  await hears(false);
});

test('LiveTalk.vue: Vue', async () => {
  await open(SCRIPT, await bundleOf('LiveTalk.vue'));
  await isHeard('Listening live.');
});

test('LiveTalk.svelte: Svelte', async () => {
  await open(SCRIPT, await bundleOf('LiveTalk.svelte'));
  await isHeard('Listening live.');
});

test("media-chrome.html: media-chrome's controls play, pause, mute, turn the volume, go to live and back", async () => {
  await open(await recipe('media-chrome.html'));
  const control = (name: string) => page.locator(`media-${name}`);
  const listener = page.locator('earshot-listener');
  const is = (what: string) => page.waitForFunction(what, null, PATIENCE);
  await control('play-button').waitFor();
  assert.equal(stage.requests.length, 0);
  await control('play-button').click();
  await hears();
  await is(`document.querySelector('earshot-listener').hearing`);
  await page.locator('media-controller[mediastreamtype="live"]').waitFor();
  await page.locator('media-controller:not([mediapaused])').waitFor();
  await control('mute-button').click();
  await hears(false);
  await page.locator('media-controller[mediamuted]').waitFor();
  await control('mute-button').click();
  await hears();
  await page.locator('media-volume-range input').press('ArrowLeft');
  await is(`document.querySelector('earshot-listener').state.volume < 1`);
  await page.locator('media-live-button[mediatimeislive]').waitFor();
  await control('play-button').click();
  await hears(false);
  await page.locator('media-controller[mediapaused]').waitFor();
  const behind = () => listener.evaluate((one) => (one as EarshotListener).state?.behindLive ?? 0);
  const before = await behind();
  await is(`document.querySelector('earshot-listener').state.behindLive > ${before + 8_000}`);
  await page.locator('media-live-button:not([mediatimeislive])').waitFor();
  await control('live-button').click();
  await is(`document.querySelector('earshot-listener').state.behindLive < ${before + 6_000}`);
  await hears();
  assert.deepEqual(complaints, []);
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { settled } from '../../bench/lib/lab-driving.ts';
import { startDemo } from '../../demo/server.ts';
import type { Stage } from '../../demo/stage/stage.ts';
import { pages as readPages, shown } from '../../scripts/docs/pages.ts';
import { placeOf, render } from '../../scripts/docs/render.ts';
import { walk } from '../helpers/walk.ts';

/** Ends what hangs. */
const TIMEOUT = 600_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const DOCS = 'http://docs.invalid/';
const STYLES: Record<string, string> = {
  'base.css': 'demo/page/ui/base.css',
  'docs.css': 'scripts/docs/docs.css',
};
const CONTRAST: RunOptions = { runOnly: ['color-contrast'] };

let browser: Browser;
let stage: Stage;
let axe: string;

before(async () => {
  browser = await launch();
  stage = await startDemo({
    door: { capacity: 100, listeners: 1, opensIn: 5 },
    whep: true,
    channel: true,
  });
  axe = await readFile(AXE, 'utf8');
});

after(async () => {
  await browser?.close();
  await stage?.close();
});

/** A page that has come to rest, since a fade is no colour to be judged. */
async function open(path = '/'): Promise<Page> {
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  page.setDefaultTimeout(TIMEOUT);
  await page.goto(new URL(path, stage.url).href);
  return page;
}

/** What axe finds, with the place of each. */
async function faults(page: Page, options: RunOptions = {}): Promise<string[]> {
  // Not as a script of the page: its policy would rightly refuse it.
  await page.evaluate(axe);
  const { violations } = (await page.evaluate(
    (given) => (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, given),
    options,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Light with every rule; dark differs in its colours alone. */
async function isAccessible(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  assert.deepEqual(await faults(page), [], name);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  assert.deepEqual(await faults(page, CONTRAST), [], `${name}, dark`);
}

async function listening(): Promise<Page> {
  const page = await open();
  await page.getByRole('button', { name: 'Listen' }).click();
  await page.locator('body[data-status="hearing"]').waitFor();
  await page.locator('#door').waitFor();
  await page.locator('#versus-stock[data-sound="playing"]').waitFor();
  return page;
}

/** With every panel open that is folded while it is idle. */
async function unfolded(): Promise<Page> {
  const page = await listening();
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await page.locator('#whep-faults').waitFor();
  return page;
}

async function shownHow(): Promise<Page> {
  const page = await open('/how');
  await page.locator('#crowd-plot svg').waitFor();
  return page;
}

async function shownLab(): Promise<Page> {
  const page = await open('/lab#listeners=20000&capacity=40');
  await settled(page);
  return page;
}

const VIEWS: readonly (readonly [string, () => Promise<Page>])[] = [
  ['the listen page before the press', () => open()],
  ['the listen page while it is heard', listening],
  ['the listen page with all panels open', unfolded],
  ['the policy lab', shownLab],
  ['how it works', shownHow],
];

for (const [name, view] of VIEWS) {
  test(`axe finds nothing on ${name}, light and dark`, async () => {
    const page = await view();
    await isAccessible(page, name);
    await page.close();
  });

  test(`${name} is walked through and worked by the keyboard alone`, async () => {
    const page = await view();
    const { stops, missed, astray } = await walk(page);
    assert.ok(stops.length > 2, `only ${stops.length} stops`);
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
    await page.close();
  });
}

test('axe finds nothing after a fall, when the console is worked by keys', async () => {
  const page = await unfolded();
  await page.locator('#kill-one').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '503, CDN A', pressed: true }).waitFor();
  await isAccessible(page, 'with a CDN killed');
  await page.close();
});

test('axe finds nothing in the documentation, light and dark', async () => {
  const pages = await readPages(['README.md', ...shown()].filter((file) => existsSync(file)));
  const page = await browser.newPage();
  await page.route(`${DOCS}**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const style = STYLES[name];
    if (style) return route.fulfill({ path: style, contentType: 'text/css' });
    const found = pages.find(({ file }) => placeOf(file) === name);
    if (!found) return route.fulfill({ status: 404 });
    return route.fulfill({ body: render(found, pages), contentType: 'text/html' });
  });
  for (const { file } of pages) {
    await page.goto(`${DOCS}${placeOf(file)}`);
    await isAccessible(page, file);
  }
  await page.close();
});

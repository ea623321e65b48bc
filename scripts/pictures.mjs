// Takes the pictures that the README shows, of the demo page and of the element; `--all DIR` takes every
// view of them, `--element` those of the element alone.
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import { startDemo } from '../demo/server.ts';
import { chromium } from './chromium.mjs';
import { takeElementPictures } from './pictures/element.mjs';

const DESK = { width: 1280, height: 900 };
/** High enough for the whole ladder. */
const LADDER = { width: 1280, height: 980 };
const PHONE = { width: 390, height: 844 };
const FONTS = join(process.cwd(), 'node_modules', '.cache', 'earshot-chromium', 'fonts');

const flag = process.argv.indexOf('--all');
const all = flag > 0 ? process.argv[flag + 1] : null;
const readme = join(process.cwd(), 'docs', 'pictures');
for (const dir of [readme, all]) if (dir) mkdirSync(dir, { recursive: true });

/** The fonts that come with the browser, so that the pictures look the same on every machine. */
const sameFonts = (env) => {
  if (!existsSync(FONTS)) return env;
  const file = join(mkdtempSync(join(tmpdir(), 'earshot-fonts-')), 'fonts.conf');
  const own = `<fontconfig><dir>${FONTS}</dir><cachedir>${join(FONTS, 'cache')}</cachedir></fontconfig>`;
  writeFileSync(file, `<?xml version="1.0"?>\n${own}\n`);
  return { ...env, FONTCONFIG_FILE: file };
};

const options = await chromium();
const browser = await playwright.launch({ ...options, env: sameFonts(options.env ?? process.env) });
await takeElementPictures(browser, { readme, all });
if (process.argv.includes('--element')) {
  await browser.close();
  process.exit();
}
const stage = await startDemo({ channel: true });
/** With a door that opens late enough for a picture of the queue. */
let guarded = null;
const DOOR = { capacity: 5, listeners: 300, opensIn: 25 };

const says = (page, id, text) =>
  page.waitForFunction(
    ([name, words]) => document.getElementById(name)?.textContent?.includes(words),
    [id, text],
    { timeout: 120_000 },
  );

/** Waits until the newest stretch of a tone in the last three minutes is so many seconds long. */
const told = (page, tone, seconds) =>
  page.waitForFunction(
    ([name, least]) => {
      const strip = document.getElementById('strip');
      const newest = [...strip.querySelectorAll(`rect[data-tone="${name}"]`)].at(-1);
      return Number(newest?.getAttribute('width')) > (least / 180) * strip.clientWidth;
    },
    [tone, seconds],
    { timeout: 120_000 },
  );

const look = async (page, name, { full = false, shown = false } = {}) => {
  await page.evaluate(() => scrollTo(0, 0));
  // Focus and hover belong to a visitor, not to a picture.
  await page.mouse.move(1, 1);
  await page.evaluate(() => document.activeElement?.blur());
  if (all) await page.screenshot({ path: join(all, `${name}.png`), fullPage: true });
  if (shown) await page.screenshot({ path: join(readme, `${name}.png`), fullPage: full });
};

/** Until each picture of the page that tells how it works is drawn, for as wide as it is. */
const drawn = async (page) => {
  for (const place of await page.locator('.picture').all()) {
    await place.scrollIntoViewIfNeeded();
    await place.locator('svg').waitFor();
  }
};

const everyLook = async (page, name, ready = async () => {}) => {
  if (!all) return;
  for (const scheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize(viewport);
      await ready(page);
      await look(page, `${name}-${scheme}-${size}`);
    }
  }
};

const as = async (page, colorScheme, viewport = DESK) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
};

try {
  const page = await browser.newPage({ viewport: DESK, reducedMotion: 'reduce' });
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(message.text());
  });
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${stage.url}/`);
  await everyLook(page, 'before');
  await as(page, 'light');
  await page.getByRole('button', { name: 'Listen' }).click();
  await says(page, 'headline', 'Listening live');
  await told(page, 'a', 20);
  await page.getByRole('button', { name: 'Kill CDN A' }).click();
  await says(page, 'from', 'CDN B');
  await told(page, 'b', 12);
  await page.getByRole('button', { name: /Kill (all|both) for/ }).click();
  await says(page, 'headline', 'Reconnecting');
  await told(page, 'wait', 3);
  await as(page, 'light');
  await look(page, 'waiting-light', { shown: true });
  await everyLook(page, 'waiting');
  await says(page, 'headline', 'Listening live');
  await as(page, 'light');
  await look(page, 'listen-light', { shown: true });
  await as(page, 'dark');
  await look(page, 'listen-dark', { shown: true });
  await as(page, 'light', PHONE);
  await look(page, 'phone', { shown: true });
  await everyLook(page, 'hearing');
  await as(page, 'light');
  await page.goto(`${stage.url}/lab`);
  await says(page, 'effort', 'simulated in');
  await look(page, 'lab-light', { shown: true });
  await everyLook(page, 'lab');
  await as(page, 'light');
  await page.goto(`${stage.url}/how`);
  await drawn(page);
  await everyLook(page, 'how', drawn);
  await page.close();

  guarded = await startDemo({ door: DOOR, whep: true, channel: true });
  const queued = await browser.newPage({ viewport: DESK, reducedMotion: 'reduce' });
  queued.on('pageerror', (error) => console.error(error));
  await queued.goto(`${guarded.url}/`);
  await as(queued, 'light');
  await queued.getByRole('button', { name: 'Listen' }).click();
  await says(queued, 'headline', 'Listening live');
  await says(queued, 'queue-turn', ':');
  await told(queued, 'a', 8);
  await look(queued, 'queue-light', { shown: true });
  await everyLook(queued, 'queue');
  await says(queued, 'from', 'WebRTC');
  await told(queued, 'whep', 12);
  await as(queued, 'light', LADDER);
  await look(queued, 'webrtc-light', { shown: true });
  await everyLook(queued, 'webrtc');
  await as(queued, 'light', LADDER);
  await queued.getByRole('button', { name: 'Kill the WebRTC server' }).click();
  await says(queued, 'next', 'Goes back to WebRTC');
  await told(queued, 'a', 6);
  await look(queued, 'webrtc-killed-light', { shown: true });
  await everyLook(queued, 'webrtc-killed');
} finally {
  await browser.close();
  await stage.close();
  await guarded?.close();
}

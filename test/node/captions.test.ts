import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import type { Stage } from '../../demo/stage/stage.ts';
import { startCaptionedStage } from '../helpers/caption-page.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let stage: Stage;
let axe: string;

before(async () => {
  browser = await launch();
  stage = await startCaptionedStage();
  axe = await readFile(AXE, 'utf8');
});

after(async () => {
  await browser?.close();
  await stage?.close();
});

interface Mode extends BrowserContextOptions {
  readonly lang?: 'ar';
  /** Of the page's text, in per cent. */
  readonly textSize?: number;
}

const MODES: Record<string, Mode> = {
  light: {},
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 390, height: 844 } },
  'from right to left': { lang: 'ar', locale: 'ar' },
  'with text of 200 %': { textSize: 200, viewport: { width: 640, height: 900 } },
  'in forced colours': { forcedColors: 'active' },
};

/** A page that shows a caption, with its settings open. */
const shown = async ({ lang, textSize, ...options }: Mode, complaints: string[]): Promise<Page> => {
  const page = await browser.newPage({ reducedMotion: 'reduce', ...options });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${stage.url}/${lang ?? 'en'}`);
  await page.locator('html[data-ready]').waitFor();
  if (textSize)
    await page.evaluate((size) => {
      document.documentElement.style.fontSize = `${size}%`;
    }, textSize);
  await page.locator('earshot-listener button').first().click();
  await page.locator('[part="line"]').first().waitFor();
  // The button stays under the pointer.
  const button = page.locator('[part="settings-button"]');
  const place = async () => {
    const [one, other] = [
      await button.boundingBox(),
      await page.locator('[part="toggle"]').boundingBox(),
    ];
    return [
      Math.round((one?.x ?? 0) - (other?.x ?? 0)),
      Math.round((one?.y ?? 0) - (other?.y ?? 0)),
    ];
  };
  const before = await place();
  await button.click();
  await page.locator('[part="fields"]').waitFor();
  assert.deepEqual(await place(), before);
  return page;
};

for (const [name, mode] of Object.entries(MODES)) {
  test(`captions of WebVTT ${name}: axe finds nothing, and nothing is cut off`, async () => {
    const complaints: string[] = [];
    const page = await shown(mode, complaints);
    const line = await page.locator('[part="line"]').first().textContent();
    assert.match(line ?? '', mode.lang === 'ar' ? /[\u0600-\u06ff]/ : /^Clock: .*second/);
    await page.evaluate(axe);
    const { violations } = (await page.evaluate(() =>
      (window as unknown as { axe: typeof import('axe-core') }).axe.run(document),
    )) as AxeResults;
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      [],
    );
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(excess, 0, `${excess} px too wide`);
    // The policy of the page is as strict as can be.
    assert.deepEqual(complaints, []);
    await page.close();
  });
}

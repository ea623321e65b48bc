import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { ROOT } from './exports.ts';
import type { Heard } from './page/ear.ts';

/** Much less than a listener would bear, and more than a click in the loudspeaker. */
const ENOUGH_MS = 1_000;
/** Longer than any machine needs; a page that hears nothing fails by it. */
/** Ends what hangs. */
const PATIENCE_MS = 600_000;

/** A script that a page loaded: its path and its text. */
export interface Script {
  readonly path: string;
  readonly code: string;
}

/** What a visit to a page came to. */
export interface Visit extends Heard {
  /** Loaded before the listener pressed the button. */
  readonly before: readonly Script[];
  /** Loaded only then. */
  readonly after: readonly Script[];
  /** The `status` that the page shows, or its element has. */
  readonly status: string;
  /** What the console and uncaught errors said. */
  readonly complaints: readonly string[];
  /** From the press to the first second of sound, ms. */
  readonly soundAfter: number;
}

/** The script that hears what a page plays; it must run before those of the page. */
export const ear = async (): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(import.meta.dirname, 'page/ear.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

/** Opens a page, presses its button, and listens until a second of sound was heard or patience ends. */
export const visit = async (browser: Browser, url: string, button = 'button'): Promise<Visit> => {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: await ear() });
    const scripts: Promise<Script>[] = [];
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      const path = new URL(response.url()).pathname;
      scripts.push(response.text().then((code) => ({ path, code })));
    });
    await page.goto(url, { waitUntil: 'load' });
    const before = await Promise.all(scripts);
    const { sound: early } = await page.evaluate(() => globalThis.heard());
    if (early) throw new Error('sound before the button was pressed');
    const pressed = performance.now();
    await page.click(button);
    await page
      .waitForFunction(
        (enough) => globalThis.heard().sound >= enough && globalThis.shownStatus() === 'hearing',
        ENOUGH_MS,
        { timeout: PATIENCE_MS },
      )
      // What was heard, and why not more, is told below.
      .catch(() => {});
    const soundAfter = performance.now() - pressed;
    const { sound, violations } = await page.evaluate(() => globalThis.heard());
    const status = (await page.evaluate(() => globalThis.shownStatus())) ?? '';
    const all = await Promise.all(scripts);
    return {
      sound,
      violations,
      before,
      after: all.slice(before.length),
      status,
      complaints,
      soundAfter,
    };
  } finally {
    await context.close();
  }
};

/** Why a visit is not what it should be; nothing when it is. */
export const faultsOf = ({ sound, status, violations, complaints }: Visit): string[] => [
  ...(sound < ENOUGH_MS ? [`${sound} ms of sound, status "${status}"`] : []),
  ...(status === 'hearing' ? [] : [`the page says "${status}", not "hearing"`]),
  ...violations,
  ...complaints,
];

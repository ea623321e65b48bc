import type { Browser, Page } from 'playwright-core';
import { settled } from './lab-driving.ts';

export const PATHS = ['/', '/lab', '/how'] as const;

export interface PageLoad {
  /** ms from the navigation to the first thing that is seen. */
  readonly paint: number;
  /** The sum of the layout shifts, in shares of the window; 0: nothing moved. */
  readonly shift: number;
  /** The longest task of the page's own thread, ms; 0: none was long enough to be told. */
  readonly task: number;
}

/** All that a page does by itself has been done. */
const AT_REST: Record<(typeof PATHS)[number], (page: Page) => Promise<unknown>> = {
  '/': (page) => page.locator('#dial > *').first().waitFor({ state: 'attached' }),
  '/lab': settled,
  '/how': (page) => page.locator('#crowd-plot svg').waitFor(),
};

const watch = (): void => {
  const seen = { shift: 0, task: 0 };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.task = Math.max(seen.task, duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      seen.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
};

/** Opens a page once, in a browser of its own without a cache, on a slowed CPU. */
export async function loaded(
  browser: Browser,
  base: string,
  path: (typeof PATHS)[number],
  slower: number,
): Promise<PageLoad> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.goto(base + path);
    await AT_REST[path](page);
    // What it has drawn last is laid out in the next frame, and told after that.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(resolve))),
    );
    const { shift, task } = await page.evaluate(
      () => (window as unknown as { seen: { shift: number; task: number } }).seen,
    );
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    );
    return { paint, shift, task };
  } finally {
    await context.close();
  }
}

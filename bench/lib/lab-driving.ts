import type { Page } from 'playwright-core';

export interface Measured {
  readonly listeners: number;
  /** Median, ms. */
  readonly run: number;
  readonly times: readonly number[];
  /** Drawings that came while the sliders moved. */
  readonly redrawn: number;
  /** The longest task of the page's own thread, ms; 0: none was long enough to be told. */
  readonly blocked: number;
}

/** Ends what hangs. */
const TIMEOUT = 600_000;

/** Notes each task of the page that is longer than 50 ms, from the very beginning. */
export async function watchLongTasks(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask', buffered: true });
  });
  return () =>
    page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));
}

/** Until everything that was asked for last has been simulated and drawn. */
export const settled = (page: Page) =>
  page.waitForFunction(
    () => {
      const { asked, run, done } = document.body.dataset;
      return asked !== undefined && asked === run && done === 'true';
    },
    undefined,
    { timeout: TIMEOUT },
  );

/** ms that each whole run of Earshot took, as the page says it. */
export async function measuredRuns(page: Page, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    await settled(page);
    times.push(Number(await page.locator('body').getAttribute('data-took')));
    // The same run once more: a preset that is set already changes nothing.
    if (at + 1 < count) await page.getByRole('button', { name: 'Default' }).click();
  }
  return times;
}

/** Moves every slider through some steps by keys, and counts how often the plot was drawn anew. */
export async function dragged(page: Page): Promise<number> {
  await page.evaluate(() => {
    Object.assign(window, { drawings: 0 });
    const plot = document.getElementById('plot-arrivals') as HTMLElement;
    new MutationObserver(() => {
      (window as unknown as { drawings: number }).drawings++;
    }).observe(plot, { childList: true });
  });
  const names = ['listeners', 'capacity', 'refusal', 'first', 'factor', 'cap', 'spread', 'refresh'];
  for (const name of names) {
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowRight', 'ArrowRight']) {
      const before = await page.locator('body').getAttribute('data-run');
      await page.locator(`#dial-${name}`).press(key);
      await page.waitForFunction((run) => document.body.dataset.run !== run, before, {
        timeout: TIMEOUT,
      });
    }
  }
  await settled(page);
  return page.evaluate(() => (window as unknown as { drawings: number }).drawings);
}

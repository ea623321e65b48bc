import type { BrowserContext, Page } from 'playwright-core';
import { launch } from '../browser.ts';
import type { Engine } from './engine.ts';

/** The Chromium that npm brings. Sound needs no gesture in it. */
export const chromium = async (): Promise<Engine> => {
  const browser = await launch();
  let context: BrowserContext | undefined;
  let page: Page;
  return {
    name: 'Chromium',
    host: '127.0.0.1',
    open: async (url) => {
      await context?.close();
      context = await browser.newContext();
      page = await context.newPage();
      await page.goto(url);
    },
    run: async (script, gesture = false) => {
      if (!gesture) return page.evaluate(`(() => { ${script} })()`) as never;
      await page.evaluate(
        `document.addEventListener('click', () => { ${script} }, { once: true });`,
      );
      await page.mouse.click(20, 20);
      return undefined as never;
    },
    close: () => browser.close(),
  };
};

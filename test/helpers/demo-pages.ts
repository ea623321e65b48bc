import { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { startDemo } from '../../demo/server.ts';
import type { Stage } from '../../demo/stage/stage.ts';

/** A browser and the demo's server, for all tests of a file. */
export interface DemoPages {
  readonly browser: Browser;
  readonly stage: Stage;
}

export const demoPages = (): DemoPages => {
  const pages: { browser?: Browser; stage?: Stage } = {};
  before(async () => {
    pages.browser = await launch();
    pages.stage = await startDemo();
  });
  after(async () => {
    await pages.browser?.close();
    await pages.stage?.close();
  });
  return pages as DemoPages;
};

/** A growing list of the page's uncaught errors, and of errors and warnings on its console. */
export const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return complaints;
};

import { type Browser, type BrowserContext, chromium as playwright } from 'playwright-core';
import { chromium, UNATTENDED } from '../../scripts/chromium.mjs';

/** The Chromium that the tests use, with sound that needs no gesture. */
export async function launch(): Promise<Browser> {
  const { executablePath, args, env } = await chromium();
  return playwright.launch({
    executablePath,
    args: [...args, ...UNATTENDED],
    headless: true,
    ...(env && { env }),
  });
}

/** A browser of its own: storage, cache, connections, and a name that the stage's ledger finds. */
export const visitor = (browser: Browser, id: string): Promise<BrowserContext> =>
  browser.newContext({ userAgent: `Mozilla/5.0 (X11; Linux x64) Chrome/153 listener-${id}` });

import { type Browser, type BrowserContext, chromium as playwright } from 'playwright-core';

// A plain script, shared with the test runner's configuration.
interface Chromium {
  chromium(): Promise<{ executablePath: string; args: string[]; env?: Record<string, string> }>;
  UNATTENDED: string[];
}

const SCRIPT = new URL('../../scripts/chromium.mjs', import.meta.url).href;

/** Ends what hangs, ms; no verdict is to depend on how fast a machine is. */
const HANGS_AFTER = 600_000;

/** The Chromium that the tests use, with sound that needs no gesture. @param more switches of it. */
export async function launch(...more: string[]): Promise<Browser> {
  const { chromium, UNATTENDED } = (await import(SCRIPT)) as Chromium;
  const { executablePath, args, env } = await chromium();
  const browser = await playwright.launch({
    executablePath,
    args: [...args, ...UNATTENDED, ...more],
    headless: true,
    ...(env && { env }),
  });
  browser.on('context', (context) => context.setDefaultTimeout(HANGS_AFTER));
  return browser;
}

// Chromium opens no more than 16 audio outputs in one process, and fails the players beyond that.
const MOST_LISTENERS = 12;

/** As many browsers as so many listeners need. */
export const launchFor = (listeners: number): Promise<Browser[]> =>
  Promise.all(Array.from({ length: Math.ceil(listeners / MOST_LISTENERS) }, () => launch()));

/** What is a browser of its own to a player: storage, cache, connections, and a name that the stage's ledger finds. */
export const visitor = (browser: Browser, id: string): Promise<BrowserContext> =>
  browser.newContext({ userAgent: `Mozilla/5.0 (X11; Linux x64) Chrome/153 listener-${id}` });

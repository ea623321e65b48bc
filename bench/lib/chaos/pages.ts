import type { Browser, Page } from 'playwright-core';
import type {} from '../../page/chaotic.ts';
import { visitor } from '../browser.ts';
import { pageOf } from '../site.ts';
import type { Account } from './book.ts';
import type { Places } from './server.ts';

const OPEN_WITHIN = 600_000;

/** A page that listens and sends. */
export interface ChaoticPage {
  readonly name: string;
  begin(messages: number, ms: number): Promise<void>;
  isOpen(): Promise<boolean>;
  /** Whether every promise has settled and the channel is open. */
  isCalm(): Promise<boolean>;
  account(): Promise<Account>;
}

/** Settles when its channel is open. */
export async function openPage(
  browser: Browser,
  { url, documentUrl }: Places,
  name: string,
): Promise<ChaoticPage> {
  const context = await visitor(browser, name);
  const page = await context.newPage();
  const dials: number[] = [];
  const crashes: string[] = [];
  page.on('pageerror', ({ message }) => crashes.push(message));
  page.on('crash', () => crashes.push('crashed'));
  const cdp = await context.newCDPSession(page);
  cdp.on('Network.webSocketCreated', () => dials.push(Date.now()));
  await cdp.send('Network.enable');
  await page.goto(pageOf(url, 'chaotic', { stage: documentUrl, page: name }));
  await page.waitForFunction(isOpen, null, { timeout: OPEN_WITHIN, polling: 100 });

  return {
    name,
    begin: (messages, ms) =>
      page.evaluate(([count, time]) => bench.chaotic.begin(count, time), [messages, ms] as const),
    isOpen: () => page.evaluate(isOpen),
    isCalm: async () => (await page.evaluate(isOpen)) && (await settled(page)),
    async account() {
      const { book, troubles } = await page.evaluate(() => ({
        book: bench.chaotic.book,
        troubles: bench.chaotic.troubles,
      }));
      return {
        page: name,
        book,
        troubles: [...new Set([...troubles, ...crashes])],
        dials: [...dials],
        isOpen: await page.evaluate(isOpen),
      };
    },
  };
}

const isOpen = () => globalThis.bench?.chaotic?.session.state.channel.status === 'open';

const settled = (page: Page) =>
  page.evaluate(() => bench.chaotic.book.every(({ outcome }) => outcome !== null));

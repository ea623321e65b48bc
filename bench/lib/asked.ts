import type { Page } from 'playwright-core';

/** A request as the page made it, whether anything arrived anywhere or not. */
export interface Asked {
  /** Epoch ms, by the browser's own clock. */
  readonly at: number;
  readonly path: string;
  /** How it ended so far: a status, `failed`, or `null` while it hangs. */
  outcome: number | 'failed' | null;
}

/** Every request of a page to an origin, from now on, in the order in which they were made. */
export async function askedOf(page: Page, origin: string): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const open = new Map<string, Asked>();
  const session = await page.context().newCDPSession(page);
  session.on('Network.requestWillBeSent', ({ requestId, request, wallTime }) => {
    const url = new URL(request.url);
    if (url.origin !== origin) return;
    const one: Asked = { at: wallTime * 1000, path: url.pathname, outcome: null };
    asked.push(one);
    open.set(requestId, one);
  });
  session.on('Network.responseReceived', ({ requestId, response }) => {
    const one = open.get(requestId);
    if (one) one.outcome = response.status;
  });
  session.on('Network.loadingFailed', ({ requestId }) => {
    const one = open.get(requestId);
    if (one) one.outcome ??= 'failed';
  });
  await session.send('Network.enable');
  return asked;
}

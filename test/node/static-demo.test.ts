import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';

const SITE = new URL('../../.site/demo/', import.meta.url);
const PREFIX = '/some/where/';
/** Ends what hangs. */
const TIMEOUT = 600_000;
/** All that the dullest of hosts knows. */
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

let server: Server;
let browser: Browser;
let base: string;
/** Paths that the host was asked for and did not have. */
const missing: string[] = [];

before(async () => {
  await promisify(execFile)(process.execPath, ['scripts/build-demo.ts']);
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://host');
    const name = pathname.startsWith(PREFIX) ? pathname.slice(PREFIX.length) : '..';
    const body = await readFile(new URL(name || 'index.html', SITE)).catch(() => null);
    if (!body || name.includes('..')) missing.push(pathname);
    response.writeHead(body ? 200 : 404, { 'Content-Type': TYPES[extname(name || '.html')] ?? '' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PREFIX}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

interface Visit {
  readonly page: Page;
  readonly complaints: string[];
  /** Requests that left the browser for another host than the site's own. */
  readonly strayed: string[];
}

/** A browser of its own, in which whatever is decoded can be listened to. */
async function visit(): Promise<Visit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const [complaints, strayed] = [[] as string[], [] as string[]];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const fault = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !fault) complaints.push(message.text());
  });
  context.on('response', (response) => {
    const isHome = response.url().startsWith(base) || response.url().startsWith('blob:');
    if (!isHome && !response.fromServiceWorker()) strayed.push(response.url());
  });
  context.on('requestfailed', (request) => {
    const isOver = request.failure()?.errorText === 'net::ERR_ABORTED';
    if (!isOver && !request.url().startsWith(base))
      strayed.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  await page.addInitScript(() => {
    const heard = new Map<HTMLMediaElement, AnalyserNode>();
    const { play } = HTMLMediaElement.prototype;
    const sound = new AudioContext();
    HTMLMediaElement.prototype.play = function () {
      // Stock hls.js is muted: what it decodes is heard by nobody.
      if (this.dataset.player) return play.call(this);
      void sound.resume();
      heard.set(this, heard.get(this) ?? sound.createAnalyser());
      this.addEventListener(
        'playing',
        () => {
          const { captureStream } = this as unknown as { captureStream(): MediaStream };
          const analyser = heard.get(this);
          if (analyser) sound.createMediaStreamSource(captureStream.call(this)).connect(analyser);
        },
        { once: true },
      );
      return play.call(this);
    };
    Object.assign(window, {
      /** The loudest sample of what is decoded just now. */
      loudness: () => {
        const samples = new Float32Array(2_048);
        return Math.max(
          0,
          ...[...heard.values()].map((analyser) => {
            analyser.getFloatTimeDomainData(samples);
            return Math.max(...samples.map(Math.abs));
          }),
        );
      },
    });
  });
  return { page, complaints, strayed };
}

const says = (page: Page, id: string, text: string) =>
  page.waitForFunction(
    ([name, words]) => document.getElementById(name ?? '')?.textContent?.includes(words ?? ''),
    [id, text],
  );

const isLoud = (page: Page) =>
  page.waitForFunction(() => (window as unknown as { loudness(): number }).loudness() > 0.02);

test('a static host is enough: the talk is heard, and goes on when CDN A is killed', async () => {
  const { page, complaints, strayed } = await visit();
  await page.goto(base);
  // At once, before the service worker can be there.
  await page.locator('#press').focus();
  await page.keyboard.press('Enter');
  await page.locator('body[data-status="hearing"]').waitFor();
  await says(page, 'from', 'CDN A');
  await isLoud(page);
  await says(page, 'patchbay', 'overloaded');
  await page.locator('summary', { hasText: 'Fault console' }).click();
  await page.getByText('WebRTC and the channel are missing here').waitFor();
  assert.equal(await page.locator('#whep-faults').isHidden(), true);
  // The door works, and so do the meters: the console is told of each request.
  await page.locator('#queue[data-at="queued"]').waitFor();
  await says(page, 'meters', 'request');

  await page.locator('#kill-one').focus();
  await page.keyboard.press('Enter');
  await says(page, 'from', 'CDN B');
  await page.locator('body[data-status="hearing"]').waitFor();
  await isLoud(page);
  await says(page, 'events', 'You set CDN A: 503');
  // Stock hls.js is there as well, and its requests meet the same faults.
  await page.locator('#versus-stock[data-sound="silent"]').waitFor();
  await page.getByRole('button', { name: '503, CDN A', pressed: true }).waitFor();

  // The stage is the worker's and not the page's: a reload does not mend what is broken.
  await page.reload();
  await page.getByRole('button', { name: 'Listen' }).click();
  await page.locator('body[data-status="hearing"]').waitFor();
  await says(page, 'from', 'CDN B');
  await page.locator('summary', { hasText: 'Fault console' }).click();
  await page.getByRole('button', { name: '503, CDN A', pressed: true }).waitFor();
  await isLoud(page);
  await says(page, 'queue-turn', 'You are in');
  await says(page, 'from', 'Main server');
  await says(page, 'from-more', 'LL-HLS');
  await isLoud(page);
  assert.deepEqual(complaints, []);
  assert.deepEqual(strayed, []);
  assert.deepEqual(missing, []);
  await page.context().close();
});

test('the other pages are static too, and what is pasted into the lab runs in a box', async () => {
  const { page, complaints, strayed } = await visit();
  await page.goto(`${base}index.html`);
  await page.getByRole('link', { name: 'how it works' }).click();
  await page.locator('#crowd-plot svg').waitFor();
  await page.getByRole('link', { name: 'Policy lab' }).click();
  await says(page, 'effort', 'simulated in');
  const policy = await page.evaluate(async () =>
    (await fetch('lab/sandbox.js')).headers.get('content-security-policy'),
  );
  assert.match(policy ?? '', /default-src 'none'.*connect-src 'none'/);
  await page.getByText('Your own retry policy').click();
  await page.getByLabel('Your retry policy, in JavaScript').fill('() => 60_000');
  await page.getByRole('button', { name: 'Run this policy', exact: true }).click();
  await says(page, 'figures', 'Your policy');
  assert.deepEqual(complaints, []);
  assert.deepEqual(strayed, []);
  assert.deepEqual(missing, []);
  await page.context().close();
});

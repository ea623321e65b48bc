import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { EARSHOT, earshotFiles, type Files } from '../../bench/lib/bundle.ts';
import { type Fault, type Stage, startStage } from '../../demo/stage/stage.ts';
import type { Session, Wait } from '../../src/index.ts';

declare global {
  var session: Session;
}

/** Ends what hangs; how long a machine takes is no matter here. */
const PATIENCE = { timeout: 600_000, polling: 50 };
const HUNG_FOR = 2_500;

let browser: Browser;
let files: Files;

/** A page that listens to the one source of its stage as soon as it is loaded. */
class Outage {
  readonly stage: Stage;
  readonly context: BrowserContext;
  readonly page: Page;
  from = 0;

  constructor(stage: Stage, context: BrowserContext, page: Page) {
    this.stage = stage;
    this.context = context;
    this.page = page;
  }

  static async begin(fault: Fault): Promise<Outage> {
    const stage = await startStage({
      countRefused: true,
      routes: (request, response) => {
        const { pathname } = new URL(request.url ?? '', 'http://stage');
        const file = files.get(pathname);
        if (pathname !== '/' && !file) return false;
        response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html');
        response.end(file ?? listening(stage.cdn.a));
        return true;
      },
    });
    const context = await browser.newContext();
    const outage = new Outage(stage, context, await context.newPage());
    await outage.page.goto(stage.url);
    await outage.hears();
    outage.from = Date.now();
    await stage.setFault('a', fault);
    return outage;
  }

  /** When the CDN was asked since the fault began, epoch ms. */
  get arrivals(): number[] {
    const asked = this.stage.requests.filter(({ origin }) => origin === 'a');
    return asked.map(({ at }) => at).filter((at) => at >= this.from);
  }

  /** What the only source waits for, once it does. */
  async wait(page = this.page): Promise<Wait> {
    const handle = await page.waitForFunction(
      () => globalThis.session?.state.ladder[0]?.wait,
      null,
      PATIENCE,
    );
    return (await handle.jsonValue()) as Wait;
  }

  async hears(page = this.page): Promise<void> {
    await page.waitForFunction(() => globalThis.session?.state.hearing, null, PATIENCE);
  }

  async arrival(count: number): Promise<void> {
    while (this.arrivals.length < count) await wait(20);
  }

  /** Until when a page that hears nothing says that it waits. */
  async deadline(page = this.page): Promise<number> {
    const waiting = () => {
      const { state } = globalThis.session ?? {};
      return state?.status === 'waiting' && state.wait.until;
    };
    const handle = await page.waitForFunction(waiting, null, PATIENCE);
    return Number(await handle.jsonValue());
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  /** Nothing is asked before the deadline, whatever the state says; then it is asked. */
  async keeps(deadline: number, asked: number): Promise<void> {
    await this.arrival(asked + 1);
    const next = this.arrivals[asked] ?? 0;
    assert.ok(next >= deadline, `asked ${deadline - next} ms before the deadline`);
  }

  /** The fault ends, and with it the silence: without a gesture. */
  async recovers(...pages: Page[]): Promise<void> {
    await this.stage.setFault('a', { kind: 'none' });
    await Promise.all([this.page, ...pages].map((page) => this.hears(page)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await this.stage.close();
  }
}

const listening = (cdn: string): string => `<!doctype html><title>reload</title>
  <script type="module">
    import { listen } from '${EARSHOT}';
    globalThis.session = listen({ stage: '${cdn}/talk.m3u8' });
  </script>`;

/**
 * What is done before a deadline that stands makes no request until then. On a machine too slow to do it in time
 * nothing would be seen: there the deadline is put further off.
 */
async function withinDeadline(
  deed: (outage: Outage, until: number) => Promise<Page[]>,
): Promise<void> {
  for (let retryAfter = 10; ; retryAfter *= 3) {
    await using outage = await Outage.begin({ kind: 'unavailable', retryAfter });
    const { until } = await outage.wait();
    const asked = outage.arrivals.length;
    const pages = await deed(outage, until);
    if (Date.now() >= until) continue;
    await outage.keeps(until, asked);
    await outage.recovers(...pages);
    return;
  }
}

describe('a reload in the middle of an outage', { concurrency: true }, () => {
  before(async () => {
    files = await earshotFiles('src');
    browser = await launch();
  });
  after(() => browser.close());

  const FAULTS: Record<string, Fault> = {
    '503 with Retry-After 10': { kind: 'unavailable', retryAfter: 10 },
    '503 bare': { kind: 'unavailable' },
    'connection refused': { kind: 'refuse' },
  };
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`${name}: makes no request before the deadline that stood`, async () => {
      await using outage = await Outage.begin(fault);
      const { until } = await outage.wait();
      if (name.includes('10')) assert.ok(until >= outage.from + 10_000);
      const asked = outage.arrivals.length;
      await outage.reload();
      assert.ok((await outage.deadline()) >= until);
      await outage.keeps(until, asked);
      await outage.recovers();
    });
  }

  test('five in a row make no request, and do not bring the deadline forward', async () => {
    await withinDeadline(async (outage, until) => {
      for (let times = 0; times < 5; times++) {
        await outage.reload();
        assert.ok((await outage.deadline()) >= until);
      }
      return [];
    });
  });

  test('hang: a request that hung for long has failed, and its retry waits', async () => {
    await using outage = await Outage.begin({ kind: 'hang' });
    await outage.arrival(1);
    await wait(HUNG_FOR);
    const asked = outage.arrivals.length;
    const reloadedAt = Date.now();
    await outage.reload();
    const until = await outage.deadline();
    assert.ok(until > reloadedAt);
    await outage.reload();
    assert.ok((await outage.deadline()) >= until);
    await outage.keeps(until, asked);
    await outage.recovers();
  });

  test('hang: the second try of a hanging origin gains nothing either', async () => {
    await using outage = await Outage.begin({ kind: 'unavailable' });
    await outage.wait();
    await outage.stage.setFault('a', { kind: 'hang' });
    const asked = outage.arrivals.length;
    // The probe is booked before it is made: a reload at once, while it hangs, finds a deadline.
    await outage.arrival(asked + 1);
    const before = outage.arrivals.length;
    await outage.reload();
    const until = await outage.deadline();
    await outage.keeps(until, before);
    await outage.recovers();
  });

  test('a second tab of the same browser waits as well', async () => {
    await withinDeadline(async (outage, until) => {
      const tab = await outage.context.newPage();
      await tab.goto(outage.stage.url);
      assert.ok((await outage.deadline(tab)) >= until);
      return [tab];
    });
  });
});

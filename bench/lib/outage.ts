import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Fault, type RequestRecord, type Stage, startStage } from '../../demo/stage/stage.ts';
import type {} from '../page/ear.ts';
import { type Asked, askedOf } from './asked.ts';
import { visitor } from './browser.ts';
import type { Files } from './bundle.ts';
import { pageOf, site } from './site.ts';

export const KINDS = ['earshot', 'stock', 'recipe'] as const;
export type Kind = (typeof KINDS)[number];

/** What one listener did in an outage, and after it. */
export interface Lived {
  readonly kind: Kind;
  /** Epoch ms of each request during the outage, as the page made it. */
  readonly asked: readonly number[];
  /** How many of them the stage saw; `null` where it cannot tell whose they were. */
  readonly arrived: number | null;
  readonly fatal: number;
  /** Seconds from the end of the outage to sound; `null` if none came by itself. */
  readonly silentAfter: number | null;
}

export interface Outage {
  readonly fault: Fault;
  readonly seconds: number;
  /** Of each kind. */
  readonly listeners: number;
}

interface Listener {
  readonly id: string;
  readonly kind: Kind;
  readonly page: Page;
  readonly asked: readonly Asked[];
}

/** Ends what hangs. */
const START_WITHIN = 600_000;
const HEARD_FIRST = 5_000;
/** The longest wait of the policy while nothing is heard, three times over. */
const RESUME_WITHIN = 360_000;
const GIVEN_UP_AFTER = 30_000;
const LOOK_EVERY = 500;

/** All kinds of listeners live through the same outage of the only source, at the same time. */
export async function outage(browsers: Browser[], files: Files[], plan: Outage): Promise<Lived[]> {
  const stage = await startStage({ countRefused: true, routes: site(files, ['ear']) });
  try {
    const ids = Array.from({ length: plan.listeners }, (_, index) => index + 1);
    const wanted = ids.flatMap((id) => KINDS.map((kind) => ({ kind, id: `${kind}-${id}` })));
    const opening = wanted.map(async (one, index) => {
      const context = await visitor(browsers[index % browsers.length] as Browser, one.id);
      return open(context, stage, one);
    });
    return await live(stage, await Promise.all(opening), plan);
  } finally {
    await Promise.all(browsers.flatMap((one) => one.contexts()).map((one) => one.close()));
    await stage.close();
  }
}

/** Settles when the listener hears. */
async function open(
  context: BrowserContext,
  stage: Stage,
  { id, kind }: Pick<Listener, 'id' | 'kind'>,
): Promise<Listener> {
  const page = await context.newPage();
  const asked = await askedOf(page, stage.cdn.a);
  await page.goto(pageOf(stage.url, 'listener', { kind, url: `${stage.cdn.a}/talk.m3u8` }));
  await start({ id, page, asked });
  return { id, kind, page, asked };
}

async function start({ id, page, asked }: Pick<Listener, 'id' | 'page' | 'asked'>): Promise<void> {
  const hears = (ms: number) => globalThis.bench?.ear.heard().total > ms;
  const options = { timeout: START_WITHIN, polling: LOOK_EVERY };
  await page.waitForFunction(hears, HEARD_FIRST, options).catch(async (cause) => {
    const seen = await page.evaluate(() => globalThis.bench?.ear.describe());
    throw new Error(`${id} did not start: ${seen}, ${JSON.stringify(asked)}`, { cause });
  });
}

async function live(stage: Stage, listeners: Listener[], plan: Outage): Promise<Lived[]> {
  const from = Date.now();
  await stage.setFault('a', plan.fault);
  await wait(plan.seconds * 1000);
  await Promise.all(listeners.map(({ page }) => page.evaluate(() => void bench.ear.mark())));
  const to = Date.now();
  await stage.setFault('a', { kind: 'none' });
  const records = [...stage.requests];
  const during = (at: number) => at >= from && at < to;
  return Promise.all(
    listeners.map(async (listener) => {
      const resumedAt = await resumption(listener, to);
      return {
        kind: listener.kind,
        asked: listener.asked.map(({ at }) => at).filter(during),
        arrived: arrivals(
          records.filter(({ at }) => during(at)),
          listener.id,
        ),
        fatal: await listener.page.evaluate(() => bench.ear.fatal),
        silentAfter: resumedAt && Math.max(0, resumedAt - to) / 1000,
      };
    }),
  );
}

const arrivals = (records: RequestRecord[], id: string): number | null =>
  records.some(({ userAgent }) => !userAgent)
    ? null
    : records.filter(({ listener }) => listener === id).length;

/** When the listener's sound came back; `null` if it did not, or cannot any more. */
async function resumption({ page, asked }: Listener, back: number): Promise<number | null> {
  while (Date.now() < back + RESUME_WITHIN) {
    const { resumedAt, fatal } = await page.evaluate(() => ({
      resumedAt: bench.ear.resumedAt(),
      fatal: bench.ear.fatal,
    }));
    if (resumedAt) return resumedAt;
    // A player that has failed for good and asks for nothing cannot come back by itself.
    const lastSign = Math.max(back, asked.at(-1)?.at ?? 0);
    if (fatal && Date.now() - lastSign > GIVEN_UP_AFTER) return null;
    await wait(LOOK_EVERY);
  }
  return null;
}

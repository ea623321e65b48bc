import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Stage, startStage } from '../../../demo/stage/stage.ts';
import type {} from '../../page/listener.ts';
import type {} from '../../page/silences.ts';
import {
  earshotFiles,
  type Files,
  hlsFiles,
  pageFiles,
  type Origin as Sources,
} from '../bundle.ts';
import type { Kind } from '../outage.ts';
import { pageOf, site } from '../site.ts';
import type { Origin } from './origin.ts';
import { Served } from './served.ts';

const PATIENCE = { timeout: 60_000, polling: 50 };
const SOUND_WITHIN = 500;

let scripts: Promise<Files[]> | undefined;

/** A stage whose program is a sound without a pause, and the pages that play it. */
export async function openSweep(sources: Sources): Promise<Stage> {
  scripts ??= Promise.all([
    earshotFiles(sources),
    hlsFiles('full'),
    pageFiles('ear', 'silences', 'listener'),
  ]);
  return startStage({ program: 'sweep', routes: site(await scripts, ['ear', 'silences']) });
}

export interface ListenerOptions {
  /** Default: Earshot. */
  readonly kind?: Kind;
  /** Path of what the page is to play. Default: the playlist of the stage. */
  readonly path?: string;
  /** Told of the listener before its page opens. */
  readonly begin?: (listener: Listener) => void;
}

/** A page that hears an origin, and the origin that it hears. */
export class Listener {
  readonly kind: Kind;
  readonly served: Served;
  readonly context: BrowserContext;
  readonly page: Page;
  /** When it began to hear well, epoch ms. */
  from = 0;

  private constructor(kind: Kind, served: Served, context: BrowserContext, page: Page) {
    this.kind = kind;
    this.served = served;
    this.context = context;
    this.page = page;
  }

  static async open(
    browser: Browser,
    stage: Stage,
    { kind = 'earshot', path = '/sweep.m3u8', begin = () => {} }: ListenerOptions = {},
  ): Promise<Listener> {
    const served = await Served.open(stage);
    const context = await browser.newContext();
    const listener = new Listener(kind, served, context, await context.newPage());
    begin(listener);
    const url = served.origin.url + path;
    await listener.page.goto(pageOf(stage.url, 'listener', { kind, url }));
    return listener;
  }

  get origin(): Origin {
    return this.served.origin;
  }

  /** Sound, and a buffer as full as it gets. */
  async settles(ms = 6_000, patience = PATIENCE): Promise<void> {
    await this.page.waitForFunction(() => bench.sound.heardAt > 0, null, patience);
    await this.page.waitForTimeout(ms);
    this.from = Date.now();
  }

  /** Ms of silence since it heard well, longest stretch first; one that goes on included. */
  async silences(): Promise<number[]> {
    const all = await this.page.evaluate(() => bench.sound.silences);
    const since = all.filter(([from]) => from >= this.from).map(([from, to]) => to - from);
    return since.sort((a, b) => b - a);
  }

  /** Whether there is sound now. */
  hears(): Promise<boolean> {
    return this.page.evaluate((within) => Date.now() - bench.sound.heardAt < within, SOUND_WITHIN);
  }

  /** Waits until it is heard, and no longer than so many ms. */
  async hearsWithin(timeout: number): Promise<void> {
    const condition = (within: number) => Date.now() - bench.sound.heardAt < within;
    await this.page
      .waitForFunction(condition, SOUND_WITHIN, { timeout, polling: 50 })
      .catch(() => {});
  }

  /** For the one who wonders why. */
  async explain(): Promise<string> {
    const seconds = (at: number) => ((at - this.from) / 1000).toFixed(1);
    const { told, silences } = await this.page.evaluate(() => ({
      told: bench.ear.told,
      silences: bench.sound.silences,
    }));
    return [
      `silences ${silences.map(([from, to]) => `${seconds(from)} to ${seconds(to)}`).join(', ')}`,
      ...told.map(({ at, text }) => `${seconds(at)} ${text}`),
      ...this.origin.entries.map(
        ({ at, path, status, isSpoilt }) =>
          `${seconds(at)} ${path} ${status}${isSpoilt ? ' spoilt' : ''}`,
      ),
    ].join('\n');
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.served.close();
  }
}

import type { Browser, Page } from 'playwright-core';
import { type Stage, type StageOptions, startStage } from '../../../demo/stage/stage.ts';
import type {} from '../../page/probe.ts';
import { visitor } from '../browser.ts';
import type { Files } from '../bundle.ts';
import { pageOf, site } from '../site.ts';
import type { Sound } from '../sound.ts';

/** What a page played from its steady sound on, and when, in ms of it, something was noted. */
export interface Heard {
  readonly sound: Sound;
  readonly notes: readonly {
    readonly name: string;
    readonly at: number;
    readonly detail: unknown;
  }[];
}

/** Who listens, and on what. */
export interface Plan {
  readonly player: string;
  /** It is recorded from when it has sounded for so long, ms. */
  readonly steady: number;
  readonly stage: StageOptions;
  /** Runs before the page opens. */
  readonly ready?: (stage: Stage) => void;
  /** What its page is told besides the stage. */
  readonly query?: Record<string, string>;
  /** By how many times its CPU is slower, from when it has sounded on. */
  readonly slower?: number;
  /** Of all its HTTP: latency in ms, bytes per second. */
  readonly network?: {
    readonly latency: number;
    readonly downloadThroughput: number;
    readonly uploadThroughput: number;
  };
}

/** A listener on a stage of its own. */
export interface Listening {
  readonly stage: Stage;
  readonly page: Page;
  note(name: string): Promise<void>;
  /** Waits until it has sounded for so long without a break, its pauses aside; false: it has not. */
  sounds(ms: number, within: number): Promise<boolean>;
}

const START_WITHIN = 60_000;
const LOOK_EVERY = 50;
const BEGIN = 'begin';

/** Lets a player play, and records it until `act` is done. */
export async function listening(
  browser: Browser,
  files: Files[],
  plan: Plan,
  act: (listening: Listening) => Promise<void>,
): Promise<Heard> {
  const routes = site(files, ['probe']);
  const stage = await startStage({ program: 'coded', routes, ...plan.stage });
  const context = await visitor(browser, plan.player);
  try {
    const page = await context.newPage();
    plan.ready?.(stage);
    const sounds = (ms: number, within: number) =>
      page
        .waitForFunction((wanted) => globalThis.bench?.probe?.soundingFor() >= wanted, ms, {
          timeout: within,
          polling: LOOK_EVERY,
        })
        .then(() => true)
        .catch(() => false);
    const note = (name: string) => page.evaluate((one) => bench.probe.mark(one), name);
    if (plan.network) {
      const session = await context.newCDPSession(page);
      await session.send('Network.emulateNetworkConditions', { offline: false, ...plan.network });
    }
    const query = { stage: stage.documentUrl, ...plan.query };
    await page.goto(pageOf(stage.url, plan.player, query));
    if (!(await sounds(plan.steady, START_WITHIN))) throw new Error(`${plan.player} is not heard.`);
    if (plan.slower) {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: plan.slower });
    }
    await note(BEGIN);
    await act({ stage, page, note, sounds });
    return await heardBy(page);
  } finally {
    await context.close();
    await stage.close();
  }
}

async function heardBy(page: Page): Promise<Heard> {
  const { rate, first, sound, marks } = await page.evaluate(() => bench.probe.recording());
  const bytes = Uint8Array.from(Buffer.from(sound, 'base64'));
  const begin = marks.find(({ name }) => name === BEGIN)?.frame ?? 0;
  if (begin < first) throw new Error('The recording was interrupted.');
  const samples = new Float32Array(bytes.buffer).subarray(begin - first);
  const notes = marks.map(({ name, frame, detail }) => {
    return { name, at: ((frame - begin) * 1000) / rate, detail };
  });
  return { sound: { rate, samples }, notes };
}

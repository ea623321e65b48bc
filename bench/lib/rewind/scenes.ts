import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Fault } from '../../../demo/stage/stage.ts';
import type {} from '../../page/players/driven.ts';
import type { Files } from '../bundle.ts';
import { type Heard, type Listening, listening } from '../continuity/listening.ts';

/** What a listener does, or goes through. */
export const SCENES = ['back', 'pause', 'untilLive', 'tunnel'] as const;
export type Scene = (typeof SCENES)[number];

/** Where the listener is live. */
export const SOURCES = ['whep', 'hls'] as const;
export type SourceKind = (typeof SOURCES)[number];

/** What was heard of a scene. */
export interface Lived {
  readonly heard: Heard;
  /** Ms from the act until the listener was live again; `null`: not waited for, `Infinity`: not within the cap. */
  readonly liveAfter: number | null;
}

/** How long what happens in a scene takes, ms. */
export interface Lengths {
  /** Listened to after going back, before going to live. */
  readonly forward: number;
  readonly pause: number;
}

export const LENGTHS: Lengths = { forward: 30_000, pause: 40_000 };
export const SHORT: Lengths = { forward: 10_000, pause: 10_000 };
/** How far a listener goes back, s. */
export const BACK_S = 15;

const STEADY = 3_000;
/** A listener of HLS is heard at its own distance from live before anything happens. */
const HEARD_BEFORE = 8_000;
const SPREAD = 4_000;
const EACH = 1_370;
const AFTER = 6_000;
const ALREADY_ON_AIR = 120_000;
const IN_TUNNEL = 25_000;
const LIVE_WITHIN = 300_000;
/** So much further behind live than before counts as live again, ms. */
const LIVE_AGAIN = 1_500;
const SEGMENT = 4_000;

/** Lets one listener live through a scene. The runs come at different times of a segment. */
export async function live(
  browser: Browser,
  files: Files[],
  { source, scene, run }: { source: SourceKind; scene: Scene; run: number },
  lengths: Lengths,
): Promise<Lived> {
  const now = Date.now() - ALREADY_ON_AIR;
  const startsAt = now - (now % SEGMENT);
  const plan = {
    player: 'driven',
    steady: STEADY,
    stage: { whep: source === 'whep', startsAt },
    query: { startsAt: String(startsAt) },
  };
  let liveAfter: number | null = null;
  const heard = await listening(browser, files, plan, async (one) => {
    await wait(HEARD_BEFORE + ((run * EACH) % SPREAD));
    const kind = await one.page.evaluate(() => bench.driven.session.state.source?.kind);
    if (kind !== source) throw new Error(`${source} fell before anything happened.`);
    const behind = await one.page.evaluate(() => bench.driven.session.state.behindLive ?? 0);
    if (scene === 'back' || scene === 'untilLive') await goesBack(one);
    if (scene === 'back') {
      await wait(lengths.forward);
      await one.page.evaluate(() => bench.driven.goLive());
    }
    if (scene === 'pause') {
      await one.page.evaluate(() => bench.driven.pause());
      await wait(lengths.pause);
      await one.page.evaluate(() => bench.driven.resume());
    }
    if (scene === 'tunnel') await passesTunnel(one);
    if (scene === 'tunnel' || scene === 'untilLive')
      liveAfter = await untilLive(one, behind + LIVE_AGAIN, source);
    await wait(AFTER);
  });
  return { heard, liveAfter };
}

async function goesBack({ page }: Listening): Promise<void> {
  const isBack = await page.evaluate((seconds) => bench.driven.back(seconds), BACK_S);
  if (!isBack) throw new Error('back() was refused.');
}

/** No request and no packet gets through for a while, and the browser says that it is offline. */
async function passesTunnel({ page, stage, note }: Listening): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const offline = (is: boolean) =>
    session.send('Network.emulateNetworkConditions', {
      offline: is,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
  const packets = async (kind: 'packetsStop' | 'none') => {
    if (stage.whep) await stage.setFault('whep', { kind } as Fault);
  };
  await page.evaluate(() => bench.driven.inAWord());
  await note('tunnel');
  await Promise.all([offline(true), packets('packetsStop')]);
  await wait(IN_TUNNEL);
  await Promise.all([offline(false), packets('none')]);
  await note('out');
}

async function untilLive({ page }: Listening, most: number, kind: SourceKind): Promise<number> {
  const from = Date.now();
  const isLive = await page
    .waitForFunction(([ms, one]) => bench.driven.isLive(ms, one), [most, kind] as const, {
      timeout: LIVE_WITHIN,
      polling: 250,
    })
    .then(() => true)
    .catch(() => false);
  return isLive ? Date.now() - from : Number.POSITIVE_INFINITY;
}

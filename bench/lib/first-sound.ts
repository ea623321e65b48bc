import type { Browser } from 'playwright-core';
import type { Stage } from '../../demo/stage/stage.ts';
import type {} from '../page/probe.ts';
import { visitor } from './browser.ts';
import { pageOf } from './site.ts';

/** The ways to hear a source that are compared. */
export const PLAYERS = ['earshot-whep', 'bare-whep', 'earshot-hls', 'bare-hls'] as const;
export type Player = (typeof PLAYERS)[number];

const AUDIBLE = 0.02;
const WITHIN = 30_000;

/** Milliseconds from the call to the first sample that can be heard. */
export async function firstSound(browser: Browser, stage: Stage, player: Player): Promise<number> {
  const context = await visitor(browser, player);
  try {
    const page = await context.newPage();
    const url = player.endsWith('whep') ? `${stage.url}/whep/sweep` : `${stage.cdn.a}/sweep.m3u8`;
    await page.goto(pageOf(stage.url, 'first', { player, url }));
    const heard = await page.waitForFunction(
      (level) => globalThis.bench?.probe?.firstSound(level),
      AUDIBLE,
      { timeout: WITHIN, polling: 50 },
    );
    return (await heard.jsonValue()) as number;
  } finally {
    await context.close();
  }
}

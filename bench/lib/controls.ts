import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Files } from './bundle.ts';
import { recordControl } from './recording.ts';
import { type Seam, seamOf } from './seam.ts';

/** What the instrument says of sound that the bench itself has damaged. Milliseconds. */
export interface Controls {
  /** Silence of one of several mutes of 100 ms, on average. */
  readonly muted: number;
  /** Lost by a seek of 300 ms forward, which moves the sound by that much. */
  readonly skipped: number;
  /** Heard twice by a seek of 300 ms back. */
  readonly repeated: number;
}

const MUTE = 100;
const MUTES = 5;
const SEEK = 300;
const APART = 700;
const SETTLE = 2_000;
const MUTE_WITHIN = 15;
const SEEK_WITHIN = 40;

/** Does known damage to the sound of a listener, and lets the instrument find it. */
export async function controls(browser: Browser, files: Files[]): Promise<Controls> {
  const muting = await recordControl(browser, files, async (page) => {
    for (let times = 0; times < MUTES; times++) {
      await page.evaluate((ms) => bench.tap.mute(ms), MUTE);
      await wait(APART);
    }
  });
  const sought = (ms: number) =>
    recordControl(browser, files, async (page) => {
      await page.evaluate((by) => bench.tap.seek(by), ms);
      await wait(SETTLE);
    });
  return {
    muted: seamOf(muting).silence / MUTES,
    skipped: seamOf(await sought(SEEK)).lost,
    repeated: seamOf(await sought(-SEEK)).twice,
  };
}

/** Why the instrument cannot be trusted; empty if it can. */
export function distrust({ muted, skipped, repeated }: Controls): string[] {
  const seen = (name: keyof Seam, found: number, done: number, within: number) =>
    Math.abs(found - done) > within && `control: ${found.toFixed(0)} ms ${name} of ${done} ms`;
  return [
    seen('silence', muted, MUTE, MUTE_WITHIN),
    seen('lost', skipped, SEEK, SEEK_WITHIN),
    seen('twice', repeated, SEEK, SEEK_WITHIN),
  ].filter((one) => one !== false);
}

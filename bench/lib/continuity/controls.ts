import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Files } from '../bundle.ts';
import { median } from '../table.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Listening, listening } from './listening.ts';
import { piecesOf } from './pieces.ts';

/** What the instrument says of sound that the bench itself has damaged. Milliseconds. */
export interface Controls {
  /** Silence of a mute of 100 ms within a word, the median of several. */
  readonly muted: number;
  /** The same of a remote stream. */
  readonly mutedStream: number;
  /** Lost by a seek of 300 ms forward. */
  readonly skipped: number;
  /** Heard twice by a seek of 300 ms back. */
  readonly repeated: number;
  /** All damage that was told where none was done, by playing on at 1.1x. */
  readonly atSpeed: number;
}

const MUTE = 100;
const MUTES = 3;
const SEEK = 300;
const SPEED = 1.1;
const STEADY = 3_000;
const AFTER = 3_000;
const AT_SPEED = 8_000;
const MUTE_WITHIN = 15;
const SEEK_WITHIN = 40;
const WITHIN_A_WORD = [400, 480] as const;

/** Does known damage to the sound of players without any fault, and lets the instrument find it. */
export async function controls(browser: Browser, files: Files[]): Promise<Controls> {
  const judge = async (player: string, act: (one: Listening) => Promise<void>) => {
    const plan = { player, steady: STEADY, stage: { whep: player !== 'hls' } };
    return figuresOf(piecesOf((await listening(browser, files, plan, act)).sound));
  };
  const muting = async ({ page }: Listening) => {
    for (let times = 0; times < MUTES; times++) {
      await inAWord(page);
      await page.evaluate((ms) => bench.probe.mute(ms), MUTE);
      await wait(MUTE);
    }
    await wait(STEADY);
  };
  const seeking =
    (ms: number) =>
    async ({ page }: Listening) => {
      await inAWord(page);
      await page.evaluate((by) => bench.probe.seek(by), ms);
      await wait(AFTER);
    };
  const faster = await judge('hls', async ({ page }) => {
    await page.evaluate((rate) => bench.probe.speed(rate), SPEED);
    await wait(AT_SPEED);
  });
  return {
    muted: silenceOf(await judge('hls', muting)),
    mutedStream: silenceOf(await judge('plain', muting)),
    skipped: (await judge('hls', seeking(SEEK))).lost,
    repeated: (await judge('hls', seeking(-SEEK))).twice,
    atSpeed: faster.silence + faster.lost + faster.twice,
  };
}

const silenceOf = ({ seams }: Figures): number =>
  median(seams.filter(({ kind }) => kind === 'silence').map(({ ms }) => ms)) ?? 0;

/** Waits until as much of a word has passed as a seek goes back, and more is still to come. */
const inAWord = (page: Listening['page']) =>
  page.waitForFunction(
    ([least, most]) => {
      const begun = bench.probe.wordFor();
      return begun >= least && begun < most;
    },
    WITHIN_A_WORD,
    { polling: 20 },
  );

/** Why the instrument cannot be trusted; empty if it can. */
export function distrust(found: Controls): string[] {
  const seen = (what: string, told: number, done: number, within: number) =>
    Math.abs(told - done) > within && `control: ${told.toFixed(0)} ms ${what} of ${done} ms`;
  return [
    seen('silence', found.muted, MUTE, MUTE_WITHIN),
    seen('silence of a stream', found.mutedStream, MUTE, MUTE_WITHIN),
    seen('lost', found.skipped, SEEK, SEEK_WITHIN),
    seen('twice', found.repeated, SEEK, SEEK_WITHIN),
    seen('damage at 1.1x', found.atSpeed, 0, 0),
  ].filter((one) => one !== false);
}

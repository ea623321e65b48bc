// 15 s back and forward again, with real HLS and real WebRTC in a real browser, judged by program time.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { earshotFiles, pageFiles } from '../../bench/lib/bundle.ts';
import { pageOf, site } from '../../bench/lib/site.ts';
import type {} from '../../bench/page/ear.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';

const HEARD_WITHIN_MS = 60_000;
/** The word that was asked for sounds within this time. */
const SOUNDS_WITHIN_MS = 700;
/** The state is a quarter of a second old at most, and a word at the seam may come again. */
const ROUNDING_MS = 400;

let stage: Stage;
let browser: Browser | undefined;
let page: Page;

const heard = (kind: string) =>
  page.waitForFunction(
    (wanted) => {
      const state = globalThis.bench?.session?.state;
      return state?.hearing && state.source?.kind === wanted;
    },
    kind,
    { timeout: HEARD_WITHIN_MS },
  );

async function listens(whep: boolean): Promise<void> {
  const files = [await earshotFiles(), await pageFiles('ear', 'listener')];
  stage = await startStage({ whep, routes: site(files, ['ear']) });
  browser ??= await launch();
  page = await browser.newPage();
  const url = whep ? stage.documentUrl : `${stage.cdn.a}/talk.m3u8`;
  await page.goto(pageOf(stage.url, 'listener', { kind: 'earshot', url }));
  await heard(whep ? 'whep' : 'hls');
  const from = await word();
  await page.waitForFunction((at) => (bench.session?.state.programTime ?? 0) > at + 3_000, from);
}

const word = () => page.evaluate(() => bench.session?.state.programTime ?? 0);

/** Goes back, and measures in the page: how far the word moved, and how long until it sounds. */
const back = (seconds: number) =>
  page.evaluate(async (by) => {
    const { session } = bench;
    if (!session) throw new Error('Nobody listens.');
    const before = session.state.programTime ?? 0;
    const from = performance.now();
    const isThere = await session.back(by);
    while (!session.state.hearing) await new Promise(requestAnimationFrame);
    const took = performance.now() - from;
    const { state } = session;
    return { isThere, took, moved: (state.programTime ?? 0) - before, state };
  }, seconds);

afterEach(async () => {
  await page.close();
  await stage.close();
});
after(() => browser?.close());

test('from HLS, 15 s back sounds at once, and so does live', async () => {
  await listens(false);
  const behind = await page.evaluate(() => bench.session?.state.behindLive ?? 0);
  const { isThere, took, moved, state } = await back(15);
  assert.equal(isThere, true);
  assert.ok(took < SOUNDS_WITHIN_MS, `${took} ms`);
  assert.ok(Math.abs(moved + 15_000) < ROUNDING_MS, `${moved} ms`);
  assert.equal(state.source?.kind, 'hls');
  assert.ok((state.seekable?.to ?? 0) - (state.seekable?.from ?? 0) > 60_000);
  await page.evaluate(() => bench.session?.goLive());
  await page.waitForFunction(
    (most) => (bench.session?.state.behindLive ?? Number.POSITIVE_INFINITY) < most,
    behind + 5_000,
  );
});

test('from WebRTC, HLS plays the word, and WebRTC is not blamed', async () => {
  await listens(true);
  assert.equal(await page.evaluate(() => bench.session?.state.seekable?.from), null);
  const { isThere, took, moved, state } = await back(15);
  assert.equal(isThere, true);
  assert.ok(took < SOUNDS_WITHIN_MS, `${took} ms`);
  assert.ok(Math.abs(moved + 15_000) < ROUNDING_MS, `${moved} ms`);
  assert.equal(state.source?.kind, 'hls');
  assert.equal(state.ladder[0]?.status, 'ready');
  const forward = await back(-10);
  assert.equal(forward.isThere, true);
  assert.ok(Math.abs(forward.moved - 10_000) < ROUNDING_MS, `${forward.moved} ms`);
});

test('a pause on WebRTC goes on at the next word', async () => {
  await listens(true);
  await page.evaluate(() => bench.session?.pause());
  const before = await word();
  const since = await page.evaluate(() => performance.now());
  await page.waitForFunction((from) => performance.now() - from > 8_000, since);
  const paused = await word();
  assert.ok(Math.abs(paused - before) < ROUNDING_MS, `${paused - before} ms`);
  await page.evaluate(() => bench.session?.resume());
  await heard('hls');
  const now = await word();
  assert.ok(now > before - ROUNDING_MS && now < before + 2_000, `${now - before} ms`);
});

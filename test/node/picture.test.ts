import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import type { EarshotListener } from '../../src/element/index.ts';
import { type FilmedStage, startFilmedStage } from './picture/filmed-stage.ts';

/** Ends what hangs; how long a machine takes is no matter here. */
const PATIENCE = { timeout: 600_000, polling: 50 };
const HTML = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>A talk</title>
  <script type="module" src="/earshot/element.js"></script>
  <earshot-listener src="/stage.json" heading="A talk">
    <video slot="media" playsinline></video>
  </earshot-listener>
</html>`;

let browser: Browser;
let context: BrowserContext;
let stage: FilmedStage;
let page: Page;
let complaints: string[];

before(async () => {
  // Speaker and listener are on this machine, which may have no other network.
  browser = await launch('--allow-loopback-in-peer-connection');
});
after(() => browser?.close());

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 700, height: 720 } });
  stage = await startFilmedStage(context, HTML);
  complaints = [];
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(stage.url);
});

afterEach(async () => {
  await context?.close();
  await stage?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
/** Until the picture is seen, and the sound heard, by a source of a kind. */
const isSeen = (kind: string) =>
  page.waitForFunction(
    (wanted) => {
      const one = document.querySelector('earshot-listener') as EarshotListener;
      const hasSize = one.videoWidth === 320 && one.videoHeight === 180;
      return one.hearing && one.state?.source?.kind === wanted && hasSize;
    },
    kind,
    PATIENCE,
  );
const framesSeen = () =>
  page
    .locator('video')
    .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
const moves = async () => {
  const before = await framesSeen();
  await page.waitForFunction(
    (seen) =>
      (document.querySelector('video') as HTMLVideoElement).getVideoPlaybackQuality()
        .totalVideoFrames > seen,
    before + 5,
    PATIENCE,
  );
};

const isOn = (name: string, pressed: boolean) =>
  page.getByRole('button', { name, exact: true, pressed }).waitFor();
const tells = (type: string) =>
  page.evaluate((wanted) => {
    const one = document.querySelector('earshot-listener') as EarshotListener;
    globalThis.told = new Promise((resolve) => {
      one.addEventListener(wanted, () => resolve(wanted), { once: true });
    });
  }, type);
const toldOf = () => page.evaluate(() => globalThis.told);

declare global {
  var told: Promise<string>;
}

test('a picture is seen by WHEP, and by HLS once the speaker has vanished, and both buttons stay', async () => {
  await button('Listen').waitFor();
  assert.equal(await button('Full screen').count(), 0);
  assert.equal(await button('Picture in picture').count(), 0);
  assert.deepEqual(
    stage.requests.filter((one) => /stage|talk|whep/.test(one)),
    [],
  );
  await button('Listen').click();
  await isSeen('whep');
  await moves();
  await isOn('Full screen', false);
  await button('Picture in picture').click();
  await isOn('Picture in picture', true);
  await stage.vanish();
  await isSeen('hls');
  await moves();
  await isOn('Picture in picture', true);
  await isOn('Full screen', false);
  // That an endpoint which has vanished does not answer is all that the console tells.
  assert.deepEqual(
    complaints.filter((one) => !/ERR_EMPTY_RESPONSE/.test(one)),
    [],
  );
});

test('the picture leaves the page and comes back, by button and by call', async () => {
  await button('Listen').click();
  await isSeen('whep');
  await tells('enterpictureinpicture');
  await button('Picture in picture').click();
  assert.equal(await toldOf(), 'enterpictureinpicture');
  await isOn('Picture in picture', true);
  await tells('leavepictureinpicture');
  await button('Picture in picture').click();
  assert.equal(await toldOf(), 'leavepictureinpicture');
  await isOn('Picture in picture', false);
  const call = () =>
    (document.querySelector('earshot-listener') as EarshotListener)
      .requestPictureInPicture()
      .then(() => document.pictureInPictureElement?.localName);
  await page.getByRole('button', { name: 'Mute' }).press('Shift');
  assert.equal(await page.evaluate(call), 'video');
  await page.evaluate(() => document.exitPictureInPicture());
  await page.evaluate(() => document.querySelector('video')?.remove());
  await button('Picture in picture').waitFor({ state: 'detached' });
  assert.match(String(await page.evaluate(call).catch(String)), /NotSupportedError/);
});

test('the whole element goes onto the screen, with its controls, and comes back', async () => {
  await button('Listen').click();
  await isSeen('whep');
  await button('Full screen').press('Enter');
  await isOn('Full screen', true);
  const size = () =>
    page.evaluate(() => {
      const box = (name: string) => document.querySelector(name)?.getBoundingClientRect();
      const { width = 0, height = 0 } = box('earshot-listener') ?? {};
      const { bottom = 0, height: picture = 0 } = box('video') ?? {};
      return { fills: width === innerWidth && height === innerHeight, bottom, picture };
    });
  const { fills, bottom, picture } = await size();
  assert.equal(fills, true);
  assert.ok(picture > 360, `a picture of ${picture} pixels`);
  const live = await button('Go to live').boundingBox();
  assert.ok(live && live.y > bottom && live.y + live.height <= 720, 'below the picture');
  await button('Full screen').press('Space');
  await isOn('Full screen', false);
  assert.equal((await size()).fills, false);
});

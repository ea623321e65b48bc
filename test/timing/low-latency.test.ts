// Whether hls.js plays at the live edge of the embedded stage without a hole is a matter of the machine too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, test } from 'node:test';
import type Hls from 'hls.js';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';

let stage: Stage;
let browser: Browser | undefined;

afterEach(() => stage?.close());
after(() => browser?.close());

/** A page with hls.js on the main server: the CDNs are other origins to it. */
async function open(): Promise<Page> {
  const file = createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js');
  stage = await startStage({
    routes: (asked, response) => {
      const isScript = asked.url === '/hls.js';
      if (!isScript && asked.url !== '/page') return false;
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(
        isScript ? readFileSync(file) : '<!doctype html><script src="/hls.js"></script>',
      );
      return true;
    },
  });
  browser ??= await launch();
  const page = await browser.newPage();
  await page.goto(`${stage.url}/page`);
  return page;
}

declare global {
  interface Window {
    Hls: typeof Hls;
  }
}

/** Plays for some seconds of media, from so far behind live or where hls.js starts by itself. */
function play(page: Page, url: string, behind: number | null, seconds: number) {
  return page.evaluate(
    async ([source, secondsBehind, length]) => {
      const audio = document.createElement('audio');
      const hls = new window.Hls({ lowLatencyMode: true });
      const errors: string[] = [];
      let [stalls, ranges, parts] = [0, 1, 0];
      hls.on(window.Hls.Events.ERROR, (_, { details }) => errors.push(details));
      hls.on(window.Hls.Events.FRAG_LOADED, (_, { part }) => {
        if (part) parts++;
      });
      hls.once(window.Hls.Events.LEVEL_LOADED, (_, { details }) => {
        const [fragment] = details.fragments;
        if (secondsBehind === null || !fragment) return;
        const at = Date.now() - secondsBehind * 1000 - (fragment.programDateTime ?? 0);
        const position = fragment.start + at / 1000;
        // Loading anew fetches an unchanged playlist, and hls.js then waits seconds for the next one.
        if (secondsBehind > 1) return hls.startLoad(position);
        const seek = () => {
          audio.currentTime = position;
        };
        audio.addEventListener('loadedmetadata', seek, { once: true });
      });
      hls.loadSource(source);
      hls.attachMedia(audio);
      await audio.play();
      audio.addEventListener('waiting', () => stalls++);
      const from = audio.currentTime;
      while (audio.currentTime < from + length) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        ranges = Math.max(ranges, audio.buffered.length);
      }
      const latency = (Date.now() - (hls.playingDate?.getTime() ?? 0)) / 1000;
      hls.destroy();
      return { errors, stalls, ranges, parts, latency };
    },
    [url, behind, seconds] as const,
  );
}

test('hls.js plays at the live edge from parts, without a hole', async (t) => {
  const page = await open();
  for (const name of ['talk', 'sweep']) {
    const heard = await play(page, `${stage.cdn.a}/${name}-ll.m3u8`, null, 9);
    t.diagnostic(`${name}: ${heard.latency.toFixed(2)} s behind live, ${heard.parts} parts`);
    const { latency, parts, ...rest } = heard;
    assert.deepEqual(rest, { errors: [], stalls: 0, ranges: 1 });
    assert.ok(latency > 0.5 && latency < 2, `${latency}`);
    assert.ok(parts > 25);
  }
});

test('hls.js starts anywhere in the window, 0.7 s behind live too', async (t) => {
  const page = await open();
  for (const behind of [0.7, 5, 37.3, 80]) {
    const heard = await play(page, `${stage.cdn.b}/talk-ll.m3u8`, behind, 5);
    t.diagnostic(`${behind} s behind: ${heard.latency.toFixed(2)} s in the end`);
    assert.equal(heard.ranges, 1);
    assert.ok(Math.abs(heard.latency - behind) < 1, `${heard.latency}`);
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { after, afterEach, test } from 'node:test';
import type Hls from 'hls.js';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { splitFrames } from '../../demo/stage/adts.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const FIRST = (NOON - 120_000) / 4000;
const TAG_BYTES = 10 + 10 + 53;

let clock = NOON;
let stage: Stage;
let browser: Browser | undefined;

async function start(options: Parameters<typeof startStage>[0] = {}): Promise<void> {
  clock = NOON;
  stage = await startStage({ now: () => clock, startsAt: NOON - 120_000, ...options });
}

afterEach(() => stage?.close());
after(() => browser?.close());

const get = (path: string, base = stage.cdn.a) => fetch(`${base}${path}`);

const text = async (path: string) => (await get(path)).text();

async function bytes(path: string): Promise<Buffer> {
  const response = await get(path);
  assert.equal(response.status, 200, path);
  return Buffer.from(await response.arrayBuffer());
}

/** Whether an answer stays out while the stage's clock stands still. */
async function isHeld(answer: Promise<unknown>): Promise<boolean> {
  const settled = answer.then(
    () => true,
    () => true,
  );
  // Answers that are not held come before that of a request sent after them.
  for (let i = 0; i < 3; i++) await text('/talk.m3u8');
  return Promise.race([settled.then(() => false), Promise.resolve(true)]);
}

const msn = (part: number, ahead = 0) =>
  `/talk-ll.m3u8?_HLS_msn=${NOON / 4000 - FIRST + ahead}&_HLS_part=${part}`;

test('the low-latency playlist lists the parts that exist and hints at the next', async () => {
  await start();
  clock = NOON + 700;
  const lines = (await text('/talk-ll.m3u8')).split('\n');
  assert.ok(lines.includes('#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0'));
  assert.ok(lines.includes('#EXT-X-PART-INF:PART-TARGET=0.32'));
  const segment = NOON / 4000;
  assert.deepEqual(lines.slice(-5), [
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z',
    `#EXT-X-PART:DURATION=0.32,URI="talk/${segment}.0.aac",INDEPENDENT=YES`,
    `#EXT-X-PART:DURATION=0.32,URI="talk/${segment}.1.aac",INDEPENDENT=YES`,
    `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="talk/${segment}.2.aac"`,
    '',
  ]);
  const last = lines.filter((line) => line.includes(`${segment - 1}.12.aac`));
  assert.deepEqual(last, [
    `#EXT-X-PART:DURATION=0.16,URI="talk/${segment - 1}.12.aac",INDEPENDENT=YES`,
  ]);
  assert.equal(await text('/talk-ll.m3u8'), await (await get('/talk-ll.m3u8', stage.cdn.b)).text());
  stage.end();
  assert.match(await text('/talk-ll.m3u8'), /aac\n#EXT-X-ENDLIST\n$/);
});

for (const name of ['talk', 'audio', 'sweep']) {
  test(`the parts of ${name} are its segment, each under its own time`, async () => {
    await start();
    const segment = NOON / 4000 - 1;
    const whole = await bytes(`/${name}/${segment}.aac`);
    const parts: Buffer[] = [];
    for (let part = 0; part < 13; part++) {
      const sound = await bytes(`/${name}/${segment}.${part}.aac`);
      const pts = sound.readBigUInt64BE(TAG_BYTES - 8);
      assert.equal(Number(pts), (116_000 + part * 320) * 90);
      parts.push(sound.subarray(TAG_BYTES));
    }
    assert.deepEqual(Buffer.concat(parts), whole.subarray(TAG_BYTES));
    assert.equal(splitFrames(parts[12] as Buffer).length, 5);
    assert.equal((await get(`/${name}/${segment}.13.aac`)).status, 404);
  });
}

test('a reload waits for its part, and no longer', async () => {
  await start();
  clock = NOON + 100;
  const reload = get(msn(0));
  assert.equal(await isHeld(reload), true);
  clock = NOON + 320;
  const answer = await reload;
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /\.0\.aac",INDEPENDENT=YES\n#EXT-X-PRELOAD-HINT.*\.1\.aac"\n$/);
  assert.equal((await get(msn(0))).status, 200);
  const segment = get(`/talk-ll.m3u8?_HLS_msn=${NOON / 4000 - FIRST}`);
  const beyond = get(msn(13));
  clock = NOON + 3_999;
  assert.equal(await isHeld(segment), true);
  clock = NOON + 4_000;
  assert.match(await (await segment).text(), new RegExp(`\ntalk/${NOON / 4000}.aac\n`));
  assert.equal(await isHeld(beyond), true);
  clock = NOON + 4_320;
  assert.equal((await beyond).status, 200);
});

test('a hinted part is held until it exists; a later one is not there', async () => {
  await start();
  clock = NOON + 350;
  const hinted = get(`/talk/${NOON / 4000}.1.aac`);
  assert.equal((await get(`/talk/${NOON / 4000}.3.aac`)).status, 404);
  assert.equal(await isHeld(hinted), true);
  clock = NOON + 640;
  assert.equal((await hinted).status, 200);
});

test('what is too far ahead or no number is refused', async () => {
  await start();
  assert.equal((await get(msn(0, 3))).status, 400);
  for (const query of ['_HLS_part=1', '_HLS_msn=-1', '_HLS_msn=x', '_HLS_msn=1&_HLS_part=z']) {
    assert.equal((await get(`/talk-ll.m3u8?${query}`)).status, 400, query);
  }
  assert.equal((await get('/talk-ll.m3u8?_HLS_msn=0&_HLS_part=0')).status, 200);
});

test('a fault, the end of the stage and a listener who leaves end the waiting', async () => {
  await start();
  const faulted = get(msn(5));
  assert.equal(await isHeld(faulted), true);
  await stage.setFault('a', { kind: 'unavailable', retryAfter: 4 });
  assert.equal((await faulted).status, 503);
  assert.equal((await faulted).headers.get('retry-after'), '4');
  await stage.setFault('a', { kind: 'frozen' });
  clock += 400;
  const frozen = get(msn(0));
  const plain = await get('/talk-ll.m3u8');
  assert.doesNotMatch(await plain.text(), new RegExp(`${NOON / 4000}\\.0\\.aac",INDEPENDENT`));
  await stage.setFault('a', { kind: 'none' });
  assert.equal((await frozen).status, 200);
  const left = request(`${stage.cdn.a}${msn(9)}`, { agent: false }).on('error', () => {});
  left.end();
  const seen = new Promise((resolve) => stage.onRequest(({ status }) => resolve(status)));
  left.once('socket', (socket) => socket.once('connect', () => setImmediate(() => left.destroy())));
  assert.equal(await seen, null);
  const ended = get(msn(9));
  stage.end();
  assert.match(await (await ended).text(), /ENDLIST/);
});

test('behind the door the low-latency playlist and its parts need a pass', async () => {
  await start({ door: { capacity: 1000 } });
  const list = await get('/floor/talk-ll.m3u8', stage.url);
  const pass = list.headers.get('earshot-pass')?.split(';')[0] ?? '';
  assert.equal(list.status, 200);
  const part = `${stage.url}/floor/talk/${NOON / 4000 - 1}.3.aac`;
  assert.equal((await fetch(part)).status, 403);
  assert.equal((await fetch(part, { headers: { 'Earshot-Pass': pass } })).status, 200);
});

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

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { afterEach, test } from 'node:test';
import { splitFrames } from '../../demo/stage/adts.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const FIRST = (NOON - 120_000) / 4000;
const TAG_BYTES = 10 + 10 + 53;

let clock = NOON;
let stage: Stage;

async function start(options: Parameters<typeof startStage>[0] = {}): Promise<void> {
  clock = NOON;
  stage = await startStage({ now: () => clock, startsAt: NOON - 120_000, ...options });
}

afterEach(() => stage?.close());

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

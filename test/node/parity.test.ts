// The verdict of the parity bench, and that its origins serve well what they encrypt and cut up. No browser.
import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { byteRanges, encrypted } from '../../bench/lib/misdeeds/deliveries.ts';
import { Origin } from '../../bench/lib/misdeeds/origin.ts';
import { once, oneSegment } from '../../bench/lib/misdeeds/ways.ts';
import { attemptsWithin, latestAfter } from '../../bench/lib/windows.ts';
import type { Lived, Row } from '../../bench/parity/live.ts';
import { medianOf, worseIn } from '../../bench/parity/verdict.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';

const lived = (more: Partial<Lived> = {}): Lived => ({
  ...{ silence: 0, isBack: true, requests: 14, overhead: 7, failed: 0 },
  ...more,
});
const dead = lived({ silence: 20, isBack: false, requests: 3, overhead: 3, failed: 3 });
const row = (earshot: Lived, stock: Lived, recipe: Lived): Row => ({
  ...{ name: 'a misdeed', earshot, stock, recipe },
});

describe('the verdict', () => {
  test('is judged by the better peer', () => {
    assert.equal(worseIn(row(lived({ silence: 3 }), dead, lived({ silence: 2.6 }))).length, 0);
    assert.equal(worseIn(row(lived({ silence: 3 }), dead, lived({ silence: 2.4 }))).length, 1);
  });

  test('who does not come back is worse, unless nobody does', () => {
    assert.equal(worseIn(row(dead, dead, lived({ silence: 20 }))).length, 1);
    assert.equal(worseIn(row(dead, dead, dead)).length, 0);
  });

  test('counts requests that bring nothing: of a dead peer only failures', () => {
    assert.equal(worseIn(row(lived({ overhead: 9 }), lived(), dead)).length, 0);
    assert.equal(worseIn(row(lived({ overhead: 10 }), lived(), dead)).length, 1);
    assert.equal(worseIn(row(lived({ overhead: 10 }), dead, dead)).length, 0);
    assert.equal(worseIn(row(lived({ failed: 6 }), dead, dead)).length, 1);
  });

  test('allows the draw that was under way when it ended, and no more', () => {
    assert.deepEqual([0, 10, 12, 20].map(latestAfter), [5.25, 30.25, 30.25, 60.25]);
    assert.equal(attemptsWithin(30), 3);
    const late = (silence: number) =>
      worseIn(row(lived({ silence }), dead, lived()), { drawnFor: 12 });
    assert.equal(late(30.7).length, 0);
    assert.equal(late(30.8).length, 1);
  });

  test('of three runs is that of the medians', () => {
    const runs = [0, 9, 0.4].map((silence) => row(lived({ silence }), lived(), dead));
    assert.deepEqual(worseIn(medianOf(runs)), []);
  });
});

describe('an origin', () => {
  let stage: Stage;
  let origin: Origin;
  before(async () => {
    stage = await startStage({ program: 'sweep' });
    origin = await Origin.open(stage.cdn.a);
  });
  after(async () => {
    await origin?.close();
    await stage?.close();
  });

  const get = async (path: string, headers = {}) => {
    const answer = await fetch(`${origin.url}/${path}`, { headers });
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  };
  const plain = async (segment: string) =>
    Buffer.from(await (await fetch(`${stage.cdn.a}/sweep/${segment}.aac`)).arrayBuffer());

  test('encrypts each segment by its key and its number', async () => {
    origin.delivery = encrypted();
    const playlist = String((await get('sweep.m3u8')).body);
    const sequence = Number(/SEQUENCE:(\d+)/.exec(playlist)?.[1]);
    const [, key = '', segment = ''] =
      /URI="(keys.*)"\n.*\n.*\nsweep\/(\d+)\.aac/.exec(playlist) ?? [];
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(sequence, 12);
    const decipher = createDecipheriv('aes-128-cbc', (await get(key)).body, iv);
    const { body } = await get(`sweep/${segment}.aac`);
    const decrypted = Buffer.concat([decipher.update(body), decipher.final()]);
    assert.deepEqual(decrypted, await plain(segment));
  });

  test('serves segments as ranges', async () => {
    const read = async (delivery: typeof origin.delivery) => {
      origin.delivery = delivery;
      return String((await get('sweep.m3u8')).body);
    };
    const firstOf = async () => /sweep\/(\d+)/.exec(await read(() => undefined))?.[1] ?? '';
    let first = '';
    let playlist = '';
    // The window may move between two reads.
    do {
      first = await firstOf();
      playlist = await read(byteRanges);
    } while (first !== (await firstOf()));
    origin.delivery = byteRanges;
    const [, size = 0, from = 0, file = ''] =
      /BYTERANGE:(\d+)@(\d+)\n(.*)/.exec(playlist)?.map((one) => Number(one) || one) ?? [];
    const to = Number(from) + Number(size) - 1;
    const { status, body } = await get(String(file), { range: `bytes=${from}-${to}` });
    assert.equal(status, 206);
    assert.deepEqual(body, await plain(first));
  });

  test('spoils one segment, once, and says so', async () => {
    origin.delivery = () => undefined;
    const [first, second] = String((await get('sweep.m3u8')).body).match(/sweep.*aac/g) ?? [];
    origin.misdeed = once(oneSegment(() => ({ status: 503 })));
    const paths = [first, first, second].map(String);
    const statuses: number[] = [];
    for (const path of paths) statuses.push((await get(path)).status);
    assert.deepEqual(statuses, [503, 200, 200]);
    const spoilt = origin.entries.filter(({ isSpoilt }) => isSpoilt);
    assert.deepEqual(
      spoilt.map(({ path }) => path),
      [`/${first}`],
    );
  });

  test('breaks off in the middle of a body', async () => {
    const path = /sweep.*aac/.exec(String((await get('sweep.m3u8')).body))?.[0] ?? '';
    origin.misdeed = async ({ well }) => ({ ...(await well()), breaksAt: 0.5 });
    await assert.rejects(get(path));
  });
});

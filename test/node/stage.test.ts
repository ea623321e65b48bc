import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { afterEach, test } from 'node:test';
import { SEGMENT_FRAMES, splitFrames } from '../../demo/stage/adts.ts';
import { loadTalkIndex } from '../../demo/stage/assets.ts';
import { type RequestRecord, type Stage, startStage } from '../../demo/stage/stage.ts';
import { assertFits } from '../../demo/stage/talk.ts';
import { everySpokenTime, spokenTime } from '../../demo/stage/timecode.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const TAG_BYTES = 10 + 10 + 53;

let clock = NOON;
let stage: Stage;

async function start(options: Parameters<typeof startStage>[0] = {}): Promise<void> {
  clock = NOON;
  stage = await startStage({ now: () => clock, ...options });
}

afterEach(() => stage?.close());

async function playlist(name = 'talk', base = stage.cdn.a) {
  const response = await fetch(`${base}/${name}.m3u8`);
  const text = await response.text();
  return {
    text,
    sequence: Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]),
    times: [...text.matchAll(/DATE-TIME:(.+)/g)].map((match) => Date.parse(match[1] ?? '')),
    segments: [...text.matchAll(/^\w+\/(\d+)\.aac$/gm)].map((match) => Number(match[1])),
  };
}

async function segment(number: number, name = 'talk', base = stage.cdn.a): Promise<Buffer> {
  const response = await fetch(`${base}/${name}/${number}.aac`);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

function command(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stage.url}/console`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The code with which a plain connection or request to a URL fails. */
async function failure(url: string): Promise<string> {
  const request = get(url, { agent: false });
  const [error] = (await once(request, 'error')) as [NodeJS.ErrnoException];
  return error.code ?? '';
}

test('every time of a day fits into its segment, in good English', () => {
  assert.deepEqual(spokenTime(0), [['0 seconds']]);
  assert.deepEqual(spokenTime(68_000), [['1 minute'], ['8 seconds']]);
  assert.deepEqual(spokenTime(3_604_000), [['1 hour'], ['0 minutes'], ['4 seconds']]);
  assert.deepEqual(spokenTime(75_696_000), [
    ['20-', '1 hours'],
    ['1 minute'],
    ['30-', '6 seconds'],
  ]);
  for (const time of everySpokenTime()) assertFits(loadTalkIndex(), time);
});

test('the playlist grows by a segment only when it is complete, and slides', async () => {
  await start({ windowSeconds: 12, startsAt: NOON - 9_000 });
  const first = (NOON - 12_000) / 4000;
  assert.deepEqual((await playlist()).segments, [first, first + 1, first + 2]);
  clock += 3_999;
  assert.equal((await playlist()).sequence, 0);
  assert.equal((await fetch(`${stage.cdn.a}/talk/${first + 3}.aac`)).status, 404);
  clock += 1;
  const slid = await playlist();
  assert.equal(slid.sequence, 1);
  assert.deepEqual(slid.segments, [first + 1, first + 2, first + 3]);
  assert.equal((await segment(first)).length > TAG_BYTES, true);
  assert.doesNotMatch(slid.text, /ENDLIST/);
  stage.end();
  clock += 60_000;
  const ended = await playlist();
  assert.deepEqual(ended.segments, slid.segments);
  assert.match(ended.text, /ENDLIST/);
});

test('a stage that has just started has a whole window, and its recording', async () => {
  await start();
  const live = await playlist();
  assert.equal(live.segments.length, 23);
  assert.deepEqual(
    live.times,
    live.segments.map((number) => number * 4000),
  );
  assert.equal(live.times.at(-1), NOON - 4000);
  const vod = await playlist('talk-vod');
  assert.deepEqual(vod.segments, live.segments);
  assert.match(vod.text, /PLAYLIST-TYPE:VOD[\s\S]*ENDLIST\n$/);
});

for (const name of ['talk', 'audio', 'sweep', 'coded']) {
  test(`segments of ${name}: the time in the tag, 125 frames, the same on both CDNs`, async () => {
    await start({ startsAt: NOON - 100_000 });
    const { segments } = await playlist(name);
    for (const number of segments.slice(-3)) {
      const bytes = await segment(number, name);
      const pts = bytes.subarray(0, TAG_BYTES).readBigUInt64BE(TAG_BYTES - 8);
      assert.equal(Number(pts), (number * 4000 - (NOON - 100_000)) * 90);
      assert.equal(splitFrames(bytes.subarray(TAG_BYTES)).length, SEGMENT_FRAMES);
      assert.deepEqual(bytes, await segment(number, name, stage.cdn.b));
    }
  });
}

test('a playlist lists the date ranges of its window, and those of the next seconds', async () => {
  const ranges = [-120_000, -60_000, 5_000, 60_000].map((by) => ({
    ...{ id: `${by}`, type: 'slide' },
    at: NOON + by,
  }));
  await start({ ranges: () => ranges });
  for (const name of ['talk', 'talk-ll']) {
    const { text } = await playlist(name);
    const listed = [...text.matchAll(/^#EXT-X-DATERANGE:ID="(.+?)",CLASS="slide"/gm)];
    assert.deepEqual(
      listed.map(([, id]) => id),
      ['-60000', '5000'],
      name,
    );
    assert.ok(text.includes('START-DATE="2026-11-22T12:00:05.000Z"'));
  }
});

test('the time of the tag wraps at 33 bits', async () => {
  const longAgo = NOON - 4000 * 23_861;
  await start({ startsAt: longAgo });
  const bytes = await segment(NOON / 4000 - 1);
  const pts = bytes.subarray(0, TAG_BYTES).readBigUInt64BE(TAG_BYTES - 8);
  assert.equal(pts, BigInt(4000 * 23_860 * 90) % 2n ** 33n);
});

test('HEAD, ranges, preflights and headers', async () => {
  await start();
  const url = `${stage.cdn.a}/talk/${NOON / 4000 - 1}.aac`;
  const head = await fetch(url, { method: 'HEAD' });
  assert.equal(head.headers.get('content-type'), 'audio/aac');
  assert.equal(head.headers.get('cache-control'), 'max-age=3600');
  assert.match(head.headers.get('access-control-expose-headers') ?? '', /Retry-After.*RateLimit/);
  const size = Number(head.headers.get('content-length'));
  const part = await fetch(url, { headers: { Range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 10-19/${size}`);
  assert.equal((await part.arrayBuffer()).byteLength, 10);
  const suffix = await fetch(url, { headers: { Range: 'bytes=-5' } });
  assert.equal(suffix.headers.get('content-range'), `bytes ${size - 5}-${size - 1}/${size}`);
  assert.equal((await fetch(url, { headers: { Range: `bytes=${size}-` } })).status, 416);
  assert.equal((await fetch(url, { method: 'OPTIONS' })).status, 204);
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 405);
  assert.equal((await fetch(`${stage.cdn.a}/../../etc/passwd`)).status, 404);
});

test('refusals carry Retry-After as it was given, and hit one origin only', async () => {
  await start();
  await stage.setFault('a', { kind: 'unavailable', retryAfter: 7 });
  const busy = await fetch(`${stage.cdn.a}/talk.m3u8`);
  assert.equal(busy.status, 503);
  assert.equal(busy.headers.get('retry-after'), '7');
  assert.equal(busy.headers.get('cache-control'), 'no-store');
  assert.equal(busy.headers.get('access-control-allow-origin'), '*');
  const date = new Date(NOON).toUTCString();
  await stage.setFault('a', { kind: 'tooMany', retryAfter: date });
  const tooMany = await fetch(`${stage.cdn.a}/talk.m3u8`);
  assert.equal(tooMany.status, 429);
  assert.equal(tooMany.headers.get('retry-after'), date);
  await stage.setFault('a', { kind: 'gone' });
  assert.equal((await fetch(`${stage.cdn.a}/talk.m3u8`)).status, 404);
  assert.equal((await fetch(`${stage.cdn.b}/talk.m3u8`)).status, 200);
  assert.deepEqual(stage.fault('a'), { kind: 'gone' });
});

test('hang accepts and never answers', async () => {
  await start();
  await stage.setFault('a', { kind: 'hang' });
  const seen = new Promise<RequestRecord>((resolve) => stage.onRequest(resolve));
  const hanging = assert.rejects(fetch(`${stage.cdn.a}/talk.m3u8?listener=x1`));
  const record = await seen;
  assert.equal(record.status, null);
  assert.equal(record.fault, 'hang');
  assert.equal(record.listener, 'x1');
  await stage.close();
  await hanging;
});

test('drip answers at once and then slowly', async () => {
  await start();
  await stage.setFault('a', { kind: 'drip', bytesPerSecond: 100 });
  const response = await fetch(`${stage.cdn.a}/talk.m3u8`);
  assert.equal(response.status, 200);
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  assert.equal(value?.length, 10);
  await reader?.cancel();
});

test('frozen stops the growth of one CDN and of the document', async () => {
  await start();
  await stage.setFault('all', { kind: 'frozen' });
  await stage.setFault('b', { kind: 'none' });
  const before = await playlist();
  clock += 8_000;
  assert.equal((await playlist()).text, before.text);
  assert.equal((await playlist('talk', stage.cdn.b)).sequence, before.sequence + 2);
  const document = (await (await fetch(stage.documentUrl)).json()) as { serverTime: string };
  assert.equal(Date.parse(document.serverTime), NOON);
  await stage.setFault('a', { kind: 'none' });
  assert.equal((await playlist()).sequence, before.sequence + 2);
});

test('corrupt spoils the segments and not the playlist', async () => {
  await start();
  const number = NOON / 4000 - 1;
  const sound = await segment(number);
  await stage.setFault('a', { kind: 'corrupt' });
  assert.equal((await playlist()).segments.at(-1), number);
  const garbage = await segment(number);
  assert.equal(garbage.length, sound.length);
  assert.throws(() => splitFrames(garbage));
  await stage.setFault('a', { kind: 'none' });
  assert.deepEqual(await segment(number), sound);
});

test('reset destroys the connection at each request', async () => {
  await start();
  await stage.setFault('all', { kind: 'reset' });
  assert.equal(await failure(`${stage.cdn.a}/talk.m3u8`), 'ECONNRESET');
  assert.equal(await failure(stage.documentUrl), 'ECONNRESET');
  assert.deepEqual(
    stage.requests.map(({ origin, status, fault }) => ({ origin, status, fault })),
    [
      { origin: 'a', status: null, fault: 'reset' },
      { origin: 'stage', status: null, fault: 'reset' },
    ],
  );
});

test('refuse closes the port and none opens it again; the console stays', async () => {
  await start();
  await stage.setFault('all', { kind: 'refuse' });
  assert.equal(await failure(`${stage.cdn.a}/talk.m3u8`), 'ECONNREFUSED');
  assert.equal(await failure(`${stage.cdn.b}/talk.m3u8`), 'ECONNREFUSED');
  assert.equal(await failure(stage.documentUrl), 'ECONNRESET');
  assert.equal((await fetch(`${stage.url}/console`)).status, 200);
  void stage.setFault('a', { kind: 'none' });
  void stage.setFault('a', { kind: 'refuse' });
  await stage.setFault('a', { kind: 'none' });
  assert.equal((await playlist()).segments.length, 23);
});

test('countRefused counts the connections that it destroys', async () => {
  await start({ countRefused: true });
  await stage.setFault('a', { kind: 'refuse' });
  const port = Number(new URL(stage.cdn.a).port);
  for (let i = 0; i < 3; i++) {
    await new Promise((done) => connect(port, '127.0.0.1').on('error', done));
  }
  assert.equal(stage.requests.length, 3);
  assert.deepEqual(stage.requests[0], {
    at: NOON,
    origin: 'a',
    method: '',
    path: '',
    userAgent: '',
    listener: null,
    status: null,
    fault: 'refuse',
  });
  await stage.setFault('a', { kind: 'none' });
  assert.equal((await playlist()).segments.length, 23);
});

test('the document names the sources, has an ETag and follows the stage', async () => {
  await start({ document: { spread: 30, note: 'x' } });
  const response = await fetch(stage.documentUrl);
  const document = (await response.json()) as Record<string, unknown>;
  assert.equal(response.headers.get('cache-control'), 'max-age=5');
  assert.equal(document.version, 1);
  assert.equal(document.state, 'live');
  assert.equal(document.spread, 30);
  assert.equal(document.note, 'x');
  assert.deepEqual(document.sources, [
    { kind: 'hls', url: `${stage.cdn.a}/talk.m3u8` },
    { kind: 'hls', url: `${stage.cdn.b}/talk.m3u8` },
    { kind: 'hls', url: `${stage.cdn.a}/audio.m3u8` },
    { kind: 'recording', url: `${stage.cdn.a}/talk-vod.m3u8` },
  ]);
  const tag = response.headers.get('etag') ?? '';
  clock += 999;
  const again = await fetch(stage.documentUrl, { headers: { 'If-None-Match': tag } });
  assert.equal(again.status, 304);
  stage.end();
  const ended = (await (await fetch(stage.documentUrl)).json()) as Record<string, unknown>;
  assert.equal(ended.state, 'ended');
  assert.equal(Number(ended.sequence) > Number(document.sequence), true);
});

test('the console takes what is valid, clamps it, and refuses the rest', async () => {
  await start();
  const slow = { origin: 'a', fault: { kind: 'drip', bytesPerSecond: -1, extra: 1 } };
  assert.equal((await command(slow)).status, 200);
  assert.deepEqual(stage.fault('a'), { kind: 'drip', bytesPerSecond: 1 });
  const refused: [unknown, Record<string, string>?][] = [
    ['{'],
    ['null'],
    [{ origin: 'c', fault: { kind: 'none' } }],
    [{ origin: 'a', fault: { kind: 'toString' } }],
    [{ origin: 'a', fault: { kind: 'drip', bytesPerSecond: '9' } }],
    [{ origin: 'a', fault: { kind: 'tooMany', retryAfter: '1\r\nX-Evil: 1' } }],
    [{ origin: 'a', fault: { kind: 'none' }, forSeconds: 'x' }],
    [{ origin: 'a', fault: { kind: 'none' }, pad: 'x'.repeat(5000) }],
    [slow, { 'Content-Type': 'text/plain' }],
    [slow, { Origin: 'https://evil.example' }],
    [slow, { Origin: 'null' }],
  ];
  for (const [body, headers] of refused) {
    const response = await command(body, headers);
    assert.equal(response.status, 400, JSON.stringify(body));
    assert.match(((await response.json()) as { error: string }).error, /./);
  }
  assert.deepEqual(stage.fault('a'), { kind: 'drip', bytesPerSecond: 1 });
  const preflight = await fetch(`${stage.url}/console`, { method: 'OPTIONS' });
  assert.equal(preflight.headers.get('access-control-allow-origin'), null);
});

test('the console counts arrivals and refusals by the second', async () => {
  await start();
  await playlist();
  clock += 2_000;
  await stage.setFault('a', { kind: 'unavailable' });
  await playlist();
  await playlist();
  const overview = (await (await fetch(`${stage.url}/console`)).json()) as {
    origins: { a: { arrivals: number[]; refusals: number[] } };
  };
  const { arrivals, refusals } = overview.origins.a;
  assert.equal(arrivals.length, 60);
  assert.deepEqual(arrivals.slice(-3), [1, 0, 2]);
  assert.deepEqual(refusals.slice(-3), [0, 0, 2]);
});

test('events tell of requests, of a fault, and of its end by itself', async () => {
  await start();
  const stream = await fetch(`${stage.url}/console/events`);
  await command({ origin: 'b', fault: { kind: 'gone' }, forSeconds: 0.001 });
  await fetch(`${stage.cdn.b}/talk.m3u8`, { headers: { 'User-Agent': 'bench listener-42' } });
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('{"kind":"none"}')) break;
  }
  assert.match(text, /event: fault\ndata: \{"origin":"b","fault":\{"kind":"gone"\}/);
  assert.match(text, /event: request\ndata: \{[^\n]*"listener":"42","status":404/);
  assert.deepEqual(stage.fault('b'), { kind: 'none' });
});

test('other paths of the main server are the routes', async () => {
  await start({
    routes: (request, response) => {
      if (request.url === '/broken') throw new Error('broken route');
      if (request.url !== '/') return false;
      response.end('page');
      return true;
    },
  });
  assert.equal(await (await fetch(stage.url)).text(), 'page');
  assert.equal((await fetch(`${stage.url}/other`)).status, 404);
  assert.equal((await fetch(`${stage.url}/broken`)).status, 500);
});

test('a closed stage leaves nothing that keeps a process alive', async () => {
  const script = `
    import { get } from 'node:http';
    import { startStage } from '${new URL('../../demo/stage/stage.ts', import.meta.url)}';
    const stage = await startStage();
    const open = (path) => get(path, { agent: false }).on('error', () => {});
    open(stage.url + '/console/events');
    await stage.setFault('a', { kind: 'hang' });
    await stage.setFault('b', { kind: 'drip', bytesPerSecond: 1 });
    let seen = 0;
    stage.onRequest(() => ++seen === 2 && stage.close().then(() => stage.close()));
    open(stage.cdn.a + '/talk.m3u8');
    open(stage.cdn.b + '/talk.m3u8');
  `;
  const args = ['--input-type=module', '--eval', script];
  const { status, stderr } = spawnSync(process.execPath, args, { timeout: 4000 });
  assert.equal(status, 0, String(stderr));
});

import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { createSigner } from '../../src/stage-server/index.ts';
import { until } from '../helpers/condition.ts';
import {
  assertUnhurt,
  heap,
  listenOn,
  request,
  SECRET,
  type Target,
  target,
  tenMegabytes,
  tenMegabytesInChunks,
} from '../helpers/hostile.ts';

type Upstream = Awaited<ReturnType<typeof listenOn>>;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const SDP = { 'content-type': 'application/sdp' };
const OFFER = 'v=0\r\n';

let sfu: Upstream;
let elsewhere: Upstream;
let own: Target;
let grewFrom = 0;
let answer: Answer;
/** Method and path of what the upstream was asked, and of what nobody should ask. */
let asked: string[] = [];
let strayed: string[] = [];
const closers: (() => Promise<void>)[] = [];

const whep = (url: string) => ({
  main: { upstream: `${url}/whep`, authorization: 'Bearer hidden' },
});
const make: Answer = (_, response) => {
  response.writeHead(201, { ...SDP, location: '/whep/session-1', etag: '"1"' }).end(OFFER);
};

before(async () => {
  sfu = await listenOn((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    answer(incoming, response);
  });
  elsewhere = await listenOn((incoming, response) => {
    strayed.push(`${incoming.method} ${incoming.url}`);
    response.end('secret');
  });
  own = await target({ whep: whep(sfu.url) });
});
after(async () => {
  await own.close();
  await sfu.close();
  await elsewhere.close();
});
beforeEach(() => {
  answer = make;
  asked = [];
  strayed = [];
  grewFrom = heap();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  assert.deepEqual(strayed, []);
  await assertUnhurt(own, grewFrom);
});

const offer = (url = own.url) =>
  fetch(`${url}/whep/main`, { method: 'POST', headers: SDP, body: OFFER });
const sessionOf = async (url = own.url): Promise<string> => {
  const made = await offer(url);
  assert.equal(made.status, 201, await made.text());
  return made.headers.get('location') ?? '';
};
const end = (path: string, url = own.url) => fetch(url + path, { method: 'DELETE' });
const other = async (options: Parameters<typeof target>[0]): Promise<Target> => {
  const made = await target(options);
  closers.push(made.close);
  return made;
};

test('44: an offer of ten megabytes, or one that is none, reaches no upstream', async () => {
  const head = 'POST /whep/main HTTP/1.1\r\nContent-Type: application/sdp';
  const length = `${head}\r\nContent-Length: ${10 * 1024 * 1024}`;
  assert.equal((await request(own.port, length, tenMegabytes())).status, 413);
  const chunked = `${head}\r\nTransfer-Encoding: chunked`;
  assert.equal((await request(own.port, chunked, tenMegabytesInChunks())).status, 413);
  for (const body of ['', 'x', '{"__proto__":{}}', '\0v=0']) {
    const { status } = await fetch(`${own.url}/whep/main`, { method: 'POST', headers: SDP, body });
    assert.equal(status, 400);
  }
  for (const type of ['text/plain', 'application/json', '']) {
    const headers = { 'content-type': type };
    const { status } = await fetch(`${own.url}/whep/main`, {
      method: 'POST',
      headers,
      body: OFFER,
    });
    assert.equal(status, 415);
  }
  assert.deepEqual(asked, []);
});

test('45: the URL of a session that was changed, or made by hand, is refused with 404', async () => {
  const path = await sessionOf();
  const signer = createSigner([SECRET]);
  const by = (text: string) => signer.seal(text).then((sealed) => `/whep/main/${sealed}`);
  const changed = (at: number) =>
    `${path.slice(0, at)}${path[at] === 'A' ? 'B' : 'A'}${path.slice(at + 1)}`;
  const named = { stage: 'talk', name: 'main', session: null };
  const forged = [
    ...[changed(path.length - 5), changed(path.length - 30), changed(12), changed(60)],
    ...[path.slice(0, -1), `${path}A`, `${path}/`, path.toUpperCase()],
    ...['/whep/main/x', '/whep/main/..', '/whep/main/....', `/whep/main/${'a'.repeat(8_000)}`],
    await by('{}'),
    await by(JSON.stringify({ ...named, url: `${elsewhere.url}/admin` })),
    await by(JSON.stringify({ ...named, url: 'file:///etc/passwd' })),
    await by(JSON.stringify({ url: `${sfu.url}/whep/session-9`, session: null })),
    await by(JSON.stringify({ ...named, name: '__proto__', url: `${sfu.url}/whep/1` })),
  ];
  for (const one of forged) assert.equal((await end(one)).status, 404, one.slice(0, 40));
  assert.deepEqual(asked, ['POST /whep']);
});

test('46: the URL of a session of another stage, or of another source, is refused', async () => {
  const both = { ...whep(sfu.url), second: { upstream: `${sfu.url}/second` } };
  const stage = await other({ stage: 'other', whep: both });
  const foreign = await sessionOf(stage.url);
  assert.equal((await end(foreign)).status, 404);
  assert.equal((await end(foreign.replace('/main/', '/second/'), stage.url)).status, 404);
  assert.equal((await end(foreign, stage.url)).status, 201);
  const moved = await other({ whep: whep(elsewhere.url) });
  assert.equal((await end(await sessionOf(), moved.url)).status, 404);
  const gone = await other({});
  assert.equal((await end(await sessionOf(), gone.url)).status, 404);
});

test('47: an upstream that points to another origin is not followed', async () => {
  for (const location of [
    `${elsewhere.url}/admin`,
    `//${new URL(elsewhere.url).host}/admin`,
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://[',
    `${sfu.url.replace('http:', 'https:')}/whep/1`,
  ]) {
    answer = (_, response) => response.writeHead(201, { ...SDP, location }).end(OFFER);
    const refused = await offer();
    assert.equal(refused.status, 503, location);
    assert.equal(refused.headers.get('location'), null);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  }
  answer = (_, response) => response.writeHead(201, SDP).end(OFFER);
  assert.equal((await offer()).status, 503);
});

test('48: a redirect of the upstream is answered with 502, and not followed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    answer = (_, response) =>
      response.writeHead(status, { location: `${elsewhere.url}/admin` }).end('elsewhere');
    const answered = await offer();
    assert.equal(answered.status, 502);
    assert.equal(answered.headers.get('location'), null);
  }
  answer = make;
  const path = await sessionOf();
  answer = (_, response) => response.writeHead(307, { location: `${elsewhere.url}/admin` }).end();
  assert.equal((await end(path)).status, 502);
});

test('49: an answer of ten megabytes, or one that never ends, is cut off', async () => {
  let sent = 0;
  const endless =
    (most: number): Answer =>
    (_, response) => {
      response.writeHead(201, { ...SDP, location: '/whep/1' });
      sent = 0;
      const more = () => {
        while (sent < most && !response.destroyed) {
          sent += 65_536;
          if (!response.write('a'.repeat(65_536))) return void response.once('drain', more);
        }
        if (!response.destroyed) response.end();
      };
      more();
    };
  answer = endless(10 * 1024 * 1024);
  assert.equal((await offer()).status, 503);
  answer = endless(Number.POSITIVE_INFINITY);
  assert.equal((await offer()).status, 503);
  assert.ok(sent < 8 * 1024 * 1024, `${sent} bytes`);
});

test('50: an upstream that never answers is given up, and the place is free again', async () => {
  const source = { main: { upstream: `${sfu.url}/whep`, door: 'floor' } };
  const door = { floor: { capacity: 100, most: 2, listeners: 1, tickets: false } };
  const guarded = await other({ whep: source, doors: door });
  let gone = 0;
  answer = (_, response) => void response.once('close', () => gone++);
  const waiting = [offer(guarded.url)];
  await until('the upstream is asked', () => asked.length === 1);
  const { status, headers } = (await Promise.all(waiting))[0] as Response;
  assert.equal(status, 503);
  assert.equal(headers.get('earshot-pass'), null);
  await until('the upstream is left', () => gone === 1);
  await guarded.stage.refresh();
  assert.equal(guarded.stage.stats().doors.floor?.inside, 0);
});

test('51: what the upstream says is passed on only as far as it concerns the listener', async () => {
  answer = (_, response) =>
    response
      .writeHead(201, {
        ...SDP,
        location: '/whep/1',
        'set-cookie': 'admin=1',
        'access-control-allow-origin': 'https://evil.example',
        'access-control-allow-credentials': 'true',
        'clear-site-data': '"*"',
        'earshot-pass': 'forged; max-age=9',
        'x-internal': 'secret',
        link: '<turn:turn.example>; rel="ice-server"',
      })
      .end(OFFER);
  const { headers } = await offer();
  const kept = [
    'set-cookie',
    'access-control-allow-credentials',
    'clear-site-data',
    'earshot-pass',
    'x-internal',
  ];
  for (const name of kept) assert.equal(headers.get(name), null, name);
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.equal(headers.get('cache-control'), 'private, no-store');
  assert.match(headers.get('link') ?? '', /turn/);
});

test("52: the listener's headers do not reach the upstream, and its secret not the listener", async () => {
  let seen: IncomingMessage['headers'] = {};
  answer = (incoming, response) => {
    seen = incoming.headers;
    make(incoming, response);
  };
  const headers = {
    ...SDP,
    authorization: 'Bearer mine',
    cookie: 'a=b',
    'x-forwarded-for': '1.2.3.4',
    'earshot-pass': 'x',
  };
  const made = await fetch(`${own.url}/whep/main`, { method: 'POST', headers, body: OFFER });
  assert.equal(seen.authorization, 'Bearer hidden');
  for (const name of ['cookie', 'x-forwarded-for', 'earshot-pass'])
    assert.equal(seen[name], undefined);
  const told = `${[...made.headers].join()} ${await made.text()}`;
  assert.doesNotMatch(told, /hidden|127\.0\.0\.1:\d/);
});

test('53: a PATCH of another type, or of ten megabytes, reaches no upstream', async () => {
  const path = await sessionOf();
  for (const type of ['text/plain', 'application/json']) {
    const headers = { 'content-type': type };
    const { status } = await fetch(own.url + path, { method: 'PATCH', headers, body: 'x' });
    assert.equal(status, 415);
  }
  const head = `PATCH ${path} HTTP/1.1\r\nContent-Type: application/trickle-ice-sdpfrag`;
  const length = `${head}\r\nContent-Length: ${10 * 1024 * 1024}`;
  assert.equal((await request(own.port, length, tenMegabytes())).status, 413);
  for (const method of ['GET', 'PUT', 'POST']) {
    assert.equal((await fetch(own.url + path, { method })).status, 405);
  }
  assert.deepEqual(asked, ['POST /whep']);
});

test('54: upstreams that answer with garbage are a 503 or a clear status', async () => {
  for (const status of [200, 204, 400, 401, 403, 404, 409, 415, 429, 500, 503]) {
    answer = (_, response) => void response.writeHead(status).end();
    const answered = await offer();
    assert.equal(answered.status, status);
    await answered.arrayBuffer();
  }
  answer = (_, response) => void response.socket?.end('garbage\r\n\r\n');
  assert.equal((await offer()).status, 503);
  answer = (_, response) => void response.socket?.destroy();
  assert.equal((await offer()).status, 503);
});

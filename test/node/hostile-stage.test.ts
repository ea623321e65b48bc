import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { ConfigError, createSigner, createStage } from '../../src/stage-server/index.ts';
import { until } from '../helpers/condition.ts';
import {
  assertUnhurt,
  heap,
  type Raw,
  raw,
  request,
  SECRET,
  type Target,
  target,
  tenMegabytes,
  tenMegabytesInChunks,
} from '../helpers/hostile.ts';

let own: Target;
let grewFrom = 0;
/** Started by a test, and closed after it. */
const closers: (() => Promise<void>)[] = [];

before(async () => {
  own = await target();
  // The door opens to all lots.
  own.turn(10_000);
  await until('the door is open', () => own.stage.stats().doors.floor?.open === 1);
  // What is loaded once does not count.
  await fetch(`${own.url}/stage.json`);
});
after(() => own.close());
beforeEach(() => {
  grewFrom = heap();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await assertUnhurt(own, grewFrom);
});

const check = (headers: Record<string, string>, query = '', { url } = own) =>
  fetch(`${url}/door/floor/check${query}`, { headers });
const refused = async (response: Promise<Response>, status: number): Promise<string> => {
  const answer = await response;
  const text = await answer.text();
  assert.equal(answer.status, status, text.slice(0, 200));
  return text;
};
const ticketOf = async (url = own.url): Promise<string> => {
  const answer = await fetch(`${url}/door/floor/tickets`, { method: 'POST' });
  return ((await answer.json()) as { ticket: string }).ticket;
};
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
/** Made without the library that reads it. */
const signed = (
  claims: unknown,
  secret = SECRET,
  header: unknown = { alg: 'HS256' },
  hash = 'sha256',
) => {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
};
const enter = async (): Promise<string> => {
  const answer = await check({ 'earshot-ticket': await ticketOf() });
  assert.equal(answer.status, 204, await answer.text());
  return answer.headers.get('earshot-pass')?.split(';')[0] ?? '';
};
const operatorOf = async ({ stage, url } = own): Promise<string> => {
  const invitation = (await stage.operatorPath()).split('token=')[1];
  const answer = await fetch(`${url}/operator/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: invitation }),
  });
  return ((await answer.json()) as { token: string }).token;
};
const api = (path: string, init: RequestInit & { token?: string | undefined } = {}) => {
  const { token, headers, ...rest } = init;
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${own.url}/operator/api/${path}`, { ...rest, headers: { ...bearer, ...headers } });
};
const JSON_TYPE = { 'content-type': 'application/json' };
const change = (token: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
  api('change', { method: 'POST', token, headers, body });
/** Who goes on sending may be cut off before the answer is read. */
const assertTooLarge = ({ status }: Raw) => assert.ok([431, 0].includes(status), `${status}`);
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('1: a ticket with another signature, or with other claims, is refused with 403', async () => {
  const ticket = await ticketOf();
  const [header, , signature] = ticket.split('.');
  const claims = claimsOf(ticket);
  for (const forged of [
    signed(claims, 'another secret, also of more than 32 bytes'),
    `${header}.${encoded({ ...claims, lot: 0 })}.${signature}`,
    `${ticket.slice(0, -4)}AAAA`,
    `${ticket}.`,
    'a.b.c',
    '.'.repeat(2_000),
  ]) {
    assert.match(await refused(check({ 'earshot-ticket': forged }), 403), /no ticket/);
  }
});

test('2: a pass with another signature, or with other claims, is refused with 403', async () => {
  const pass = await enter();
  const [header, , signature] = pass.split('.');
  const claims = claimsOf(pass);
  for (const forged of [
    signed(claims, 'another secret, also of more than 32 bytes'),
    `${header}.${encoded({ ...claims, expires: 9e15 })}.${signature}`,
    'x'.repeat(8_000),
  ]) {
    assert.match(await refused(check({ 'earshot-pass': forged }), 403), /no pass/);
  }
});

test('3: tokens of alg none, HS512, HS256 without a header, and with a crit are refused', async () => {
  const claims = claimsOf(await enter());
  for (const token of [
    `${encoded({ alg: 'none' })}.${encoded(claims)}.`,
    `${encoded({ alg: 'none' })}.${encoded(claims)}.${'A'.repeat(43)}`,
    signed(claims, SECRET, { alg: 'HS512' }, 'sha512'),
    signed(claims, SECRET, { alg: 'HS512' }),
    signed(claims, SECRET, {}),
    signed(claims, SECRET, { alg: 'HS256', crit: ['b64'], b64: false }),
    signed(claims, SECRET, '{"alg":"HS256","__proto__":{"alg":"none"}'),
  ]) {
    await refused(check({ 'earshot-pass': token }), 403);
  }
});

test('4: a ticket admits once, and its replay after half the life of a pass is refused', async () => {
  const ticket = await ticketOf();
  await refused(check({ 'earshot-ticket': ticket }), 204);
  own.turn(151_000);
  assert.match(await refused(check({ 'earshot-ticket': ticket }), 403), /been used/);
});

test('5: a pass that a newer one has replaced is refused', async () => {
  const first = await enter();
  const next = await check({ 'earshot-pass': first }, '?rejoin');
  const second = next.headers.get('earshot-pass')?.split(';')[0] ?? '';
  await refused(check({ 'earshot-pass': second }), 204);
  own.turn(31_000);
  assert.match(await refused(check({ 'earshot-pass': first }), 403), /newer pass/);
  await refused(check({ 'earshot-pass': second }), 204);
});

test('6: an expired ticket and an expired pass are refused', async () => {
  const [ticket, pass] = [await ticketOf(), await enter()];
  own.turn(300_000);
  assert.match(await refused(check({ 'earshot-pass': pass }), 403), /expired/);
  own.turn(21_600_000);
  assert.match(await refused(check({ 'earshot-ticket': ticket }), 403), /expired/);
});

test('7: tokens of another stage, door, epoch or kind, with the same secret, are refused', async () => {
  const [ticket, pass] = [await ticketOf(), await enter()];
  const other = { ticket: claimsOf(ticket), pass: claimsOf(pass) };
  for (const foreign of [{ stage: 'other' }, { door: 'other' }, { epoch: 1 }, { epoch: -1 }]) {
    const tokens = [signed({ ...other.ticket, ...foreign }), signed({ ...other.pass, ...foreign })];
    await refused(check({ 'earshot-ticket': tokens[0] ?? '' }), 403);
    await refused(check({ 'earshot-pass': tokens[1] ?? '' }), 403);
  }
  await refused(check({ 'earshot-ticket': pass }), 403);
  await refused(check({ 'earshot-pass': ticket }), 403);
  await refused(check({ 'earshot-pass': await operatorOf() }), 403);
});

test('8: claims of the wrong types are refused', async () => {
  const claims = claimsOf(await enter());
  for (const wrong of [
    { expires: '9e15' },
    { expires: null },
    { serial: 'x' },
    { epoch: {} },
    { id: 7 },
    { kind: '__proto__' },
    { stage: ['talk'] },
  ]) {
    await refused(check({ 'earshot-pass': signed({ ...claims, ...wrong }) }), 403);
  }
  for (const none of ['null', '7', '[]', '"x"', '{', deep(1_000)]) {
    await refused(check({ 'earshot-pass': signed(none) }), 403);
  }
});

test('9: ten megabytes in the POST of a ticket hurt nobody', async () => {
  const head = 'POST /door/floor/tickets HTTP/1.1\r\nContent-Type: text/plain';
  const length = `${head}\r\nContent-Length: ${10 * 1024 * 1024}`;
  assert.equal((await request(own.port, length, tenMegabytes())).status, 200);
  const chunked = `${head}\r\nTransfer-Encoding: chunked`;
  assert.equal((await request(own.port, chunked, tenMegabytesInChunks())).status, 200);
});

test("10: ten megabytes in the operator's API are refused with 413", async () => {
  const token = await operatorOf();
  const head = `POST /operator/api/change HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}`;
  const length = `${head}\r\nContent-Length: ${10 * 1024 * 1024}`;
  assert.equal((await request(own.port, length, tenMegabytes())).status, 413);
  const chunked = `${head}\r\nTransfer-Encoding: chunked`;
  assert.equal((await request(own.port, chunked, tenMegabytesInChunks())).status, 413);
});

test('11: a length that lies, two lengths, and a length beside chunks are refused', async () => {
  const head = 'POST /operator/api/login HTTP/1.1\r\nContent-Type: application/json';
  // The rest of the body is no request.
  const short = await request(own.port, `${head}\r\nContent-Length: 2`, ['{}{}{}{}']);
  assert.ok([400, 401].includes(short.status), `${short.status}`);
  assert.doesNotMatch(short.text, /HTTP\/1\.1 2/);
  const two = `${head}\r\nContent-Length: 2\r\nContent-Length: 3`;
  assert.equal((await request(own.port, two, ['{}'])).status, 400);
  const both = `${head}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked`;
  assert.equal((await request(own.port, both, ['0\r\n\r\n'])).status, 400);
  const negative = `${head}\r\nContent-Length: -1`;
  assert.equal((await request(own.port, negative, ['{}'])).status, 400);
});

test('12: ten megabytes of headers are cut off with 431', async () => {
  function* headers(): Iterable<string> {
    yield 'GET /stage.json HTTP/1.1\r\nHost: stage\r\n';
    for (const part of tenMegabytes()) yield `X-A: ${part}\r\n`;
    yield '\r\n';
  }
  assertTooLarge(await raw(own.port, headers()));
  function* many(): Iterable<string> {
    yield 'GET /stage.json HTTP/1.1\r\nHost: stage\r\n';
    for (let i = 0; i < 100_000; i++) yield `X-${i}: a\r\n`;
    yield '\r\n';
  }
  assertTooLarge(await raw(own.port, many()));
});

test('13: a request line of a megabyte is cut off with 431', async () => {
  const line = `GET /${'a'.repeat(1024 * 1024)} HTTP/1.1\r\n\r\n`;
  assertTooLarge(await raw(own.port, line));
  const query = `GET /door/floor/check?${'pass&'.repeat(200_000)} HTTP/1.1\r\n\r\n`;
  assertTooLarge(await raw(own.port, query));
});

test('14: names of every object are no doors, sources or pages', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '%00']) {
    await refused(fetch(`${own.url}/door/${name}/check`), 404);
    await refused(fetch(`${own.url}/door/${name}/tickets`, { method: 'POST' }), 404);
    await refused(fetch(`${own.url}/whep/${name}`, { method: 'POST', body: 'v=0' }), 404);
    await refused(fetch(`${own.url}/whep/${name}/x`, { method: 'DELETE' }), 404);
    await refused(fetch(`${own.url}/${name}`), 404);
  }
});

test('15: names of every object in a change or a configuration are refused, each by its path', async () => {
  const token = await operatorOf();
  for (const name of ['__proto__', 'constructor', 'toString', 'valueOf']) {
    const body = `{"doors":{"${name}":{"capacity":7}}}`;
    assert.match(await refused(change(token, body), 400), new RegExp(`doors.*${name}`));
    assert.match(await refused(change(token, `{"${name}":{"capacity":7}}`), 400), new RegExp(name));
    const config = { secrets: [SECRET], state: 'scheduled' as const };
    const named = JSON.parse(`{"doors":{"${name}":{"capacity":7}}}`);
    const isNamed = (error: unknown) =>
      error instanceof ConfigError && error.message.includes(`doors.${name}`);
    assert.throws(() => createStage({ ...config, ...named }), isNamed);
    const up = { upstream: 'https://sfu.example/' };
    const whep = Object.defineProperty({}, name, { value: up, enumerable: true });
    assert.throws(() => createStage({ ...config, whep }), /whep/);
  }
  assert.equal(Object.hasOwn(Object.prototype, 'capacity'), false);
  const { doors } = own.stage.stats();
  assert.deepEqual(Object.keys(doors), ['floor']);
});

test('16: path games lead to no other route', async () => {
  const status = async (path: string) => {
    const { status } = await request(own.port, `GET ${path} HTTP/1.1`);
    return status;
  };
  assert.equal(await status('/door/../operator/api/state'), 401);
  assert.equal(await status('/door/%2e%2e/operator/api/state'), 401);
  assert.equal(await status('/door/..%2foperator%2fapi%2fstate'), 404);
  assert.equal(await status('/door/floor%2fcheck'), 404);
  assert.equal(await status('/door/floor%2f..%2f..%2foperator/check'), 404);
  assert.equal(await status('//operator/api/state'), 404);
  assert.equal(await status('/operator//api/state'), 404);
  assert.equal(await status('/operator\\api\\state'), 400);
  assert.equal(await status('/healthz%00'), 404);
  assert.equal(await status('/healthz\0'), 400);
  assert.equal(await status('/%'), 404);
  assert.equal(await status('/door/%ff/check'), 404);
  assert.equal(await status('*'), 400);
  assert.equal(await status('healthz'), 400);
  assert.equal(await status('http://other.example/operator/api/state'), 401);
  assert.equal(await status('http://other.example/stage.json'), 200);
  assert.equal(await status('file:///etc/passwd'), 400);
  assert.equal(await status(`/stage.json?${'a'.repeat(8_000)}`), 200);
});

test('17: hosts that are none are refused with 400', async () => {
  for (const host of ['a b', '<script>', 'stage/../x', 'user@stage', '[::1', 'a:b:c']) {
    const { status } = await raw(
      own.port,
      `GET /stage.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    assert.equal(status, 400, host);
  }
  assert.equal((await raw(own.port, 'GET /stage.json HTTP/1.1\r\n\r\n')).status, 400);
});

test("18: the operator's API answers nobody without a token of its kind", async () => {
  const invitation = (await own.stage.operatorPath()).split('token=')[1];
  const other = createSigner([SECRET]);
  const expires = Date.now() + 1e9;
  const foreign = { kind: 'operator', stage: 'other', id: 'x', name: 'x', expires } as const;
  const tokens = [
    ...[undefined, '', 'x', invitation, await enter(), await ticketOf()],
    await other.sign(foreign),
    signed({ ...foreign, stage: 'talk' }, 'another secret, also of more than 32 bytes'),
    signed({ ...foreign, stage: 'talk', kind: 'listener' }),
    signed({ ...foreign, stage: 'talk', name: { toString: 'x' } }),
  ];
  for (const token of tokens) {
    for (const path of ['state', 'messages']) await refused(api(path, { token }), 401);
    for (const path of ['change', 'say']) {
      const sent = { method: 'POST', headers: JSON_TYPE, body: '{}', token };
      await refused(api(path, sent), 401);
    }
  }
  const basic = { authorization: `Basic ${btoa('admin:admin')}` };
  await refused(api('state', { headers: basic }), 401);
});

test("19: an operator's token that has expired is refused, and one of an old secret", async () => {
  const token = await operatorOf();
  await refused(api('state', { token }), 200);
  own.turn(12 * 3_600_000 + 1);
  await refused(api('state', { token }), 401);
  await refused(change(token, '{"title":"x"}'), 401);
});

test('20: an invitation admits one operator, once, within an hour', async () => {
  const login = (token: string) =>
    api('login', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ token }) });
  const [first = '', second = ''] = await Promise.all(
    ['a', 'b'].map(async (name) => (await own.stage.operatorPath(name)).split('token=')[1]),
  );
  const both = await Promise.all([login(first), login(first), login(first)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401, 401]);
  own.turn(3_600_001);
  await refused(login(second), 401);
  for (const body of ['{}', '{"token":7}', '{"token":["x"]}', 'null', '"x"']) {
    await refused(api('login', { method: 'POST', headers: JSON_TYPE, body }), 401);
  }
});

test("21: no other site can use the operator's API, with or without the token", async () => {
  const token = await operatorOf();
  const origin = 'https://evil.example';
  for (const site of ['cross-site', 'same-site']) {
    const headers = { ...JSON_TYPE, origin, 'sec-fetch-site': site };
    await refused(change(token, '{"title":"taken"}', headers), 403);
    await refused(api('state', { token, headers }), 403);
    const login = (await own.stage.operatorPath()).split('token=')[1];
    const body = JSON.stringify({ token: login });
    await refused(api('login', { method: 'POST', headers, body }), 403);
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    for (const from of [{}, { origin }]) {
      const headers = { 'content-type': type, ...from };
      await refused(change(token, '{"title":"taken"}', headers), 415);
    }
  }
  const preflight = await api('change', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  const answers = [preflight, await api('state', { token, headers: { origin } })];
  for (const { headers } of answers) {
    for (const [name] of headers) assert.doesNotMatch(name, /access-control/);
  }
  assert.equal(preflight.ok, false);
  const state = (await (await api('state', { token })).json()) as { title: unknown };
  assert.equal(state.title, null);
});

test('22: the wrong methods change nothing', async () => {
  const token = await operatorOf();
  for (const method of ['PUT', 'DELETE', 'PATCH', 'GET', 'HEAD']) {
    const answer = await api('change', { method, token });
    assert.equal(answer.status, 404, method);
    for (const path of ['/stage.json', '/door/floor/tickets']) {
      if (method === 'GET' || method === 'HEAD') continue;
      const other = await fetch(own.url + path, { method });
      assert.equal(other.status, 405, `${method} ${path}`);
    }
  }
  for (const method of ['TRACE', 'CONNECT', 'FOO', 'get']) {
    const { status } = await request(own.port, `${method} /stage.json HTTP/1.1`);
    assert.notEqual(status, 200, method);
  }
});

test('23: JSON of 20,000 levels in a change, a saying and a configuration is refused', async () => {
  const token = await operatorOf();
  const at = '2026-11-22T20:00:00Z';
  const cue = `{"id":"q","at":"${at}","type":"t","payload":${deep(4_000)}}`;
  await refused(change(token, deep(20_000)), 400);
  await refused(change(token, `{"title":${deep(20_000)}}`), 400);
  await refused(change(token, `{"cues":[${cue}]}`), 400);
  await refused(change(token, `{"cues":[${cue.replace(deep(4_000), deep(20_000))}]}`), 400);
  for (const levels of [4_000, 20_000]) {
    const body = `{"message":{"type":"t","payload":${deep(levels)}}}`;
    await refused(api('say', { method: 'POST', token, headers: JSON_TYPE, body }), 400);
    const payload = JSON.parse(deep(levels));
    const config = { secrets: [SECRET], state: 'scheduled' as const };
    const cues = [{ id: 'q', at, type: 't', payload }];
    assert.throws(() => createStage({ ...config, cues }), ConfigError);
    assert.throws(() => createStage({ ...config, sources: payload }), ConfigError);
  }
});

test('24: a document that no player would read is not published', async () => {
  const token = await operatorOf();
  const payload = 'x'.repeat(16_000);
  const cues = Array.from({ length: 15 }, (_, id) => ({
    ...{ id: String(id), at: '2026-11-22T20:00:00Z', type: 't', payload },
  }));
  assert.match(await refused(change(token, JSON.stringify({ cues })), 400), /cues/);
  const bytes = await (await fetch(`${own.url}/stage.json`)).arrayBuffer();
  assert.ok(bytes.byteLength < 256 * 1024);
});

test('25: X-Forwarded-For does not stretch the ration of tickets', async () => {
  const few = { tickets: { perMinute: 1, burst: 3 } };
  const direct = await target(few);
  const behind = await target({ ...few, trustedProxies: 1 });
  closers.push(direct.close, behind.close);
  const draw = (url: string, forwarded: string) =>
    fetch(`${url}/door/floor/tickets`, {
      method: 'POST',
      headers: { 'x-forwarded-for': forwarded },
    });
  const spoofed = Array.from({ length: 20 }, (_, i) => `198.51.${i}.1`);
  const statuses = async (answers: Promise<Response>[]) =>
    (await Promise.all(answers)).map(({ status }) => status).sort();
  const expected = [...Array(3).fill(200), ...Array(17).fill(429)];
  assert.deepEqual(await statuses(spoofed.map((one) => draw(direct.url, one))), expected);
  // What stands before the proxy's own word is the client's.
  const claimed = spoofed.map((one) => draw(behind.url, `${one}, 203.0.113.9`));
  assert.deepEqual(await statuses(claimed), expected);
  const garbage = spoofed.map((_, i) => draw(behind.url, `<${i}>`));
  assert.deepEqual(await statuses(garbage), expected);
  const late = await draw(behind.url, '203.0.113.77');
  assert.equal(late.status, 429);
  assert.ok(Number(late.headers.get('retry-after')) > 0);
});

test('26: metrics are not for who comes through a proxy', async () => {
  await refused(fetch(`${own.url}/metrics`), 200);
  for (const name of ['X-Forwarded-For', 'x-forwarded-for']) {
    await refused(fetch(`${own.url}/metrics`, { headers: { [name]: '127.0.0.1' } }), 404);
  }
});

test('27: headers byte by byte, and a body that never ends, are cut off', async () => {
  const slow = await target();
  closers.push(slow.close);
  const { server } = slow;
  assert.ok(server.headersTimeout <= 10_000 && server.requestTimeout <= 20_000);
  // The server looks every 5 s: so the test need not last longer than that.
  server.headersTimeout = 500;
  server.requestTimeout = 1_000;
  let isOver = false;
  async function* trickle(first: string, rest: string): AsyncIterable<string> {
    yield first;
    while (!isOver) {
      yield rest;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const token = await operatorOf(slow);
  const login =
    'POST /operator/api/login HTTP/1.1\r\nHost: stage\r\nContent-Type: application/json';
  const body = `${login}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 200000\r\n\r\n`;
  const sent = [
    raw(slow.port, trickle('G', 'E')),
    raw(slow.port, trickle('GET /stage.json HTTP/1.1\r\nHost: stage\r\nX-A: ', 'a')),
    raw(slow.port, trickle(body, ' ')),
    raw(slow.port, trickle(`${login}\r\nTransfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n')),
  ];
  const answers = await Promise.all(sent);
  isOver = true;
  for (const { status } of answers) assert.ok([0, 400, 408, 413].includes(status), `${status}`);
});

test('28: who hangs up in the middle leaves nothing', async () => {
  const head =
    'POST /operator/api/login HTTP/1.1\r\nHost: stage\r\nContent-Type: application/json\r\n';
  const starts = [
    'GET /sta',
    'GET /stage.json HTTP/1.1\r\nHo',
    `${head}Content-Length: 100\r\n\r\n{`,
  ];
  const sockets = starts.flatMap((start) =>
    Array.from({ length: 100 }, () => {
      const socket = connect(own.port, '127.0.0.1', () =>
        socket.write(start, () => socket.destroy()),
      );
      socket.on('error', () => {});
      return socket;
    }),
  );
  await until('they are gone', () => sockets.every(({ destroyed }) => destroyed));
});

test('29: what `accept` throws, and what it is given, stays inside', async () => {
  const seen: string[] = [];
  const asking = await target({
    accept(request, address) {
      seen.push(address);
      if (request.headers.get('x-challenge') === 'throw') throw new Error('secret reason');
      return Number(request.headers.get('x-challenge'));
    },
  });
  closers.push(asking.close);
  const draw = (challenge: string) =>
    fetch(`${asking.url}/door/floor/tickets`, {
      method: 'POST',
      headers: { 'x-challenge': challenge },
    });
  assert.doesNotMatch(await refused(draw('throw'), 503), /secret/);
  for (const weight of ['0', '-1', 'NaN', '-Infinity']) await refused(draw(weight), 403);
  for (const weight of ['1', '1e308', 'Infinity', '1e-308']) {
    const { lot } = (await (await draw(weight)).json()) as { lot: number };
    assert.ok(lot >= 0 && lot < 1, `${weight}: ${lot}`);
  }
  assert.ok(seen.every((address) => address === '127.0.0.1'));
});

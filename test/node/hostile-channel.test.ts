import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { WebSocket } from 'ws';
import { memoryStore } from '../../src/stage-server/index.ts';
import { until } from '../helpers/condition.ts';
import { assertUnhurt, heap, raw, type Target, target } from '../helpers/hostile.ts';

let own: Target;
let grewFrom = 0;
const sockets: WebSocket[] = [];
const closers: (() => Promise<void>)[] = [];

before(async () => {
  own = await target();
  await fetch(`${own.url}/stage.json`);
});
after(() => own.close());
beforeEach(() => {
  grewFrom = heap();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const close of closers.splice(0)) await close();
  await assertUnhurt(own, grewFrom);
});

interface Connected {
  readonly socket: WebSocket;
  /** What came, as JSON. */
  readonly heard: Record<string, unknown>[];
  readonly closed: Promise<number>;
}

function connect(
  to: Target = own,
  { protocol = 'earshot.v1', path = '/channel', ...options }: Record<string, string> = {},
): Connected {
  const url = to.url.replace('http', 'ws') + path;
  const socket = new WebSocket(url, protocol === '' ? [] : protocol, options);
  sockets.push(socket);
  const heard: Record<string, unknown>[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });
  return { socket, heard, closed };
}

/** The status of a refused upgrade; 101 if it was accepted. */
const statusOf = ({ socket }: Connected): Promise<number> =>
  new Promise((resolve) => {
    socket.once('unexpected-response', (request, { statusCode = 0 }) => {
      resolve(statusCode);
      request.destroy();
    });
    socket.once('open', () => resolve(101));
  });

async function welcomed(to: Target = own): Promise<Connected> {
  const connected = connect(to);
  await once(connected.socket, 'open');
  connected.socket.send('{"op":"hello"}');
  await until('it is welcomed', () => connected.heard.some(({ op }) => op === 'welcome'));
  return connected;
}

const sender = (number: number) => String(number).padStart(22, '_');
const message = (from: string, seq: number, payload = '1', type = 'ask') =>
  `{"op":"send","from":"${from}","seq":${seq},"type":"${type}","payload":${payload}}`;
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const answersTo = ({ heard }: Connected, from: string) => heard.filter((one) => one.from === from);
const reopened = async (options: Parameters<typeof target>[0] = {}): Promise<Target> => {
  const other = await target(options);
  closers.push(other.close);
  return other;
};

test('30: an upgrade from another origin is refused with 403 when origins are named', async () => {
  const strict = await reopened({ channel: { origins: ['https://www.example'] } });
  for (const origin of [
    'https://evil.example',
    'http://www.example',
    'https://www.example.evil.example',
    'https://www.example:8443',
    'null',
    '',
    'https://evil.example/https://www.example',
  ]) {
    assert.equal(await statusOf(connect(strict, { origin })), 403, origin);
  }
  assert.equal(await statusOf(connect(strict)), 403);
  assert.equal(await statusOf(connect(strict, { origin: 'https://www.example' })), 101);
});

test('31: another subprotocol, path, version or method is refused', async () => {
  for (const protocol of ['earshot.v2', 'chat', '']) {
    assert.equal(await statusOf(connect(own, { protocol })), 400, protocol);
  }
  for (const path of [
    '/',
    '/channel/',
    '/channel/x',
    '/operator/channel',
    '/CHANNEL',
    '/%63hannel',
  ]) {
    assert.equal(await statusOf(connect(own, { path })), 404, path);
  }
  const upgrade = (first: string, more: string) =>
    raw(
      own.port,
      `${first} HTTP/1.1\r\nHost: stage\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more}\r\n`,
      (text) => text.includes('\r\n\r\n'),
    );
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const protocol = 'Sec-WebSocket-Protocol: earshot.v1\r\n';
  const version = 'Sec-WebSocket-Version: 13\r\n';
  const statuses = [
    await upgrade('POST /channel', key + protocol + version),
    await upgrade('GET /channel', protocol + version),
    await upgrade('GET /channel', `Sec-WebSocket-Key: x\r\n${protocol}${version}`),
    await upgrade('GET /channel', `${key}${protocol}Sec-WebSocket-Version: 7\r\n`),
    await upgrade('GET http://[', key + protocol + version),
  ].map(({ status }) => status);
  assert.deepEqual(
    statuses.map((status) => status >= 400 && status < 500),
    Array(5).fill(true),
    String(statuses),
  );
});

test('32: 2,000 sockets from one address: those beyond the limit get 429, and none leaks', async () => {
  const full = await reopened({ channel: { socketsPerAddress: 300 } });
  const all = Array.from({ length: 2_000 }, () => connect(full));
  const statuses = await Promise.all(all.map(statusOf));
  assert.equal(statuses.filter((status) => status === 101).length, 300);
  assert.equal(statuses.filter((status) => status === 429).length, 1_700);
  for (const { socket } of all) socket.terminate();
  await until('all are gone', async () => {
    const again = connect(full);
    const status = await statusOf(again);
    again.socket.terminate();
    return status === 101;
  });
  const more = Array.from({ length: 300 }, () => connect(full));
  await until('they are forgotten', () => full.stage.stats().channel.open === 0);
  const counted = await Promise.all(more.map(statusOf));
  // The one above may not have ended yet.
  assert.ok(counted.filter((status) => status === 101).length >= 299);
});

test('33: who never says hello is cut off with 1002, and who says something else first', async () => {
  const silent = connect();
  await once(silent.socket, 'open');
  own.turn(11_000);
  assert.equal(await silent.closed, 1002);
  for (const first of [
    '{"op":"send"}',
    '{"op":"ping"}',
    'x',
    '',
    'null',
    '[]',
    '{"op":"__proto__"}',
  ]) {
    const { socket, closed } = connect();
    await once(socket, 'open');
    socket.send(first);
    assert.equal(await closed, 1002, first);
  }
  const binary = connect();
  await once(binary.socket, 'open');
  binary.socket.send(Buffer.from('{"op":"hello"}'), { binary: true });
  assert.equal(await binary.closed, 1002);
});

test('34: who reads nothing is cut off before a megabyte waits for it for long', async () => {
  const slow = await welcomed();
  slow.socket.pause();
  const payload = 'x'.repeat(16_000);
  let sent = 0;
  await until('it is cut off', async () => {
    const said = Array.from({ length: 50 }, () =>
      own.stage.say({ message: { type: 'news', payload } }, `slow-${sent++}`),
    );
    await Promise.all(said);
    return own.stage.stats().channel.open === 0;
  });
  assert.ok(sent < 2_000, `after ${sent} messages of 16 kB`);
});

test('35: frames that are none are ignored, and the connection goes on', async () => {
  const odd = await welcomed();
  const frames = ['', 'x', '{', 'null', '7', '"hello"', '[]', '{}', '{"op":7}', deep(20_000)];
  const ops = ['hello', 'welcome', 'ack', 'constructor', '__proto__', 'toString'];
  for (const frame of [...frames, ...ops.map((op) => `{"op":"${op}"}`)]) odd.socket.send(frame);
  for (const from of ['x', '', 'é'.repeat(22), '_'.repeat(23)]) odd.socket.send(message(from, 1));
  for (const seq of ['-1', '1.5', '1e99', '"1"', 'null']) {
    odd.socket.send(message(sender(1), seq as unknown as number));
  }
  odd.socket.send(Buffer.from('{"op":"ping"}'), { binary: true });
  odd.socket.send('{"op":"ping"}');
  await until('it is answered', () => odd.heard.some(({ op }) => op === 'pong'));
  assert.equal(answersTo(odd, sender(1)).length, 0);
});

test('36: types and keys of every object are refused, each message for itself', async () => {
  const odd = await welcomed();
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', ''];
  names.forEach((name, seq) => {
    odd.socket.send(message(sender(2), seq + 1, '{"__proto__":{"x":1}}', name));
  });
  odd.socket.send(
    '{"op":"send","from":"' +
      sender(2) +
      '","seq":20,"type":"ask","key":"__proto__","payload":{"__proto__":{"polluted":1}}}',
  );
  await until('all are answered', () => answersTo(odd, sender(2)).length === names.length + 1);
  const reasons = answersTo(odd, sender(2)).map(({ op, reason }) => reason ?? op);
  assert.deepEqual(reasons, [...names.map(() => 'unknown type'), 'ack']);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('37: a frame of 65 KiB ends the connection with 1009', async () => {
  const large = await welcomed();
  large.socket.send(message(sender(3), 1, `"${'x'.repeat(65 * 1024)}"`));
  assert.equal(await large.closed, 1009);
  const many = await welcomed();
  for (let part = 0; part < 100; part++) many.socket.send('x'.repeat(1_000), { fin: false });
  assert.equal(await many.closed, 1009);
});

test('38: a payload of 20,000 levels is refused, and holds up no message of anybody', async () => {
  const lines: string[] = [];
  const journal = {
    name: 'a list',
    size: 0,
    read: () => [],
    append: (more: readonly string[]) => void lines.push(...more),
    get: () => null,
    set: () => {},
    rewrite: () => {},
    close: () => {},
  };
  const kept = await reopened({ store: memoryStore({ journal }) });
  const [odd, good] = [await welcomed(kept), await welcomed(kept)];
  for (const [seq, levels] of [40, 4_000, 20_000].entries()) {
    odd.socket.send(message(sender(4), seq + 1, deep(levels)));
  }
  good.socket.send(message(sender(5), 1, deep(30)));
  await until('all are answered', () => answersTo(odd, sender(4)).length === 3);
  await until('so is the other one', () => answersTo(good, sender(5)).length === 1);
  assert.deepEqual(
    answersTo(odd, sender(4)).map(({ op, reason }) => [op, reason]),
    Array(3).fill(['refused', 'nested too deep']),
  );
  assert.equal(answersTo(good, sender(5))[0]?.op, 'ack');
  assert.equal(lines.filter((line) => line.includes(sender(5))).length, 1);
});

test('39: 1,000 frames a second end the connection with 1008, and the pace is kept until then', async () => {
  const slow = await reopened({ channel: { accepts: ['ask'], pace: 5 } });
  for (const frame of ['{"op":"ping"}', message(sender(6), 1), 'x']) {
    const flood = await welcomed(slow);
    for (let i = 0; i < 1_000; i++) flood.socket.send(frame);
    assert.equal(await flood.closed, 1008, frame);
    assert.ok(flood.heard.length < 600, `${flood.heard.length} answers`);
  }
  const accepted = await slow.stage.stats().counts.messages;
  assert.ok(accepted <= 1, `${accepted} accepted`);
});

test('40: a client that keeps to the pace is not cut off, however its frames bunch up', async () => {
  const good = await welcomed();
  for (let seq = 1; seq <= 90; seq++) good.socket.send(message(sender(7), seq));
  await until('all are answered', () => answersTo(good, sender(7)).length === 90);
  assert.ok(answersTo(good, sender(7)).every(({ op }) => op === 'ack'));
});

test('41: a connection that invents senders ends with 1008, and 100,000 of them find an end', async () => {
  const store = memoryStore({ senders: 500 });
  const small = await reopened({ store });
  const good = await welcomed(small);
  good.socket.send(message(sender(8), 1));
  await until('it is answered', () => answersTo(good, sender(8)).length === 1);
  const flood = await welcomed(small);
  for (let i = 0; i < 200; i++) flood.socket.send(message(sender(1_000 + i), 1));
  assert.equal(await flood.closed, 1008);
  const submissions = Array.from({ length: 100_000 }, (_, i) => ({
    ...{ from: sender(10_000 + i), seq: 1, type: 'ask', key: null, payload: null, reason: null },
  }));
  const decided = await store.decide(submissions);
  const tooMany = decided.filter(({ reason }) => reason === 'too many senders');
  assert.ok(tooMany.length >= 99_500);
  good.socket.send(message(sender(8), 2));
  await until('who was there before is heard', () => answersTo(good, sender(8)).length === 2);
  assert.equal(answersTo(good, sender(8))[1]?.op, 'ack');
});

test('42: a hello with a token of any shape makes nobody an operator', async () => {
  for (const token of ['x', 'x'.repeat(60_000), { toString: 'x' }, ['x'], 7, null, '__proto__']) {
    const { socket, heard } = connect();
    await once(socket, 'open');
    socket.send(JSON.stringify({ op: 'hello', token, epoch: {}, offset: -1 }));
    await until('it is welcomed', () => heard.some(({ op }) => op === 'welcome'));
    assert.ok(!heard.some(({ op }) => op === 'operator'));
  }
  const invitation = (await own.stage.operatorPath()).split('token=')[1];
  const { socket, heard } = connect();
  await once(socket, 'open');
  socket.send(JSON.stringify({ op: 'hello', token: invitation }));
  await until('it is welcomed', () => heard.some(({ op }) => op === 'welcome'));
  assert.ok(!heard.some(({ op }) => op === 'operator'));
});

test('43: a position from the future, or of another epoch, gets no frames and is told', async () => {
  await own.stage.say({ message: { type: 'news' } }, 'position');
  const { heard: first } = await welcomed();
  const { epoch, offset } = first.find(({ op }) => op === 'welcome') as Record<string, unknown>;
  for (const position of [
    { epoch: 'another', offset },
    { epoch, offset: Number.MAX_SAFE_INTEGER },
  ]) {
    const { socket, heard } = connect();
    await once(socket, 'open');
    socket.send(JSON.stringify({ op: 'hello', ...position }));
    await until('it is welcomed', () => heard.some(({ op }) => op === 'welcome'));
    assert.equal(heard.find(({ op }) => op === 'welcome')?.unrecoverable, true);
    assert.equal(heard.filter(({ op }) => op === 'message').length, 0);
  }
});

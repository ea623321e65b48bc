import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { acceptedIn } from '../../demo/stage/channel/journal.ts';
import {
  type Fault,
  type Stage,
  type StageChannel,
  type StageChannelOptions,
  type StageOptions,
  startStage,
} from '../../demo/stage/stage.ts';
import { until } from '../helpers/condition.ts';
import { Talker } from '../helpers/talker.ts';

const FAST = { pace: 50 };

let stage: Stage;
let channel: StageChannel;
let folder: string;
let journal: string;
let talkers: Talker[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-channel-'));
});

after(() => rm(folder, { recursive: true }));

async function start(own: StageChannelOptions = FAST, options: StageOptions = {}): Promise<void> {
  stage = await startStage({ ...options, channel: own });
  assert.ok(stage.channel);
  channel = stage.channel;
}

afterEach(async () => {
  for (const talker of talkers) talker.close();
  talkers = [];
  await stage?.close();
});

function talk(options: ConstructorParameters<typeof Talker>[1] = {}, url = channel.url): Talker {
  const talker = new Talker(url, options);
  talkers.push(talker);
  return talker;
}

async function welcomed(options: ConstructorParameters<typeof Talker>[1] = {}): Promise<Talker> {
  const talker = talk(options);
  await talker.first('welcome');
  return talker;
}

const names = (from: number) => `sender-${from}`.padEnd(22, '_');

test('the document names the channel, and a hello is welcomed', async () => {
  await start({ ping: 7, pace: 9, terminal: [4403] });
  const document = (await (await fetch(stage.documentUrl)).json()) as { channel: string };
  assert.equal(document.channel, `${stage.url.replace('http', 'ws')}/talk/channel`);
  const talker = talk({}, document.channel);
  const { epoch, ...welcome } = await talker.first('welcome');
  assert.deepEqual(welcome, { op: 'welcome', ping: 7, pace: 9, terminal: [4403], offset: 0 });
  assert.match(epoch ?? '', /^[\w-]{12}$/);
  assert.equal((await talker.first('document')).document.channel, document.channel);
  talker.say({ op: 'ping' });
  await talker.first('pong');
  assert.deepEqual(
    stage.requests.map(({ origin, path, status }) => ({ origin, path, status })).slice(-1),
    [{ origin: 'channel', path: '/talk/channel', status: 101 }],
  );
});

test('without the option there is no channel, nor a word of it in the document', async () => {
  stage = await startStage();
  assert.equal(stage.channel, null);
  assert.ok(!('channel' in ((await (await fetch(stage.documentUrl)).json()) as object)));
});

test('a message is accepted once, however often it comes', async () => {
  await start();
  const talker = await welcomed();
  const seq = talker.send('reaction', { kind: 'heart' });
  talker.send('reaction', { kind: 'heart' }, seq);
  assert.deepEqual(await talker.answered(seq, 2), ['ack', 'ack']);
  const other = await welcomed();
  other.send('reaction', { kind: 'heart' }, seq);
  assert.deepEqual(await other.answered(seq), ['ack']);
  assert.deepEqual(
    channel.accepted.map(({ from, seq, type, payload }) => ({ from, seq, type, payload })),
    [{ from: talker.from, seq, type: 'reaction', payload: { kind: 'heart' } }],
  );
});

test('what was refused once is refused for ever, also below what was accepted since', async () => {
  await start();
  const talker = await welcomed();
  const refused = talker.send('reaction', { kind: 'jeer' });
  const unknown = talker.send('shout', {});
  const accepted = talker.send('reaction', { kind: 'laugh' });
  await talker.answered(accepted);
  const again = await welcomed();
  for (const seq of [refused, unknown, accepted]) again.send('reaction', { kind: 'laugh' }, seq);
  assert.deepEqual(await again.answered(refused), ['not such a payload']);
  assert.deepEqual(await again.answered(unknown), ['unknown type']);
  assert.deepEqual(await again.answered(accepted), ['ack']);
  assert.equal(channel.accepted.length, 1);
});

test('who sends faster than the pace is refused, and not cut off', async () => {
  await start({ pace: 1 });
  const talker = await welcomed();
  const seqs = Array.from({ length: 10 }, () => talker.send('reaction', { kind: 'heart' }));
  await talker.answered(seqs.at(-1) as number);
  assert.deepEqual(talker.answers(1), ['ack']);
  assert.deepEqual(talker.answers(10), ['too fast']);
  assert.equal(talker.code, null);
});

test('frames that are none are ignored; one that is too large ends the connection', async () => {
  await start();
  const talker = await welcomed();
  const sender = { from: talker.from, seq: 1, type: 'hand', payload: { raised: true } };
  for (const frame of ['no JSON', '[]', '{"op":"sing"}']) talker.say(frame);
  for (const wrong of [{ from: 'short' }, { seq: 1.5 }, { seq: -1 }]) {
    talker.say({ op: 'send', ...sender, ...wrong });
  }
  talker.say({ op: 'send', ...sender, type: { toString: 'hand' } });
  assert.deepEqual(await talker.answered(1), ['unknown type']);
  talker.send('constructor', {}, 2);
  assert.deepEqual(await talker.answered(2), ['unknown type']);
  assert.deepEqual(channel.accepted, []);
  talker.send('hand', { raised: true, essay: 'a'.repeat(70_000) }, 3);
  assert.equal(await talker.closed(), 1009);
});

test('who says no hello, or speaks another protocol, is not let in', async () => {
  await start();
  const silent = new WebSocket(channel.url, 'earshot.v1');
  const closed = new Promise<number>((done) => {
    silent.onclose = ({ code }) => done(code);
  });
  silent.onopen = () => silent.send(JSON.stringify({ op: 'ping' }));
  assert.equal(await closed, 1002);
  assert.equal(await talk({ protocol: 'chat' }).closed(), 1006);
  assert.equal(stage.requests.at(-1)?.status, 400);
  assert.equal(await talk({}, `${channel.url}s`).closed(), 1006);
  assert.equal(stage.requests.at(-1)?.status, 404);
  assert.equal(channel.connections(), 0);
});

test('hands, reactions and listeners are told to everybody', async () => {
  await start();
  const [one, other] = [await welcomed(), await welcomed({ from: names(2) })];
  one.send('hand', { raised: true });
  one.send('reaction', { kind: 'heart' });
  one.send('reaction', { kind: 'heart' });
  const told = (type: string) =>
    other.of('message').flatMap((frame) => (frame.type === type ? [frame.payload] : []));
  await until('both are told', () => told('hands').length + told('reactions').length >= 2);
  assert.deepEqual(told('hands'), [{ raised: 1 }]);
  assert.deepEqual(told('reactions'), [{ heart: 2 }]);
  await until('two listen', () => other.of('listeners').at(-1)?.count === 2);
  one.send('hand', { raised: false });
  await until('the hand is down', () => told('hands').length === 2);
  assert.deepEqual(told('hands')[1], { raised: 0 });
  one.close();
  await until('one listens', () => other.of('listeners').at(-1)?.count === 1);
  assert.equal(channel.connections(), 1);
});

test('a document that changed is pushed, and one in which only the time passed is not', async () => {
  await start(FAST, { door: { capacity: 10, listeners: 100, opensIn: 60 } });
  const talker = await welcomed();
  const documents = () => talker.of('document').map(({ document }) => document);
  await talker.first('document');
  const [first] = documents();
  const sequence = first?.sequence as number;
  await until('two editions have passed', async () => {
    const current = (await (await fetch(stage.documentUrl)).json()) as { sequence: number };
    return current.sequence > sequence + 1;
  });
  assert.equal(documents().length, 1);
  channel.move();
  await until('it is pushed', () => documents().length === 2);
  assert.equal(documents()[1]?.channel, `${first?.channel}?2`);
  assert.ok((documents()[1]?.sequence as number) > sequence);
  stage.end();
  await until('the end is pushed', () => documents().at(-1)?.state === 'ended');
  assert.equal(documents().length, 3);
});

test('a journal outlives the process, and half a line at its end', async () => {
  journal = join(folder, 'outlives');
  await start({ ...FAST, journal });
  const talker = await welcomed();
  talker.send('hand', { raised: true });
  talker.send('hand', { raised: 'very' });
  await talker.answered(2);
  // As a kill does: nothing is closed or flushed that was not flushed before the answer.
  assert.equal(acceptedIn(await readFile(journal, 'utf8')).length, 1);
  await stage.close();
  await appendFile(journal, '{"op":"decided","from":"talk');
  await start({ ...FAST, journal });
  const back = await welcomed();
  for (const seq of [1, 2, 3]) back.send('hand', { raised: false }, seq);
  assert.deepEqual(await back.answered(3), ['ack']);
  assert.deepEqual(back.answers(1), ['ack']);
  assert.deepEqual(back.answers(2), ['not such a payload']);
  assert.deepEqual(
    channel.accepted.map(({ seq, payload }) => [seq, payload]),
    [
      [1, { raised: true }],
      [3, { raised: false }],
    ],
  );
  assert.equal(acceptedIn(await readFile(journal, 'utf8')).length, 2);
});

for (const [fault, status] of [
  [{ kind: 'unavailable' }, 503],
  [{ kind: 'tooMany', retryAfter: 7 }, 429],
  [{ kind: 'unauthorized' }, 401],
  [{ kind: 'gone' }, 404],
  [{ kind: 'refuse' }, null],
] as const) {
  test(`an upgrade is refused: ${fault.kind}`, async () => {
    await start();
    await stage.setFault('channel', fault);
    const { port } = new URL(stage.url);
    const answer = await new Promise<string>((done) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      const lines = ['GET /talk/channel HTTP/1.1', 'Host: a', 'Connection: Upgrade'];
      lines.push('Upgrade: websocket', 'Sec-WebSocket-Version: 13');
      lines.push(`Sec-WebSocket-Key: ${btoa('0123456789abcdef')}`);
      socket.write([...lines, 'Sec-WebSocket-Protocol: earshot.v1', '', ''].join('\r\n'));
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('error', () => {});
      socket.on('close', () => done(text));
    });
    if (status === null) assert.equal(answer, '');
    else assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    if ('retryAfter' in fault) assert.match(answer, /Retry-After: 7\r\n/);
    assert.equal(stage.requests.at(-1)?.status, status);
    await stage.setFault('channel', { kind: 'none' });
    await welcomed();
  });
}

for (const code of [1012, 1013, 1008, 4000, 1011]) {
  test(`closes with ${code}: who is there, and who comes`, async () => {
    await start();
    const talker = await welcomed();
    await stage.setFault('channel', { kind: 'closes', code });
    assert.equal(await talker.closed(), code);
    const next = talk();
    assert.equal(await next.closed(), code);
    assert.deepEqual(next.of('welcome'), []);
  });
}

test('frozen takes messages and answers when it is over, also to who sent again meanwhile', async () => {
  await start();
  const talker = await welcomed();
  await stage.setFault('channel', { kind: 'frozen' });
  const seq = talker.send('hand', { raised: true });
  await until('it is taken', () => channel.accepted.length === 1);
  const again = talk();
  await until('another has come', () => channel.connections() === 2);
  again.send('hand', { raised: true }, seq);
  const last = talker.send('reaction', { kind: 'heart' });
  await until('the last is taken', () => channel.accepted.length === 2);
  assert.deepEqual([again.heard, talker.answers(seq)], [[], []]);
  await stage.setFault('channel', { kind: 'none' });
  assert.deepEqual(await again.answered(seq), ['ack']);
  assert.deepEqual(again.heard[0]?.op, 'welcome');
  assert.deepEqual(await talker.answered(last), ['ack']);
  assert.deepEqual(talker.answers(seq), ['ack']);
  assert.equal(channel.accepted.length, 2);
});

test('half-open neither reads nor writes nor closes, and stays so when others are served', async () => {
  await start();
  const talker = await welcomed();
  await stage.setFault('channel', { kind: 'halfOpen' });
  const seq = talker.send('hand', { raised: true });
  const late = talk();
  await until('the late one is connected', () => late.state === WebSocket.OPEN);
  await stage.setFault('channel', { kind: 'none' });
  const next = await welcomed({ from: names(3) });
  next.send('hand', { raised: true });
  await next.answered(1);
  assert.deepEqual([talker.state, late.state], [WebSocket.OPEN, WebSocket.OPEN]);
  assert.deepEqual(talker.answers(seq), []);
  assert.deepEqual(late.heard, []);
  assert.deepEqual(
    channel.accepted.map(({ from }) => from),
    [next.from],
  );
});

const NOISES: [Fault, (talker: Talker) => boolean][] = [
  [{ kind: 'garbage' }, ({ noise }) => noise.length > 3],
  [{ kind: 'huge' }, ({ heard }) => JSON.stringify(heard).length > 10_000_000],
  [{ kind: 'flood' }, ({ heard }) => heard.length > 3_000],
];
for (const [fault, isHeard] of NOISES) {
  test(`${fault.kind} reaches who is there and who comes, and messages are answered all the same`, async () => {
    await start();
    const talker = await welcomed();
    await stage.setFault('channel', fault);
    const late = await welcomed({ from: names(4) });
    await until('both hear it', () => isHeard(talker) && isHeard(late));
    talker.send('hand', { raised: true });
    assert.deepEqual(await talker.answered(1), ['ack']);
  });
}

test('slow welcomes late, curt welcomes and closes', async () => {
  await start();
  await stage.setFault('channel', { kind: 'slow', ms: 60_000 });
  const waiting = talk();
  await until('it is connected', () => waiting.state === WebSocket.OPEN);
  await stage.setFault('channel', { kind: 'curt' });
  const curt = await welcomed();
  assert.equal(await curt.closed(), 1011);
  assert.deepEqual(waiting.heard, []);
  await stage.setFault('channel', { kind: 'slow', ms: 50 });
  await welcomed();
});

test('the console offers the channel, and no fault that it cannot have', async () => {
  await start();
  const command = (body: object) =>
    fetch(`${stage.url}/console`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const set = (fault: object) => command({ origin: 'channel', fault });
  assert.equal((await set({ kind: 'closes', code: 1013 })).status, 200);
  assert.deepEqual(stage.fault('channel'), { kind: 'closes', code: 1013 });
  for (const fault of [{ kind: 'closes', code: 1006 }, { kind: 'corrupt' }, { kind: 'killed' }]) {
    assert.equal((await set(fault)).status, 400);
  }
  assert.equal((await command({ origin: 'a', fault: { kind: 'halfOpen' } })).status, 400);
  assert.equal((await command({ origin: 'all', fault: { kind: 'unavailable' } })).status, 200);
  assert.deepEqual(stage.fault('channel'), { kind: 'unavailable' });
});

test('close(), announce() and tell() reach everybody, and the end of the stage is 1001', async () => {
  await start();
  const [one, other] = [await welcomed(), await welcomed()];
  channel.announce(600);
  await channel.tell('note', { text: 'on in a minute' });
  channel.close(1012);
  for (const talker of [one, other]) {
    assert.equal(await talker.closed(), 1012);
    assert.deepEqual(talker.of('window'), [{ op: 'window', seconds: 600 }]);
    assert.deepEqual(talker.of('message'), [
      { op: 'message', type: 'note', payload: { text: 'on in a minute' }, offset: 1 },
    ]);
  }
  const last = await welcomed();
  await stage.close();
  assert.equal(await last.closed(), 1001);
});

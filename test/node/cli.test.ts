import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { CLI, type Run, type RunOptions, runCommand } from '../helpers/command.ts';
import { until } from '../helpers/condition.ts';
import { findRedis, warnOfSkipped, whyNoRedis } from '../helpers/redis.ts';
import { Talker } from '../helpers/talker.ts';

const HLS = 'https://cdn.example/talk.m3u8';
const SECRET = 'a secret that is long enough for HS256';
const RUNNING = 'The stage is running.';
const ANY_PORT = ['--port', '0'];
const WITH_DOOR = {
  sources: [
    { kind: 'hls', url: 'https://cdn.example/talk.m3u8', door: 'floor' },
    { kind: 'hls', url: 'https://cdn.example/other.m3u8' },
  ],
  doors: { floor: { capacity: 10_000, listeners: 1 } },
};

let folder: string;
let runs: Run[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-cli-'));
});

afterEach(async () => {
  for (const { child } of runs) child.kill('SIGKILL');
  await Promise.all(runs.map(({ ended }) => ended));
  runs = [];
});

after(() => rm(folder, { recursive: true }));

function earshot(args: readonly string[], options: RunOptions = {}): Run {
  const run = runCommand(args, { cwd: folder, ...options });
  runs.push(run);
  return run;
}

/** Starts a stage, and resolves with the URL of its document. */
async function started(args: readonly string[], options: RunOptions = {}) {
  const run = earshot(['stage', ...args, ...ANY_PORT], options);
  const { document } = await run.said(RUNNING);
  assert.equal(typeof document, 'string');
  const url = String(document).replace('/stage.json', '');
  return { run, url };
}

/** Runs a command that ends by itself. */
async function finished(args: readonly string[], options: RunOptions = {}) {
  const run = earshot(args, options);
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

const configFile = async (config: unknown): Promise<string> => {
  await writeFile(join(folder, 'stage.config.json'), JSON.stringify(config));
  return 'stage.config.json';
};

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Exchanges an operator's URL for the right to operate. */
async function operate(operatorUrl: string) {
  const { origin, hash } = new URL(operatorUrl.trim());
  const answer = await post(`${origin}/operator/api/login`, {
    token: hash.slice('#token='.length),
  });
  assert.equal(answer.status, 200);
  const { token } = (await answer.json()) as { token: string };
  return { authorization: `Bearer ${token}` };
}

/** Draws a ticket, and joins with it when its turn comes. */
async function joinDoor(url: string) {
  const drawn = await fetch(`${url}/door/floor/tickets`, { method: 'POST' });
  const { ticket } = (await drawn.json()) as { ticket: string };
  const headers = { 'Earshot-Ticket': ticket };
  let pass = '';
  await until('the ticket admits', async () => {
    const answer = await fetch(`${url}/door/floor/check`, { headers });
    pass = answer.headers.get('earshot-pass')?.split(';')[0] ?? '';
    return answer.status === 204;
  });
  return { ticket, pass };
}

const check = (url: string, headers: Record<string, string>) =>
  fetch(`${url}/door/floor/check`, { headers }).then(({ status }) => status);

const documentOf = async (url: string) =>
  (await (await fetch(`${url}/stage.json`)).json()) as Record<string, unknown>;

test('help, the version, and a command that does not exist', async () => {
  const help = await finished(['--help']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /earshot stage \[URL…\]/);
  const stage = await finished(['stage', '--help']);
  for (const name of ['--config', '--redis', '--journal', '--port', 'EARSHOT_SECRET', 'SIGTERM'])
    assert.ok(stage.stdout.includes(name), name);
  assert.match((await finished(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  const unknown = await finished(['play']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /no command "play"/);
});

const USAGE: readonly [args: readonly string[], said: RegExp, env?: Record<string, string>][] = [
  [[], /Give the URL of a source, or --config/],
  [[HLS, '--config', 'x.json'], /not both/],
  [['talk'], /"talk" is no URL/],
  [['ftp://cdn.example/talk.m3u8'], /no URL that begins with http/],
  [['https://me:secret@cdn.example/talk.m3u8'], /published to everybody/],
  [['https://cdn.example/talk'], /HLS ends in \.m3u8, that of WebRTC has \/whep/],
  [[HLS, '--port', '99999'], /--port: a whole number from 0 to 65535, not "99999"/],
  [[HLS, '--capacity', 'many'], /--capacity: a number above 0/],
  [[HLS, '--capacity', '20'], /need a WHEP source.*\n.*"Guard HLS" in docs\/server\.md/],
  [[HLS, '--log-level', 'loud'], /--log-level: debug, info/],
  [[HLS, '--public-url', 'stage.example'], /--public-url: a URL that begins/],
  [[HLS, '--redis', 'localhost:6379'], /--redis: a URL that begins with redis:/],
  [[HLS, '--redis', 'redis://x', '--journal', 'j'], /--redis or --journal, not both/],
  [
    [HLS, '--redis', 'redis://x'],
    /all nodes need the same EARSHOT_SECRET[\s\S]*export EARSHOT_SECRET=/,
  ],
  [[HLS, '--loud'], /'--loud'/],
  [[HLS], /EARSHOT_SECRET: each secret needs 32 bytes/, { EARSHOT_SECRET: 'short' }],
  [[HLS], /EARSHOT_SECRET_PREVIOUS needs EARSHOT_SECRET/, { EARSHOT_SECRET_PREVIOUS: SECRET }],
  [['--config', 'missing.json'], /missing\.json cannot be read: ENOENT/],
];

for (const [args, said, env] of USAGE) {
  test(`exit code 1: earshot stage ${args.join(' ')} ${env ? Object.keys(env) : ''}`, async () => {
    const { code, stderr, stdout } = await finished(['stage', ...args], { env: env ?? {} });
    assert.match(stderr, said);
    assert.deepEqual([code, stdout], [1, '']);
  });
}

test('each wrong field of a configuration is named by its path', async () => {
  const config = await configFile({
    sources: [{ kind: 'hls' }],
    doors: { floor: { capacity: -1 } },
    channel: { ping: 1 },
    colour: 'red',
  });
  const { code, stderr } = await finished(['stage', '--config', config]);
  assert.equal(code, 1);
  for (const path of ['sources.0.url', 'doors.floor.capacity', 'channel.ping', 'colour'])
    assert.ok(stderr.includes(`${path}: `), stderr);
});

test('"env:NAME" is read from the environment, and named by its path if it is missing', async (t) => {
  const seen: IncomingMessage[] = [];
  const upstream = createServer((request, response) => {
    seen.push(request);
    response.writeHead(201, { Location: '/session/1', 'Content-Type': 'application/sdp' });
    response.end('v=0\r\n');
  }).listen(0);
  await once(upstream, 'listening');
  t.after(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const { port } = upstream.address() as AddressInfo;
  const config = await configFile({
    sources: [{ kind: 'whep', url: 'whep/live' }],
    whep: { live: { upstream: `http://localhost:${port}/whep`, authorization: 'env:WHEP_TOKEN' } },
  });
  const missing = await finished(['stage', '--config', config]);
  assert.equal(missing.code, 1);
  assert.match(
    missing.stderr,
    /whep\.live\.authorization: the environment variable WHEP_TOKEN is not set/,
  );

  const { url, run } = await started(['--config', config], { env: { WHEP_TOKEN: 'Bearer xyz' } });
  const headers = { 'content-type': 'application/sdp' };
  const made = await fetch(`${url}/whep/live`, { method: 'POST', headers, body: 'v=0\r\n' });
  assert.equal(made.status, 201);
  assert.equal(seen[0]?.headers.authorization, 'Bearer xyz');
  assert.ok(!run.stdout().includes('xyz'), 'a secret is in no log');
});

test('a first run: lines of JSON, a page, the player for any site, and no token', async () => {
  const { run, url } = await started([HLS]);
  const line = await run.said(RUNNING);
  assert.equal(line.store, 'memory');
  assert.match(
    String(line.embed),
    new RegExp(`src="${url}/earshot/element.js".*\n.*src="${url}/stage.json"`),
  );
  assert.ok(!run.stdout().includes('token'));
  assert.equal(run.stderr(), '');
  const { sources } = await documentOf(url);
  assert.deepEqual(sources, [{ kind: 'hls', url: HLS }]);

  const page = await fetch(`${url}/`);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  const html = await page.text();
  assert.ok(!/<script(?![^>]*src=)|<style|\son\w+=/.test(html), 'nothing is inline');
  for (const [, path] of html.matchAll(/(?:src|href)="([\w/.]+\.(?:js|css))"/g)) {
    const file = await fetch(`${url}/${path}`);
    assert.equal(file.status, 200, path);
    assert.equal(file.headers.get('access-control-allow-origin'), '*');
    const again = { 'if-none-match': file.headers.get('etag') ?? '' };
    assert.equal((await fetch(`${url}/${path}`, { headers: again })).status, 304);
  }
  const shared = readdirSync(join(CLI, '../standalone')).find((name) => /^listen-/.test(name));
  const chunk = await fetch(`${url}/earshot/${shared}`);
  assert.match(chunk.headers.get('cache-control') ?? '', /immutable/);
  assert.equal((await fetch(`${url}/earshot/hls.min.mjs`)).status, 200);
  for (const path of ['/earshot/', '/earshot/../cli.js', '/index.html', '/listen.ts'])
    assert.equal((await fetch(url + path)).status, 404, path);
});

test('WHEP behind a door of the stage', async () => {
  const whep = 'https://sfu.example/talk/whep';
  const { url } = await started([whep, HLS, '--capacity', '7', '--most', '90']);
  const { sources, doors } = await documentOf(url);
  assert.deepEqual(sources, [
    { kind: 'whep', url: 'whep/live', door: 'floor' },
    { kind: 'hls', url: HLS },
  ]);
  assert.deepEqual(Object.keys(doors as object), ['floor']);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /earshot_door_capacity\{door="floor"\} 7/);
  assert.match(metrics, /earshot_door_most\{door="floor"\} 90/);
});

test("the operator's URL is for one use, and needs the stage's secret", async () => {
  const env = { EARSHOT_SECRET: SECRET };
  const { url, run } = await started([HLS], { env });
  const invite = (secret: string, ...args: string[]) =>
    finished(['operator', '--public-url', url, ...args], { env: { EARSHOT_SECRET: secret } });
  const { stdout } = await invite(SECRET, '--name', 'ada');
  const headers = await operate(stdout);
  const changed = await post(`${url}/operator/api/change`, { state: 'held' }, headers);
  assert.equal(changed.status, 200);
  const line = await run.said('The settings changed.');
  assert.deepEqual([line.who, line.change], ['ada', { state: 'held' }]);
  const token = new URL(stdout.trim()).hash.slice('#token='.length);
  assert.equal((await post(`${url}/operator/api/login`, { token })).status, 401);
  const foreign = await invite('another secret that is long enough');
  const other = new URL(foreign.stdout.trim()).hash.slice('#token='.length);
  assert.equal((await post(`${url}/operator/api/login`, { token: other })).status, 401);
  const none = await finished(['operator']);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /Set EARSHOT_SECRET/);
});

test('two secrets: the new one signs, the previous one verifies', async () => {
  const config = await configFile(WITH_DOOR);
  const journal = ['--journal', join(folder, 'rotated')];
  const first = await started(['--config', config, ...journal], {
    env: { EARSHOT_SECRET: SECRET },
  });
  const { pass } = await joinDoor(first.url);
  first.run.child.kill('SIGTERM');
  assert.equal(await first.run.ended, 0);
  const next = 'the next secret is long enough for HS256 too';
  const env = { EARSHOT_SECRET: next, EARSHOT_SECRET_PREVIOUS: SECRET };
  const second = await started(['--config', config, ...journal], { env });
  assert.equal(await check(second.url, { 'Earshot-Pass': pass }), 204);
});

const hasScript = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

test('on a terminal: what runs, what to embed, and a token', { skip: !hasScript }, async () => {
  const command = [process.execPath, CLI, 'stage', HLS, ...ANY_PORT]
    .map((one) => `'${one}'`)
    .join(' ');
  const run = earshot([], { program: ['script', '-qfec', command, '/dev/null'] });
  await until('the banner is there', () => /Control-C/.test(run.stdout()));
  const text = run.stdout().replaceAll('\r', '');
  const listen = /Listen +(\S+)/.exec(text)?.[1];
  assert.match(text, new RegExp(`Document +${listen}stage\\.json`));
  assert.match(
    text,
    new RegExp(`<script type="module" src="${listen}earshot/element.js"></script>`),
  );
  assert.match(text, /<earshot-listener src="[^"]+"><\/earshot-listener>/);
  assert.doesNotMatch(text, /^\{/m);
  await operate(/Operator +(\S+)/.exec(text)?.[1] ?? '');
});

test('SIGTERM: a window, 1012, and exit code 0', async () => {
  const { run, url } = await started([HLS]);
  const talker = new Talker(`${url.replace('http', 'ws')}/channel`);
  await talker.first('welcome');
  run.child.kill('SIGTERM');
  await until('the channel is closed', () => talker.code !== null);
  const { seconds } = talker.heard.findLast(({ op }) => op === 'window') as { seconds: number };
  assert.equal(seconds, 5);
  assert.equal(talker.code, 1012);
  assert.equal(await run.ended, 0);
  assert.deepEqual(
    run
      .lines()
      .slice(-2)
      .map(({ msg }) => msg),
    ['Handing the listeners over.', 'Stopped.'],
  );
});

test('a second signal ends at once', async (t) => {
  const { run, url } = await started([HLS]);
  // A client that never closes its end holds up the handing over.
  const socket = connect(Number(new URL(url).port), 'localhost');
  t.after(() => socket.destroy());
  socket.write(
    'GET /channel HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Protocol: earshot.v1\r\n\r\n',
  );
  await once(socket, 'data');
  run.child.kill('SIGTERM');
  run.child.kill('SIGINT');
  assert.equal(await run.ended, 2);
});

test('a port that is in use', async () => {
  const { url } = await started([HLS]);
  const { port } = new URL(url);
  const { code, stderr } = await finished(['stage', HLS, '--port', port]);
  assert.deepEqual([code, stderr], [2, `Port ${port} is in use. Give another one with --port.\n`]);
});

test('a journal keeps the secret, the passes and the settings over a kill', async () => {
  const config = await configFile(WITH_DOOR);
  const journal = join(folder, 'journal');
  const args = ['--config', config, '--journal', journal];
  const first = await started(args);
  const { ticket, pass } = await joinDoor(first.url);
  const invited = await finished(['operator', '--journal', journal, '--public-url', first.url]);
  const change = { state: 'held', title: 'A pause' };
  const headers = await operate(invited.stdout);
  assert.equal((await post(`${first.url}/operator/api/change`, change, headers)).status, 200);
  for (const file of [journal, `${journal}.values`])
    assert.equal(statSync(file).mode & 0o077, 0, `${file} is for its owner alone`);

  const refused = await finished(['stage', ...args, ...ANY_PORT]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, new RegExp(`process ${first.run.child.pid} uses this file`));

  first.run.child.kill('SIGKILL');
  await first.run.ended;
  const second = await started(args);
  assert.equal(await check(second.url, { 'Earshot-Pass': pass }), 204);
  const { state, title } = await documentOf(second.url);
  assert.deepEqual({ state, title }, change);
  // For 30 s the ticket leads to the same session, because its answer may have been lost. It takes no second place.
  const again = await check(second.url, { 'Earshot-Ticket': ticket });
  assert.ok(again === 204 || again === 403, `${again}`);
  const metrics = await (await fetch(`${second.url}/metrics`)).text();
  assert.match(metrics, /earshot_door_inside\{door="floor"\} 1\n/);
});

const noRedis = whyNoRedis();
if (noRedis) warnOfSkipped('two nodes over Redis, by the command', noRedis);

test('two nodes over Redis, and an outage of it', { skip: noRedis ?? false }, async () => {
  const redis = await findRedis();
  try {
    const env = { EARSHOT_SECRET: SECRET, REDIS_URL: redis.url };
    const config = await configFile({ ...WITH_DOOR, stage: `cli-${process.pid}` });
    const one = await started(['--config', config], { env });
    const two = await started(['--config', config], { env });
    assert.equal((await one.run.said(RUNNING)).store, 'redis');
    const { pass } = await joinDoor(one.url);
    assert.equal(await check(two.url, { 'Earshot-Pass': pass }), 204);
    if (!redis.isOwn) return;
    redis.pause();
    await two.run.said('The store does not answer.');
    redis.resume();
    await two.run.said('The store answers again.');
    const losses = two.run.lines().filter(({ msg }) => msg === 'The store does not answer.');
    assert.equal(losses.length, 1, 'an outage is one line');
    for (const { run } of [one, two]) {
      run.child.kill('SIGTERM');
      assert.equal(await run.ended, 0);
    }
  } finally {
    await redis.stop();
  }
});

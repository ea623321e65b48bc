import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { HubConnectionBuilder, type IHttpConnectionOptions, LogLevel } from '@microsoft/signalr';
import { Centrifuge } from 'centrifuge';
import { createClient } from 'graphql-ws';
import { DefaultReconnectPolicy, Room, setLogLevel } from 'livekit-client';
import PartySocket from 'partysocket';
import { PEERS } from '../../src/herd/peers.ts';
import { seeded } from '../helpers/random.ts';
import { FakeSocket, fakeFetch, fakeRequests } from './peers/network.ts';
import { createWorld, place, type World } from './peers/world.ts';

const require = createRequire(import.meta.url);
const ROUNDS = 12;
const URL = 'ws://stage.example/';

/** Draws for the nth failure: the edges of every interval that a peer distinguishes, then any. */
const EDGES = [0, 0.0999, 0.1, 0.25, 0.4999, 0.5, 0.85, 0.9, 0.9999];
const scripts: ((failed: number) => number)[] = [
  (failed) => EDGES[failed % EDGES.length] ?? 0,
  (failed) => EDGES[(failed * 4 + 3) % EDGES.length] ?? 0,
  ...[1, 2, 3, 4].map((seed) => {
    const draw = seeded(seed);
    const drawn = Array.from({ length: ROUNDS + 2 }, draw);
    return (failed: number) => drawn[failed] ?? 0;
  }),
];

function model(name: string) {
  const found = PEERS.find((peer) => peer.name === name);
  assert.ok(found, name);
  return found;
}

/** Every model that a package backs says so with the version that is installed. */
function assertInstalled(name: string): void {
  const [, id, version] = /^(@?[^@]+)@([\d.]+)/.exec(model(name).of) ?? [];
  assert.ok(id && version, model(name).of);
  assert.equal(require(`../../node_modules/${id}/package.json`).version, version);
}

/** Asserts that the world's waits are the model's, and that it ended where the model gives up. */
function assertWaits(
  name: string,
  world: World,
  { memory = 0, timedOut = false, givesUp = false } = {},
): void {
  const waits = world.waits();
  assert.ok(givesUp || waits.length >= ROUNDS, `${name}: only ${waits.length} rounds`);
  let previous = 0;
  for (const [index, wait] of waits.entries()) {
    const attempt = index + 1;
    const draw = () => world.random(attempt);
    const said = model(name).delay(attempt, previous, memory, timedOut, draw);
    assert.ok(
      said !== null && Math.abs(said - wait) < 1e-6,
      `${name}, failure ${attempt}: the package waits ${wait} ms, the model says ${said}`,
    );
    previous = wait;
  }
  if (givesUp) {
    const attempt = waits.length + 1;
    const said = model(name).delay(attempt, previous, memory, timedOut, () => 0.5);
    assert.equal(said, null, `${name}: the package gave up at failure ${attempt}`);
  }
}

const rounds = (world: World) => () => world.dials.length > ROUNDS;

/** Runs a manager of socket.io for so many rounds, and asserts its waits. */
async function manage(script: (failed: number) => number, fate: 'refuse' | 'hang', count: number) {
  const world = createWorld();
  world.fate = () => fate;
  world.random = script;
  place(
    'XMLHttpRequest',
    fakeRequests(() => ''),
  );
  const file = require.resolve('socket.io-client/dist/socket.io.js');
  // The browsers' build binds the timers while it loads.
  delete require.cache[file];
  const { Manager } = require(file);
  const manager = new Manager('http://stage.example');
  // It leaves the request of a dial that timed out under way.
  if (fate === 'hang') manager.on('error', () => world.end(world.dials.at(-1)));
  await world.run(() => world.dials.length > count);
  manager._close();
  assertWaits('socket.io-client', world, { timedOut: fate === 'hang' });
  return world.waits();
}

test('socket.io-client loses its waits after a thousand failures, as its model says', async () => {
  const waits = await manage((failed) => EDGES[failed % EDGES.length] ?? 0, 'refuse', 1040);
  // The 1016th draws upwards, which the cap still catches.
  assert.equal(waits.indexOf(0), 1016);
});

for (const fate of ['refuse', 'hang'] as const) {
  const timedOut = fate === 'hang';

  test(`partysocket waits what its model says: ${fate}`, async () => {
    assertInstalled('partysocket');
    const world = createWorld();
    world.fate = () => fate;
    const socket = new PartySocket({ host: 'stage.example', room: 'hall', WebSocket: FakeSocket });
    await world.run(rounds(world));
    socket.close();
    assertWaits('partysocket', world, { timedOut });
  });

  test(`reconnecting-websocket waits what its model says: ${fate}`, async () => {
    assertInstalled('reconnecting-websocket');
    const file = require.resolve('reconnecting-websocket');
    for (const memory of [0, 0.3, 0.9999]) {
      const world = createWorld();
      world.fate = () => fate;
      world.random = () => memory;
      // It draws while it loads: each page is a load of its own.
      delete require.cache[file];
      const ReconnectingWebSocket = require(file);
      const socket = new ReconnectingWebSocket(URL, [], { WebSocket: FakeSocket });
      // A draw after that would show as a wait that the memory does not give.
      world.random = () => Number.NaN;
      await world.run(rounds(world));
      socket.close();
      assertWaits('reconnecting-websocket', world, { timedOut, memory });
    }
  });

  test(`socket.io-client waits what its model says: ${fate}`, async () => {
    assertInstalled('socket.io-client');
    for (const script of scripts) await manage(script, fate, ROUNDS);
  });

  test(`centrifuge waits what its model says: ${fate}`, async () => {
    assertInstalled('centrifuge');
    for (const script of scripts) {
      const world = createWorld();
      world.fate = () => fate;
      world.random = script;
      const client = new Centrifuge(URL, { websocket: FakeSocket });
      client.connect();
      await world.run(rounds(world));
      client.disconnect();
      assertWaits('centrifuge', world, { timedOut });
    }
  });
}

for (const name of ['partysocket', 'reconnecting-websocket']) {
  test(`${name} counts a drop after five seconds as its first failure`, async () => {
    const world = createWorld();
    world.random = () => 0.3;
    const file = require.resolve('reconnecting-websocket');
    delete require.cache[file];
    const socket: PartySocket =
      name === 'partysocket'
        ? new PartySocket({ host: 'stage.example', room: 'hall', WebSocket: FakeSocket })
        : new (require(file))(URL, [], { WebSocket: FakeSocket });
    // Two refusals first, so that a count that outlives the success would show.
    await world.run(() => world.dials.length > 2);
    world.fate = () => 'accept';
    await world.run(() => socket.readyState === FakeSocket.OPEN);
    const opened = world.now();
    await world.run(() => world.now() > opened + 4999);
    world.fate = () => 'refuse';
    world.dials.splice(0, world.dials.length - 1);
    FakeSocket.last.drop(1006);
    await world.run(rounds(world));
    socket.close();
    assertWaits(name, world, { memory: 0.3 });
  });
}

/** Lets one hub in, drops it, and gives what it asks for from then on. */
async function dropHub(world: World) {
  place(
    'fetch',
    fakeFetch(() => JSON.stringify(HUB)),
  );
  FakeSocket.heard = (socket, data) => {
    if (data.includes('"protocol"')) socket.say('{}\u001e');
  };
  world.fate = () => 'accept';
  // The hub's own dial: the drop must end it, so its socket alone counts at first.
  world.counts = (url) => url.startsWith('ws');
  const hub = new HubConnectionBuilder()
    .withUrl('http://stage.example/hub', HUB_OPTIONS)
    .withAutomaticReconnect()
    .configureLogging(LogLevel.None)
    .build();
  let started = false;
  void hub.start().then(() => {
    started = true;
  });
  await world.run(() => started);
  assert.equal(hub.state, 'Connected');
  world.fate = () => 'refuse';
  world.counts = () => true;
  return hub;
}

// The package keeps this option out of its types.
const HUB_OPTIONS = { WebSocket: FakeSocket } as IHttpConnectionOptions;

const HUB = {
  negotiateVersion: 1,
  connectionId: 'id',
  connectionToken: 'token',
  availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text'] }],
};

test('@microsoft/signalr does not retry a first dial', async () => {
  const world = createWorld();
  place(
    'fetch',
    fakeFetch(() => ''),
  );
  const hub = new HubConnectionBuilder()
    .withUrl('http://stage.example/hub', HUB_OPTIONS)
    .withAutomaticReconnect()
    .configureLogging(LogLevel.None)
    .build();
  const refused = assert.rejects(hub.start());
  await world.run(() => false);
  await refused;
  assert.equal(world.dials.length, 1);
});

test('@microsoft/signalr waits what its model says after a drop, then gives up', async () => {
  assertInstalled('@microsoft/signalr');
  const world = createWorld();
  const hub = await dropHub(world);
  FakeSocket.last.drop(1006);
  await world.run(() => false);
  assert.equal(hub.state, 'Disconnected');
  assert.equal(world.dials.length, 5);
  assertWaits('@microsoft/signalr', world, { givesUp: true });
});

test('@microsoft/signalr asks the origin as often as its model says to get in', async () => {
  const world = createWorld();
  const hub = await dropHub(world);
  world.fate = () => 'accept';
  FakeSocket.last.drop(1006);
  await world.run(() => hub.state === 'Connected');
  assert.equal(world.dials.length - 1, model('@microsoft/signalr').requestsPerDial);
});

test('livekit-client waits what its model says (its policy alone), then gives up', () => {
  assertInstalled('livekit-client');
  const policy = new DefaultReconnectPolicy();
  for (const script of scripts) {
    let draws = 0;
    place('random', () => script(draws), Math);
    let attempt = 1;
    for (; ; attempt++) {
      draws = attempt;
      const real = policy.nextRetryDelayInMs({ retryCount: attempt - 1, elapsedMs: 0 });
      const draw = () => script(attempt);
      assert.equal(model('livekit-client').delay(attempt, 0, 0, false, draw), real);
      if (real === null) break;
    }
    assert.equal(attempt, 11);
  }
});

test('livekit-client does not retry a first dial, and asks once more why it failed', async () => {
  const world = createWorld();
  place(
    'fetch',
    fakeFetch(() => ''),
  );
  place('WebSocket', FakeSocket);
  // It would compress its request on a thread, whose time is real.
  place('CompressionStream', undefined);
  // As much of a peer connection as a room needs before its first answer.
  place(
    'RTCPeerConnection',
    class {
      addTransceiver(): void {}
      close(): void {}
      getSenders = () => [];
      getTransceivers = () => [];
      createDataChannel = () => new EventTarget();
      createOffer = async () => ({ type: 'offer', sdp: '' });
      async setLocalDescription(): Promise<void> {}
    },
  );
  setLogLevel('silent');
  const refused = assert.rejects(new Room().connect(URL, 'a.b.c'));
  await world.run(() => world.now() > 60_000);
  await refused;
  assert.equal(world.dials.length, model('livekit-client').requestsPerDial);
});

for (const [what, options] of [
  ['a server that lets in and closes', {}],
  ['a refused dial that the page calls retryable', { shouldRetry: () => true }],
] as const) {
  test(`graphql-ws waits what its model says, then gives up: ${what}`, async () => {
    assertInstalled('graphql-ws');
    for (const script of scripts) {
      const world = createWorld();
      world.random = script;
      if (!('shouldRetry' in options)) world.fate = () => 'accept';
      FakeSocket.heard = (socket) => socket.drop(1013);
      const client = createClient({ url: URL, webSocketImpl: FakeSocket, ...options });
      let ended = false;
      const end = () => {
        ended = true;
      };
      client.subscribe({ query: '' }, { next() {}, error: end, complete: end });
      await world.run(() => false);
      assert.ok(ended);
      assert.equal(world.dials.length, 6);
      assertWaits('graphql-ws', world, { givesUp: true });
    }
  });
}

test('graphql-ws does not retry a refused dial unless the page says so', async () => {
  const world = createWorld();
  const client = createClient({ url: URL, webSocketImpl: FakeSocket });
  client.subscribe({ query: '' }, { next() {}, error() {}, complete() {} });
  await world.run(() => false);
  assert.equal(world.dials.length, 1);
});

/** A live playlist whose window has moved with the world, or one that has ended. */
function playlist(world: World, live: boolean): string {
  const first = live ? Math.floor(world.now() / 4000) : 0;
  const segments = [0, 1, 2, 3, 4, 5].map((index) => `#EXTINF:4,\n${first + index}.aac`);
  return [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:4',
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...segments,
    ...(live ? [] : ['#EXT-X-ENDLIST']),
  ].join('\n');
}

/** Plays with the real hls.js until so many dials of `kind` have failed, or it does no more. */
async function play(
  world: World,
  kind: '.aac' | '.m3u8',
  { fate = 'refuse' as 'refuse' | 'hang', status = 503, restart = false } = {},
): Promise<void> {
  place('self', globalThis);
  place('location', { href: 'http://stage.example/' });
  place(
    'XMLHttpRequest',
    fakeRequests(() => playlist(world, kind === '.m3u8'), status),
  );
  const { default: Hls } = await import('hls.js');
  let playing = false;
  world.counts = (url) => url.endsWith(kind) && (kind === '.aac' || playing);
  world.fate = (url) => (url.endsWith(kind) && (kind === '.aac' || playing) ? fate : 'accept');
  const hls = new Hls({ enableWorker: false, startFragPrefetch: kind === '.aac' });
  let fatal = false;
  hls.on(Hls.Events.LEVEL_LOADED, () => {
    playing = true;
  });
  hls.on(Hls.Events.ERROR, (_event, error) => {
    if (!error.fatal || error.type !== Hls.ErrorTypes.NETWORK_ERROR) return;
    if (restart) hls.startLoad();
    else fatal = true;
  });
  hls.loadSource('http://stage.example/a.m3u8');
  await world.run(() => world.dials.length > 2 * ROUNDS || (fatal && world.now() > 300_000));
  assert.equal(fatal, !restart);
  hls.destroy();
}

for (const fate of ['refuse', 'hang'] as const) {
  const timedOut = fate === 'hang';

  test(`hls.js fragments wait what their model says, then give up: ${fate}`, async () => {
    assertInstalled('hls.js');
    const world = createWorld();
    await play(world, '.aac', { fate });
    assert.equal(world.dials.length, timedOut ? 5 : 7);
    assertWaits('hls.js', world, { timedOut, givesUp: true });
  });

  test(`hls.js playlists wait what their model says, then give up: ${fate}`, async () => {
    const world = createWorld();
    await play(world, '.m3u8', { fate });
    assert.equal(world.dials.length, 3);
    assertWaits('hls.js playlists', world, { timedOut, givesUp: true });
  });

  test(`hls.js + startLoad() waits what its model says: ${fate}`, async () => {
    const world = createWorld();
    await play(world, '.aac', { fate, restart: true });
    assertWaits('hls.js + startLoad()', world, { timedOut });
  });
}

for (const status of [0, 429]) {
  test(`hls.js waits no differently after status ${status}, with one rendition`, async () => {
    const fragments = createWorld();
    await play(fragments, '.aac', { status });
    assertWaits('hls.js', fragments, { givesUp: true });
    const playlists = createWorld();
    await play(playlists, '.m3u8', { status });
    assertWaits('hls.js playlists', playlists, { givesUp: true });
  });
}

/** Delays of a model after its nth failure, many draws of them. */
function draws(name: string, attempt: number, previous: number) {
  const random = seeded(attempt);
  const all = Array.from({ length: 20_000 }, () => {
    const delay = model(name).delay(attempt, previous, 0, false, random);
    assert.ok(delay !== null);
    return delay;
  });
  const mean = all.reduce((sum, delay) => sum + delay, 0) / all.length;
  return { min: Math.min(...all), max: Math.max(...all), mean };
}

/** Asserts the bounds and the mean, each within 1 % of the range. */
function assertDrawn(name: string, attempt: number, previous: number, [low, high]: number[]) {
  assert.ok(low !== undefined && high !== undefined);
  const { min, max, mean } = draws(name, attempt, previous);
  const slack = (high - low) / 100;
  assert.ok(min >= low && min < low + slack, `${name} ${attempt}: min ${min}`);
  assert.ok(max <= high && max > high - slack, `${name} ${attempt}: max ${max}`);
  assert.ok(Math.abs(mean - (low + high) / 2) < slack, `${name} ${attempt}: mean ${mean}`);
}

test('the formulas without a package draw between the bounds that their documents give', () => {
  assertDrawn('AWS full jitter', 1, 0, [0, 1000]);
  assertDrawn('AWS full jitter', 4, 0, [0, 8000]);
  assertDrawn('AWS full jitter', 6, 0, [0, 30_000]);
  assertDrawn('AWS full jitter', 2000, 0, [0, 30_000]);
  assertDrawn('AWS decorrelated jitter', 1, 0, [1000, 3000]);
  assertDrawn('AWS decorrelated jitter', 9, 5000, [1000, 15_000]);
  const capped = draws('AWS decorrelated jitter', 9, 30_000);
  assert.equal(capped.max, 30_000);
  assert.ok(Math.abs(capped.mean - (15_500 * 29 + 30_000 * 60) / 89) < 200, `${capped.mean}`);
  for (const attempt of [1, 5, 1000]) {
    assert.equal(
      model('EventSource').delay(attempt, 0, 0, false, () => 0.5),
      3000,
    );
    assert.equal(
      model('fixed 1 s').delay(attempt, 0, 0, false, () => 0.5),
      1000,
    );
  }
});

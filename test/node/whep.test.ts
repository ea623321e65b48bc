import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { RTCPeerConnection } from 'werift';
import { launch } from '../../bench/lib/browser.ts';
import { type Fault, type Stage, startStage } from '../../demo/stage/stage.ts';
import { runs } from '../helpers/effort.ts';
import { type Joined, type Look, ROUTES, until } from './whep/listener.ts';

const SDP = { 'Content-Type': 'application/sdp' };
const FRAGMENT = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
// Each costs the media process its share of a core, and Chromium gives up what is not answered within 15 s:
// `npm run verify` has a machine for itself, and asks for four times as many.
const LISTENERS = runs(8);

let stage: Stage;
let browser: Browser | undefined;

async function start(options: Parameters<typeof startStage>[0] = {}): Promise<Stage> {
  stage = await startStage({ whep: true, routes: ROUTES, ...options });
  return stage;
}

const endpoint = (program = 'talk') => `${stage.url}${stage.door ? '/floor' : ''}/whep/${program}`;

async function open(): Promise<Page> {
  browser ??= await launch();
  const page = await browser.newPage();
  await page.goto(`${stage.url}/page`);
  return page;
}

const join = (page: Page, url: string, headers: Record<string, string> = {}): Promise<Joined> =>
  page.evaluate(([to, sent]) => window.bare().join(to, sent), [url, headers] as const);

const ask = (page: Page, method: string, index = 0): Promise<number> =>
  page.evaluate(([i, how]) => window.listeners[i]?.ask(how) ?? 0, [index, method] as const);

const isHeard = ({ packets, energy }: Look) => packets > 20 && energy > 0;

/** A look after so many more packets. */
async function more(page: Page, packets: number, index = 0): Promise<Look> {
  const before = await until(page, index, () => true);
  return until(page, index, (look) => look.packets >= before.packets + packets);
}

async function offer(): Promise<string> {
  const peer = new RTCPeerConnection({ iceUseIpv4: false, iceUseIpv6: false });
  peer.addTransceiver('audio', { direction: 'recvonly' });
  const { sdp } = await peer.createOffer();
  await peer.close();
  return sdp;
}

const post = (body: string, headers: Record<string, string> = SDP, url = endpoint()) =>
  fetch(url, { method: 'POST', headers, body });

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Seconds of processor time that a process has had. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

afterEach(async () => {
  const pages = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  await Promise.all(pages.map((page) => page.close()));
  await stage?.close();
});
after(() => browser?.close());

test('the document names WHEP first, then LL-HLS, HLS, audio only and the recording', async () => {
  const { url, cdn, documentUrl } = await start();
  const { sources } = (await (await fetch(documentUrl)).json()) as { sources: object[] };
  assert.deepEqual(sources, [
    { kind: 'whep', url: `${url}/whep/talk` },
    { kind: 'hls', url: `${cdn.a}/talk-ll.m3u8` },
    { kind: 'hls', url: `${cdn.b}/talk-ll.m3u8` },
    { kind: 'hls', url: `${cdn.b}/talk.m3u8` },
    { kind: 'hls', url: `${cdn.a}/audio.m3u8` },
    { kind: 'recording', url: `${cdn.a}/talk-vod.m3u8` },
  ]);
  await assert.rejects(stage.setFault('whep', { kind: 'frozen' }), /not for whep/);
  await assert.rejects(stage.setFault('a', { kind: 'killed' }), /not for a/);
  await stage.setFault('all', { kind: 'frozen' });
  assert.deepEqual([stage.fault('a').kind, stage.fault('whep').kind], ['frozen', 'none']);
});

test('the endpoint speaks WHEP: what is wrong is refused, and a session ends once', async () => {
  await start({ whep: { iceServers: ['stun:stun.example:3478'] } });
  const options = await fetch(endpoint(), { method: 'OPTIONS' });
  assert.equal(options.status, 200);
  assert.equal(options.headers.get('accept-post'), 'application/sdp');
  assert.match(options.headers.get('access-control-allow-methods') ?? '', /POST, PATCH, DELETE/);
  const sdp = await offer();
  assert.equal((await post(sdp, {})).status, 415);
  assert.equal((await post('v=0 nonsense')).status, 400);
  assert.equal((await post('x'.repeat(70_000))).status, 413);
  assert.equal((await post(sdp, SDP, endpoint('other'))).status, 404);
  assert.equal((await fetch(endpoint())).status, 405);
  const joined = await post(sdp);
  assert.equal(joined.status, 201);
  assert.equal(joined.headers.get('link'), '<stun:stun.example:3478>; rel="ice-server"');
  const exposed = joined.headers.get('access-control-expose-headers') ?? '';
  for (const name of ['Location', 'Link', 'ETag', 'Retry-After', 'Earshot-Pass']) {
    assert.ok(exposed.includes(name), name);
  }
  const answer = await joined.text();
  assert.match(answer, /a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 \d+ typ host/);
  assert.match(answer, /a=sendonly/);
  assert.equal(answer.match(/^a=candidate/gm)?.length, 1);
  const session = new URL(joined.headers.get('location') ?? '', stage.url).href;
  const patch = (headers: Record<string, string>, body: string) =>
    fetch(session, { method: 'PATCH', headers, body });
  assert.equal((await patch({}, 'x')).status, 415);
  assert.equal((await patch(SDP, sdp)).status, 422);
  assert.equal((await patch(FRAGMENT, 'x')).status, 428);
  assert.equal((await patch({ ...FRAGMENT, 'If-Match': '"x"' }, 'x')).status, 412);
  assert.equal((await patch({ ...FRAGMENT, 'If-Match': '*' }, 'x')).status, 400);
  const user = /^a=ice-ufrag:.*$/m.exec(sdp)?.[0] ?? '';
  const tag = joined.headers.get('etag') ?? '';
  assert.equal((await patch({ ...FRAGMENT, 'If-Match': tag }, `${user}\r\n`)).status, 204);
  assert.equal(stage.whep?.sessions(), 1);
  assert.equal((await fetch(session, { method: 'DELETE' })).status, 200);
  assert.equal((await fetch(session, { method: 'DELETE' })).status, 404);
  assert.equal(stage.whep?.sessions(), 0);
  const counted = stage.requests.filter(
    ({ origin, method }) => origin === 'whep' && method === 'DELETE',
  );
  assert.deepEqual(
    counted.map(({ status }) => status),
    [200, 404],
  );
});

test('the faults of HTTP refuse, and a page can read why', async () => {
  await start();
  const page = await open();
  const faults: [Fault, number, string | null][] = [
    [{ kind: 'unavailable', retryAfter: 7 }, 503, '7'],
    [{ kind: 'tooMany', retryAfter: 3 }, 429, '3'],
    [{ kind: 'conflict', retryAfter: 2 }, 409, '2'],
    [{ kind: 'conflict' }, 409, '5'],
    [{ kind: 'gone' }, 404, null],
  ];
  for (const [fault, status, retryAfter] of faults) {
    await stage.setFault('whep', fault);
    const { status: got, retryAfter: after } = await join(page, endpoint());
    assert.deepEqual([got, after], [status, retryAfter], fault.kind);
  }
  await stage.setFault('whep', { kind: 'reset' });
  await assert.rejects(join(page, endpoint()));
  await stage.setFault('whep', { kind: 'hang' });
  const seen = new Promise((resolve) => stage.onRequest(({ status }) => resolve(status)));
  const hanging = post(await offer()).catch(() => 'closed');
  assert.equal(await seen, null);
  await stage.setFault('whep', { kind: 'slow', ms: 400 });
  const askedAt = performance.now();
  assert.equal((await post(await offer())).status, 201);
  assert.ok(performance.now() - askedAt >= 395);
  const command = { origin: 'whep', fault: { kind: 'loss', share: 7 } };
  const body = JSON.stringify(command);
  const headers = { 'Content-Type': 'application/json' };
  assert.equal(
    (await fetch(`${stage.url}/console`, { method: 'POST', headers, body })).status,
    200,
  );
  assert.deepEqual(stage.fault('whep'), { kind: 'loss', share: 1 });
  await stage.close();
  assert.equal(await hanging, 'closed');
});

test('a page hears the talk, and knows its program time', async (t) => {
  await start();
  const page = await open();
  const askedAt = Date.now();
  assert.equal((await join(page, endpoint())).status, 201);
  await until(page, 0, ({ packets }) => packets > 0);
  t.diagnostic(`first packet ${Date.now() - askedAt} ms after the offer was begun`);
  const first = await until(page, 0, ({ reports }) => reports >= 2);
  t.diagnostic(`two sender reports by packet ${first.packets}`);
  const look = await until(page, 0, (one) => isHeard(one) && one.saidAt !== null);
  t.diagnostic(`estimatedPlayoutTimestamp: ${look.playout ?? 'not told by this browser'}`);
  t.diagnostic(`played ${Number(look.playedAt) - Number(look.saidAt)} ms after it was said`);
  const behind = Number(look.playedAt) - Number(look.saidAt);
  assert.ok(behind > 20, `${behind}`);
  const before = await more(page, 50);
  assert.equal(before.lost, 0);
  assert.equal(await page.evaluate(() => window.listeners[0]?.restart()), 200);
  await more(page, 50);
  assert.equal(await ask(page, 'DELETE'), 200);
  assert.equal(await ask(page, 'DELETE'), 404);
  assert.equal(stage.whep?.sessions(), 0);
});

test('packetsStop and loss hit the packets alone, and none makes all well', async () => {
  await start();
  const page = await open();
  await join(page, endpoint());
  await until(page, 0, isHeard);
  await stage.setFault('whep', { kind: 'packetsStop' });
  const { reports } = await until(page, 0, () => true);
  const stopped = await until(page, 0, (look) => look.reports >= reports + 1);
  const still = await until(page, 0, (look) => look.reports >= reports + 2);
  assert.equal(still.packets, stopped.packets);
  assert.equal(still.state, 'connected');
  assert.equal((await join(page, endpoint())).status, 201);
  await until(page, 1, ({ state }) => state === 'connected');
  assert.equal((await until(page, 1, () => true)).packets, 0);
  await stage.setFault('whep', { kind: 'loss', share: 0.5 });
  const { lost } = await more(page, 100);
  assert.ok(lost > 40, `${lost}`);
  await stage.setFault('whep', { kind: 'none' });
  await more(page, 20);
  const well = await until(page, 0, () => true);
  assert.equal((await more(page, 50)).lost, well.lost);
  await until(page, 1, isHeard);
});

test('killed takes all sessions; none brings new ones', async () => {
  await start();
  const page = await open();
  await join(page, endpoint());
  await until(page, 0, isHeard);
  const pid = stage.whep?.pid() ?? 0;
  await stage.setFault('whep', { kind: 'killed' });
  assert.equal(isAlive(pid), false);
  assert.equal(stage.whep?.sessions(), 0);
  assert.equal((await join(page, endpoint())).status, 503);
  assert.equal(await ask(page, 'DELETE'), 404);
  await stage.setFault('whep', { kind: 'none' });
  assert.equal((await join(page, endpoint())).status, 201);
  await until(page, 2, isHeard);
});

test('a media process that dies by itself is started again', async () => {
  await start();
  const page = await open();
  await join(page, endpoint());
  await until(page, 0, isHeard);
  const pid = stage.whep?.pid() ?? 0;
  process.kill(pid, 'SIGKILL');
  while ((stage.whep?.pid() ?? pid) === pid) await page.waitForTimeout(20);
  assert.equal(stage.whep?.sessions(), 0);
  assert.equal((await join(page, endpoint())).status, 201);
  await until(page, 1, isHeard);
});

test('counterOffer: the page answers the endpoint, and hears it', async () => {
  await start();
  const page = await open();
  await stage.setFault('whep', { kind: 'counterOffer' });
  assert.equal((await join(page, endpoint())).status, 406);
  await until(page, 0, isHeard);
  const patched = stage.requests.filter(({ method }) => method === 'PATCH');
  assert.deepEqual(
    patched.map(({ status }) => status),
    [204],
  );
  assert.equal(await ask(page, 'DELETE'), 200);
});

test('expired: the session is not known any more, and its sound stops', async () => {
  await start();
  const page = await open();
  await join(page, endpoint('sweep'));
  await until(page, 0, isHeard);
  await stage.setFault('whep', { kind: 'expired' });
  const { packets } = await until(page, 0, () => true);
  assert.equal(await ask(page, 'PATCH'), 404);
  assert.equal(await ask(page, 'DELETE'), 404);
  assert.equal((await join(page, endpoint())).status, 201);
  await until(page, 1, isHeard);
  assert.ok((await until(page, 0, () => true)).packets <= packets + 5);
});

test('behind the door: a join, a pass, and a refusal with Retry-After', async () => {
  await start({ door: { capacity: 1, listeners: 1 } });
  const { sources } = (await (await fetch(stage.documentUrl)).json()) as { sources: object[] };
  assert.deepEqual(sources[0], { kind: 'whep', url: endpoint(), door: 'floor' });
  const page = await open();
  const joined = await join(page, endpoint());
  assert.equal(joined.status, 201);
  await until(page, 0, isHeard);
  // One more may have become possible meanwhile; the next one after it is ten seconds away.
  stage.door?.setCapacity(0.1);
  let refused = await join(page, endpoint());
  let joins = 2;
  for (; refused.status === 201; joins++) refused = await join(page, endpoint());
  assert.equal(refused.status, 503);
  assert.ok(refused.retryAfter);
  assert.equal(await ask(page, 'DELETE'), 200);
  const [pass = ''] = joined.pass?.split(';') ?? [];
  assert.equal((await join(page, endpoint(), { 'Earshot-Pass': pass })).status, 201);
  await until(page, joins, isHeard);
});

test(`${LISTENERS} listeners are served by one encoder, and leave nothing behind`, async (t) => {
  await start();
  const page = await open();
  for (let i = 0; i < LISTENERS; i++) {
    assert.equal((await join(page, endpoint())).status, 201);
    await until(page, i, ({ packets }) => packets > 20);
  }
  const pid = stage.whep?.pid() ?? 0;
  const [from, at] = [processorTime(pid), performance.now()];
  await more(page, 150);
  const share = (processorTime(pid) - from) / ((performance.now() - at) / 1000);
  t.diagnostic(`${(share * 100).toFixed(1)} % of a core for ${LISTENERS} listeners`);
  assert.equal(stage.whep?.sessions(), LISTENERS);
  await stage.close();
  assert.equal(isAlive(pid), false);
  assert.equal(stage.whep?.sessions(), 0);
});

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { EARSHOT, earshotFiles } from '../../bench/lib/bundle.ts';
import { crowdHost } from '../../bench/lib/crowd-host.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import type { Session } from '../../src/session/api.ts';
import { listen } from '../../src/session/listen.ts';
import type { Source, SourceRun } from '../../src/sources/source.ts';
import { createStage, type StageServer } from '../../src/stage-server/index.ts';
import { type ServedStage, serveStage } from '../../src/stage-server/node/index.ts';
import { until } from '../helpers/condition.ts';
import {
  type FrontDoor,
  freePort,
  type Places,
  startCaddy,
  startNginx,
  whyMissing,
} from '../helpers/front-door.ts';
import { listenOn, SECRET } from '../helpers/hostile.ts';
import { warnOfSkipped } from '../helpers/redis.ts';

declare global {
  var session: Session;
  var statuses: string[];
}

/** Ends what hangs; how long a machine takes is no matter here. */
const PATIENCE = { timeout: 600_000, polling: 50 };

const hostOf = (url: string): string => new URL(url).host;

/** Follows HLS as a player does, without its sound: the playlist, and each newest segment, by the session's governor. */
const follower = (): Source => ({
  kinds: ['hls'],
  supports: () => true,
  async open({ request, description, media, host, signal, fail }): Promise<SourceRun> {
    const { url } = description;
    const read = async () => {
      const { body } = await request({ url, purpose: 'playlist' });
      const name = new TextDecoder().decode(body).trim().split('\n').at(-1) ?? '';
      await request({ url: new URL(name, url).href, purpose: 'segment' });
    };
    await read();
    media.currentTime = 0;
    const go = async () => {
      while (!signal.aborted) {
        await new Promise<void>((resolve) => void host.timer(resolve, 500));
        await read();
      }
    };
    go().catch(fail);
    const run = { target: () => 10_000, latency: () => 10_000, frozen: () => false };
    return {
      ...run,
      programTime: () => host.now() - 10_000,
      ahead: () => 10_000,
      seek() {},
      attach() {},
      close: () => media.pause(),
    };
  },
});

/** A browser's storage, which outlives its page. */
type Stored = [string, string][];

const storedBy = (host: ReturnType<typeof crowdHost>): Stored => {
  const doors = host.stores.browser.get('earshot:doors');
  return doors === null ? [] : [['earshot:doors', doors]];
};

function enter(stage: string, stored: Stored = []) {
  const host = crowdHost(Math.random, stored);
  const session = listen({ stage, host, sources: [follower()] });
  return { host, session };
}

const PROXIES: Record<string, [(places: Places) => Promise<FrontDoor>, string | null]> = {
  nginx: [startNginx, whyMissing('nginx', '-v')],
  caddy: [startCaddy, whyMissing('caddy', 'version')],
};

for (const [name, [start, why]] of Object.entries(PROXIES)) {
  if (why)
    warnOfSkipped(`a real ${name} in front of HLS`, why, name === 'nginx' ? 'nginx-light' : name);
  describe(`${name} with the snippet of docs/server.md in front of real HLS`, {
    skip: why ?? false,
  }, () => {
    let media: Stage;
    let origin: Awaited<ReturnType<typeof listenOn>>;
    let stage: StageServer;
    let served: ServedStage;
    let front: FrontDoor;
    let playlist: string;
    /** Headers that the origin saw. */
    const seen: Record<string, unknown>[] = [];
    const sessions: Session[] = [];

    before(async () => {
      media = await startStage();
      origin = await listenOn(async ({ url = '', headers }, response) => {
        seen.push(headers);
        const answer = await fetch(media.cdn.a + url.replace('/live', ''));
        const type = answer.headers.get('content-type') ?? '';
        response.writeHead(answer.status, { 'content-type': type, 'cache-control': 'max-age=9' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
      const port = await freePort();
      playlist = `http://127.0.0.1:${port}/live/talk.m3u8`;
      stage = createStage({
        secrets: [SECRET],
        sources: [{ kind: 'hls', url: playlist, door: 'floor' }],
        doors: { floor: { capacity: 50, listeners: 100, opensIn: 1 } },
        tickets: { perMinute: 10_000, burst: 10_000 },
      });
      served = await serveStage(stage, { port: 0, host: '127.0.0.1' });
      await stage.ready;
      front = await start({ stage: hostOf(served.url), origin: hostOf(origin.url), port });
    });
    after(async () => {
      await front?.close();
      await served?.close({ window: 1 });
      await origin?.close();
      await media?.close();
    });
    afterEach(() => {
      for (const session of sessions.splice(0)) session.close();
    });

    const ticketOf = async (): Promise<string> => {
      const drawn = await fetch(`${served.url}/door/floor/tickets`, { method: 'POST' });
      return ((await drawn.json()) as { ticket: string }).ticket;
    };
    const get = async (headers: Record<string, string> = {}, url = playlist) => {
      const answer = await fetch(url, { headers: { ...headers, origin: 'https://www.example' } });
      const { status } = answer;
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Retry-After/);
      const text = await answer.text();
      return { status, headers: answer.headers, text };
    };
    const isOpen = () => stage.stats().doors.floor?.open === 1;

    test('a ticket before its turn gets 503 with the seconds until then', async () => {
      await stage.change({ doors: { floor: { restart: true } } });
      await stage.refresh();
      const { status, headers } = await get({ 'earshot-ticket': await ticketOf() });
      assert.equal(status, 503);
      assert.ok(Number(headers.get('retry-after')) >= 1, String(headers.get('retry-after')));
      assert.equal(headers.get('earshot-pass'), null);
    });

    test('a ticket at its turn gets the playlist and a pass, which no cache keeps', async () => {
      await until('the door is open', isOpen);
      const { status, headers, text } = await get({ 'earshot-ticket': await ticketOf() });
      assert.equal(status, 200);
      assert.match(text, /^#EXTM3U/);
      const pass = headers.get('earshot-pass') ?? '';
      assert.match(pass, /^[\w-]+\.[\w-]+\.[\w-]+; max-age=300$/);
      assert.match(headers.get('cache-control') ?? '', /no-store/);
      assert.doesNotMatch(headers.get('cache-control') ?? '', /max-age/);
      const token = pass.split(';')[0] ?? '';
      const again = await get({ 'earshot-pass': token });
      assert.equal(again.status, 200);
      assert.equal(again.headers.get('earshot-pass') || null, null);
      const segment = new URL(text.trim().split('\n').at(-1) ?? '', playlist).href;
      const sound = await get({ 'earshot-pass': token }, segment);
      assert.equal(sound.status, 200);
      assert.match(sound.headers.get('cache-control') ?? '', /no-store/);
      assert.equal((await get({}, segment)).status, 403);
      // A segment takes no place, so a ticket is none of its business.
      assert.equal((await get({ 'earshot-ticket': await ticketOf() }, segment)).status, 403);
    });

    test('no ticket, a forged ticket and a forged pass get 403', async () => {
      for (const headers of [{}, { 'earshot-ticket': 'a.b.c' }, { 'earshot-pass': 'a.b.c' }]) {
        const { status, headers: answered } = await get(headers as Record<string, string>);
        assert.equal(status, 403);
        assert.equal(answered.get('earshot-pass') || null, null);
      }
      const spoofed = { 'new-pass': 'mine', 'x-original-uri': '/door/floor/check' };
      const { headers } = await get({ ...spoofed, 'earshot-ticket': await ticketOf() });
      assert.doesNotMatch(headers.get('earshot-pass') ?? '', /mine/);
    });

    test('a page of another origin may ask with a pass, by its preflight', async () => {
      for (const url of [playlist, playlist.replace('.m3u8', '/1.aac')]) {
        const { status, headers } = await fetch(url, {
          method: 'OPTIONS',
          headers: {
            origin: 'https://www.example',
            'access-control-request-method': 'GET',
            'access-control-request-headers': 'earshot-pass',
          },
        });
        assert.equal(status, 204);
        assert.equal(headers.get('access-control-allow-origin'), '*');
        assert.match(headers.get('access-control-allow-headers') ?? '', /Earshot-Pass/);
      }
    });

    test('a listener queues, is let in, drops, and is back by its pass without the queue', async () => {
      await until('the door is open', isOpen);
      await stage.change({ doors: { floor: { restart: true } } });
      await stage.refresh();
      const url = `${served.url}/stage.json`;
      const first = enter(url);
      sessions.push(first.session);
      await until('it has queued', () => first.session.state.status === 'queued');
      await until('it is in', () => first.session.state.hearing);
      const ticketsBefore = stage.stats().counts.tickets;
      const joins = stage.stats().counts.joins;
      // From now on, nobody who comes anew is let in.
      await stage.change({ doors: { floor: { capacity: 0 } } });
      first.session.close();
      const stored = storedBy(first.host);
      assert.equal(stored.length, 1);
      const back = enter(url, stored);
      sessions.push(back.session);
      const statuses = new Set<string>();
      back.session.subscribe(({ status }) => statuses.add(status));
      await until('it is back', () => back.session.state.hearing);
      assert.ok(!statuses.has('queued'), [...statuses].join());
      assert.equal(stage.stats().counts.tickets, ticketsBefore);
      assert.equal(stage.stats().counts.joins, joins);
      const fresh = await get({ 'earshot-ticket': await ticketOf() });
      assert.equal(fresh.status, 503);
      await stage.change({ doors: { floor: { capacity: 50 } } });
    });

    test('the origin never sees a ticket or a pass', () => {
      assert.ok(seen.length > 5);
      for (const headers of seen) {
        for (const name of Object.keys(headers)) assert.doesNotMatch(name, /^earshot/);
      }
    });

    test('a stage that does not answer lets nobody in, and says when to come again', async () => {
      await served.close({ window: 1 });
      const { status, headers } = await get({ 'earshot-pass': 'a.b.c' });
      assert.equal(status, 503);
      assert.equal(headers.get('retry-after'), '5');
    });
  });
}

describe('the WHEP proxy in front of a real WHEP endpoint, heard in a real browser', () => {
  let media: Stage;
  let stage: StageServer;
  let served: ServedStage;
  let browser: Browser;
  const asked: string[] = [];

  before(async () => {
    media = await startStage({ whep: true });
    const { sources } = (await (await fetch(media.documentUrl)).json()) as {
      sources: { kind: string; url: string }[];
    };
    const upstream = sources.find(({ kind }) => kind === 'whep')?.url ?? '';
    stage = createStage({
      secrets: [SECRET],
      sources: [{ kind: 'whep', url: 'whep/talk', door: 'floor' }],
      doors: { floor: { capacity: 50, listeners: 100, opensIn: 2, passLife: 30 } },
      whep: { talk: { upstream, door: 'floor' } },
    });
    const files = await earshotFiles('src');
    const page = `<!doctype html><title>WHEP</title><script type="module">
      import { listen } from '${EARSHOT}';
      globalThis.statuses = [];
      globalThis.session = listen({ stage: '/stage.json' });
      session.subscribe(({ status }) => statuses.push(status));
    </script>`;
    served = await serveStage(stage, {
      ...{ port: 0, host: '127.0.0.1' },
      before({ url = '', method }, response) {
        asked.push(`${method} ${url}`);
        const file = files.get(url);
        if (url !== '/' && !file) return false;
        response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html');
        response.end(file ?? page);
        return true;
      },
    });
    await stage.ready;
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await served?.close({ window: 1 });
    await media?.close();
  });

  const heard = (page: Page) =>
    page.waitForFunction(() => globalThis.session?.state.hearing, null, PATIENCE);
  const inside = () => stage.stats().doors.floor?.inside ?? 0;

  test('a listener queues, is let in, renews its pass, drops, and is back without the queue', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await stage.change({ doors: { floor: { restart: true } } });
    await stage.refresh();
    await page.goto(served.url);
    await heard(page);
    assert.ok((await page.evaluate(() => globalThis.statuses)).includes('queued'));
    assert.equal(media.whep?.sessions(), 1);
    assert.equal(stage.stats().counts.joins, 1);
    await until('it is counted', () => inside() === 1);
    // It plays for longer than the life of its pass, and makes no request but this.
    const renewals = () => asked.filter((one) => one.endsWith('/check?pass')).length;
    const hasRenewed = () => renewals() >= 2 && stage.stats().counts.passes >= 2;
    await until('its pass was renewed twice', hasRenewed);
    assert.equal(inside(), 1);

    await stage.change({ doors: { floor: { capacity: 0 } } });
    const tickets = stage.stats().counts.tickets;
    await page.reload();
    await heard(page);
    assert.ok(!(await page.evaluate(() => globalThis.statuses)).includes('queued'));
    assert.equal(stage.stats().counts.joins, 1);
    assert.equal(stage.stats().counts.tickets, tickets);
    assert.equal(asked.filter((one) => one === 'POST /whep/talk').length, 2);
    await until('the session of the page before has ended', () => media.whep?.sessions() === 1);

    await context.close();
    await until('the endpoint is empty', () => media.whep?.sessions() === 0);
    await until('its place is free', () => inside() === 0);
  });
});

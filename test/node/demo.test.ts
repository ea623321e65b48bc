import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import {
  type Browser,
  type LaunchOptions,
  type Page,
  chromium as playwright,
} from 'playwright-core';
import { startDemo } from '../../demo/server.ts';
import type { Stage, StageDoorOptions } from '../../demo/stage/stage.ts';

/** Ends what hangs. */
const TIMEOUT = 600_000;
/** A script without types, so it is imported by a name that the compiler does not follow. */
const CHROMIUM: string = '../../scripts/chromium.mjs';

let browser: Browser;
let stage: Stage;
let page: Page;
let complaints: string[];

before(async () => {
  const { chromium } = (await import(CHROMIUM)) as { chromium(): Promise<LaunchOptions> };
  browser = await playwright.launch(await chromium());
});

after(() => browser?.close());

beforeEach(async () => {
  stage = await startDemo();
  complaints = [];
  page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // What a fault causes is the browser's own report, not the page's doing.
    const fault = /^(Failed to load resource|WebSocket connection to)/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !fault) complaints.push(message.text());
  });
  await page.goto(`${stage.url}/`);
});

afterEach(async () => {
  await page?.close();
  await stage?.close();
});

const says = (id: string, text: string) =>
  page.waitForFunction(
    ([name, words]) => document.getElementById(name ?? '')?.textContent?.includes(words ?? ''),
    [id, text],
  );

const status = (wanted: string) => page.locator(`body[data-status="${wanted}"]`).waitFor();

const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

/** Opens a panel that is folded while it is idle. */
const unfold = (name: string) => page.locator('summary', { hasText: name }).click();

/** Presses Tab until the button with this name has the focus. */
async function tabTo(name: string): Promise<void> {
  for (let stops = 0; stops < 20; stops++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (at === name) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
}

async function listenByKeyboard(): Promise<void> {
  await tabTo('Listen');
  await page.keyboard.press('Enter');
  await status('hearing');
}

test('Tab and Enter lead to hearing, and a screen reader is told once', async () => {
  await listenByKeyboard();
  await says('headline', 'Listening live');
  await says('announcer', 'Listening live: HLS from CDN A.');
  await tabTo('Mute');
  await page.keyboard.press('Space');
  await status('muted');
  assert.equal(await page.locator('#mute').getAttribute('aria-pressed'), 'true');
  await press('Pause');
  await status('paused');
  await press('Resume');
  await status('muted');
  assert.deepEqual(complaints, []);
});

test('with CDN A killed the listener goes on hearing, from CDN B', async () => {
  await listenByKeyboard();
  await says('from', 'CDN A');
  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(window, { seen });
    new MutationObserver(() => seen.add(document.body.dataset.status ?? '')).observe(
      document.body,
      {
        attributeFilter: ['data-status'],
      },
    );
  });
  await press('Kill CDN A');
  await says('from', 'CDN B');
  await status('hearing');
  await says('events', 'Fell to HLS from CDN B');
  await says('events', 'You set CDN A: 503');
  const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
  assert.deepEqual(
    seen.filter((one) => one !== 'hearing'),
    [],
  );
  assert.deepEqual(complaints, []);
});

const soundOf = (player: string, sound: string) =>
  page.locator(`#versus-${player}[data-sound="${sound}"]`).waitFor();

test('stock hls.js is silent once its CDN is killed; Earshot plays on, and the page says both', async () => {
  await press('Listen');
  await soundOf('stock', 'playing');
  await soundOf('earshot', 'playing');
  await says('stock-note', 'plays HLS from CDN A, muted');
  await press('Kill CDN A');
  await says('from', 'CDN B');
  await says('kill-one-effect', 'Down until ');
  await says('kill-one-effect', 'Fell to HLS from CDN B: ');
  await soundOf('stock', 'silent');
  await says('stock-note', 'hls.js gave up (');
  await says('versus-stock', 'hls.jsSilent since ');
  await says('events', 'Stock hls.js is silent');
  await says('versus-earshot', 'EarshotPlaying');
  assert.equal(await page.locator('body').getAttribute('data-status'), 'hearing');
  // Healthy again: only a new start brings it back.
  await press('Put all back');
  await press('Restart hls.js');
  await soundOf('stock', 'playing');
  assert.deepEqual(complaints, []);
});

/** Waits until the stream is so far on that whoever plays it has asked for its playlist again. */
async function nextSegments(): Promise<void> {
  const newest = async () => {
    const playlist = await (await fetch(`${stage.cdn.a}/talk.m3u8?listener=test`)).text();
    return Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]);
  };
  const first = await newest();
  while ((await newest()) < first + 2)
    await page.evaluate(() => new Promise(requestAnimationFrame));
}

test('stock hls.js makes no request before the press on Listen, nor after the press on Leave', async () => {
  const asked = () => stage.requests.filter(({ listener }) => listener === 'hls.js');
  await page.locator('#dial > *').first().waitFor({ state: 'attached' });
  assert.deepEqual(stage.requests, []);
  await press('Listen');
  await soundOf('stock', 'playing');
  assert.ok(asked().length > 0);
  assert.ok(asked().every(({ origin }) => origin === 'a'));
  await press('Leave');
  await soundOf('stock', 'off');
  await nextSegments();
  const before = asked().length;
  await nextSegments();
  assert.equal(asked().length, before);
  assert.deepEqual(complaints, []);
});

test('the fault console is worked by arrow keys, and shows which fault is on where', async () => {
  await press('Listen');
  await unfold('Fault console');
  await page.getByRole('button', { name: 'Healthy, CDN A' }).focus();
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) {
    await page.keyboard.press(key);
  }
  const pin = page.getByRole('button', { name: '429, CDN B', pressed: true });
  await pin.waitFor();
  assert.deepEqual(stage.fault('b'), { kind: 'tooMany' });
  await says('meters', '429');
  await press('Put all back');
  await page.getByRole('button', { name: 'Healthy, all at once', pressed: true }).waitFor();
  assert.deepEqual(stage.fault('b'), { kind: 'none' });
  assert.deepEqual(complaints, []);
});

test('after a reload in an outage nothing plays by itself, and the deadline still stands', async () => {
  await press('Listen');
  await status('hearing');
  const reloaded = page.waitForEvent('load');
  await press('Kill both, reload');
  await reloaded;
  await says('remembered', 'Retry times from before the reload: CDN');
  assert.equal(await page.locator('body').getAttribute('data-phase'), 'before');
  await press('Listen');
  await status('waiting');
  await says('events', ' after it');
  await says('headline', 'Reconnecting');
  assert.deepEqual(complaints, []);
});

test('a browser that blocks the sound gets a button that allows it', async () => {
  await page.addInitScript(() => {
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      return (window as { allowed?: boolean }).allowed
        ? play.call(this)
        : Promise.reject(new DOMException('No gesture yet.', 'NotAllowedError'));
    };
  });
  await page.reload();
  await press('Listen');
  await status('blocked');
  await page.evaluate(() => Object.assign(window, { allowed: true }));
  await press('Turn on sound');
  await status('hearing');
});

/** The page anew, on a stage with a door. */
async function openGuarded(door: StageDoorOptions): Promise<void> {
  await stage.close();
  stage = await startDemo({ door, channel: true });
  await page.goto(`${stage.url}/`);
}

/** A door that nearly nobody's turn comes at before {@link opens}, however long a test takes. */
const SHUT: StageDoorOptions = { capacity: 0.1, listeners: 1_000_000 };

/** Opens it within seconds, and the channel tells so. */
const opens = () => {
  stage.door?.setCapacity(1_000_000);
  stage.door?.restart();
};

const atFloor = () => stage.requests.filter(({ origin }) => origin === 'floor');

test('the queue shows a turn while HLS is heard; at the turn the floor is, with a pass', async () => {
  await openGuarded(SHUT);
  const passed = page.waitForRequest(
    (request) =>
      request.url().startsWith(`${stage.url}/floor/`) && !!request.headers()['earshot-pass'],
  );
  await press('Listen');
  await status('hearing');
  await says('from', 'CDN A');
  await page.locator('#queue[data-at="queued"]').waitFor();
  assert.match((await page.locator('#queue-turn').textContent()) ?? '', /^\d\d:\d\d:\d\d$/);
  await says('queue-meanwhile', 'HLS from CDN A');
  await says('ladder', 'Its turn is at');
  await says('announcer', 'In the waiting room. Your turn is at');
  assert.deepEqual(atFloor(), []);
  opens();
  await passed;
  await says('from', 'Main server');
  await says('queue-turn', 'You are in');
  await says('events', 'You were admitted');
  await says('announcer', 'You are admitted.');
  await status('hearing');
  // A segment of the floor is given for a pass alone.
  assert.ok(atFloor().some(({ path }) => path.endsWith('.aac')));
  assert.deepEqual(
    atFloor().filter((record) => record.status !== 200),
    [],
  );
  assert.deepEqual(complaints, []);
});

test('the door is worked from the keyboard, and the page says what was done', async () => {
  await openGuarded({ capacity: 5, listeners: 300, opensIn: 60 });
  await press('Listen');
  await says('door-open', 'Opens at');
  await unfold('Waiting room settings');
  const attack = page.getByRole('slider', { name: 'Used by an attack' });
  await attack.focus();
  await page.keyboard.press('End');
  await says('events', 'You let an attack use 99 % of the capacity');
  assert.equal(stage.door?.stats().attack, 0.99);
  assert.equal(await attack.getAttribute('aria-valuetext'), '99 %');
  await page.getByRole('slider', { name: 'Capacity' }).focus();
  await page.keyboard.press('ArrowRight');
  await says('events', 'You set the waiting room to 7 joins per second');
  assert.equal(stage.door?.stats().capacity, 7);
  await page.getByRole('checkbox', { name: 'Signed places' }).focus();
  await page.keyboard.press('Space');
  await says('events', 'You let the server draw the numbers');
  assert.equal(stage.door?.stats().tickets, true);
  await tabTo('Start a new queue');
  await page.keyboard.press('Enter');
  await says('events', 'You started a new queue');
  await page.setViewportSize({ width: 360, height: 740 });
  const [content = 0, width = 0] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= width, 'scrolls sideways');
  const tree = await page.locator('body').ariaSnapshot();
  assert.doesNotMatch(tree, /- (button|slider|progressbar|checkbox)(?! ")/, 'one has no name');
  assert.deepEqual(complaints, []);
});

test('a fault of the floor is not told of the stage document on the same server', async () => {
  await openGuarded({ capacity: 100, listeners: 1 });
  await press('Listen');
  await says('from', 'Main server');
  await status('hearing');
  await press('Kill the main server');
  await says('waits', 'Main serverIt was overloaded (503).');
  await says('waits', 'Stage documentSame server: no request until');
  await says('events', 'You set the main server: 503');
  assert.deepEqual(complaints, []);
});

/** The page anew, on a stage whose best source is WebRTC, behind a door that is open. */
async function openWhep(): Promise<void> {
  await stage.close();
  stage = await startDemo({ door: { capacity: 100, listeners: 1 }, whep: true });
  await page.goto(`${stage.url}/`);
}

test('WebRTC is heard, its media process is killed by keys, and the talk goes on from HLS', async () => {
  await openWhep();
  await listenByKeyboard();
  await says('from', 'WebRTC');
  // At once, or by a climb, where the machine is too slow for a first packet within two seconds.
  await says('announcer', 'WebRTC');
  await says('next', 'If WebRTC fails, LL-HLS from CDN A takes over.');
  await says('ladder', 'Playing now, admitted');
  // The cushion, and more on a busy machine.
  await page.waitForFunction(
    () => Number.parseFloat(document.getElementById('behind')?.textContent ?? '') < 4,
  );
  await says('dial-caption', 'in real time');
  await unfold('Fault console');
  await page.getByRole('button', { name: 'Healthy works normally', pressed: true }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await says('from', 'CDN A');
  await status('hearing');
  assert.equal(stage.whep?.pid(), null);
  await page.getByRole('button', { name: 'Killed the process dies', pressed: true }).waitFor();
  await says('events', 'You set WebRTC: Killed');
  await says('events', 'Fell to LL-HLS from CDN A: ');
  await says('announcer', 'Fell to LL-HLS from CDN A: ');
  const told = (await page.locator('#announcer').textContent()) ?? '';
  assert.match(told, /: (nothing lost(, \d+ ms heard twice)?|\d+ ms lost)\.$/);
  await says('next', 'Goes back to WebRTC');
  await says('next', 'stall');
  await says('ladder', 'WebRTC, liveNext try at');
  assert.deepEqual(complaints, []);
});

test('one press kills the WebRTC server for a while, and one puts it back', async () => {
  await openWhep();
  await page.setViewportSize({ width: 360, height: 740 });
  await press('Listen');
  await says('from', 'WebRTC');
  await press('Kill the WebRTC server');
  await says('meters', 'WebRTCKilled until ');
  await says('from', 'CDN A');
  await unfold('Fault console');
  await press('Put all back');
  await page.getByRole('button', { name: 'Healthy, all at once', pressed: true }).waitFor();
  assert.deepEqual(stage.fault('whep'), { kind: 'none' });
  const pins = page.getByRole('toolbar', { name: 'WebRTC' });
  assert.equal(await pins.getByRole('button').count(), 12);
  assert.equal(await pins.locator('[tabindex="0"]').count(), 1);
  const [content = 0, width = 0] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= width, 'scrolls sideways');
  assert.deepEqual(complaints, []);
});

/** The page anew, on a stage with a channel. */
async function openChannel(): Promise<void> {
  await stage.close();
  stage = await startDemo({ channel: true, document: { spread: 1 } });
  await page.goto(`${stage.url}/`);
  await listenByKeyboard();
  await says('talk-state', 'The channel is open.');
  await unfold('Fault console');
  await unfold('Messages and reactions');
}

test('a hand is raised by keys: acknowledged, queued while the channel is broken, and mended', async () => {
  await openChannel();
  await says('listeners', '1');
  await says('waits', 'ChannelOpen.');
  await tabTo('Raise your hand');
  await page.keyboard.press('Enter');
  await says('said', 'Hand upAcknowledged');
  await says('talk-news', 'Hand up: acknowledged.');
  await says('hands', '1');
  assert.equal(await page.locator('#hand').getAttribute('aria-pressed'), 'true');
  assert.deepEqual(stage.channel?.accepted.at(-1)?.payload, { raised: true });
  await page
    .getByRole('toolbar', { name: 'The channel' })
    .getByRole('button', { name: 'Healthy works normally', pressed: true })
    .focus();
  for (const key of [...Array<string>(4).fill('ArrowDown'), 'ArrowRight', 'Enter']) {
    await page.keyboard.press(key);
  }
  await says('events', 'You set the channel: Refuse');
  await page.locator('#talk[data-channel="waiting"]').waitFor();
  await says('talk-state', 'The channel did not respond. Try ');
  await page.locator('#hand').focus();
  await page.keyboard.press('Space');
  await tabTo('Applause');
  await page.keyboard.press('Enter');
  await says('said', 'Hand downQueued, until ');
  await says('said', 'ApplauseQueued, until ');
  await says('talk-news', 'Applause: waiting for the channel.');
  await press('Put all back');
  await says('said', 'Hand downAcknowledged');
  await says('said', 'ApplauseAcknowledged');
  await says('reactions', '1');
  await says('events', 'Applause: acknowledged');
  const accepted = stage.channel?.accepted.map(({ payload }) => payload);
  assert.deepEqual(accepted, [{ raised: true }, { raised: false }, { kind: 'applause' }]);
  assert.deepEqual(complaints, []);
});

test('a channel that says not to come back is left, until the document names another', async () => {
  await openChannel();
  await page.getByRole('button', { name: '1008 do not reconnect' }).click();
  await says('talk-state', 'for good');
  await says('events', 'The channel was closed for good');
  await says('waits', 'ChannelClosed for good, until');
  await press('Put all back');
  await press('Name another channel');
  await says('talk-state', 'The channel is open.');
  await press('Restart the channel');
  await page.locator('#talk[data-channel="waiting"]').waitFor();
  await says('talk-state', 'The channel is open.');
  assert.equal(stage.requests.filter(({ origin }) => origin === 'channel').length, 3);
  assert.deepEqual(complaints, []);
});

test('HLS is heard while the door to WebRTC is waited for, and the page says so', async () => {
  await stage.close();
  stage = await startDemo({ door: SHUT, whep: true, channel: true });
  await page.goto(`${stage.url}/`);
  await press('Listen');
  await says('from', 'CDN A');
  await says('next', 'In the waiting room of WebRTC. Its turn is at ');
  await says('ladder', 'WebRTC, liveIts turn is at ');
  opens();
  await says('events', 'Climbed to WebRTC: ');
  await says('queue-turn', 'You are in');
  await status('hearing');
  assert.deepEqual(complaints, []);
});

test('a browser without WebRTC is shown no waiting room for it', async () => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await openWhep();
  await press('Listen');
  await says('from', 'CDN A');
  await status('hearing');
  await says('ladder', 'WebRTC, liveNot used: it cannot be played here');
  await page.locator('#queue').waitFor({ state: 'hidden' });
  await page.locator('#door').waitFor({ state: 'hidden' });
  assert.deepEqual(complaints, []);
});

test('the page has names, a language, one h1, and fits a narrow phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const fits = () =>
    page.evaluate(() => {
      const root = document.documentElement;
      return root.scrollWidth <= root.clientWidth && document.body.scrollWidth <= root.clientWidth;
    });
  assert.ok(await fits(), 'scrolls sideways before the press');
  await press('Listen');
  await status('hearing');
  assert.ok(await fits(), 'scrolls sideways after the press');
  const found = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    references: [...document.querySelectorAll('[aria-labelledby]')].map((element) =>
      element.getAttribute('aria-labelledby'),
    ),
    inline: document.querySelectorAll('script:not([src]), style, [onclick]').length,
    low: [...document.querySelectorAll('button')].filter(
      (button) => button.offsetHeight && button.offsetHeight < 24,
    ).length,
  }));
  assert.equal(found.lang, 'en');
  assert.equal(found.headings, 1);
  assert.equal(new Set(found.ids).size, found.ids.length);
  assert.ok(found.references.every((id) => id && found.ids.includes(id)));
  assert.equal(found.inline, 0);
  assert.equal(found.low, 0);
  const tree = await page.locator('body').ariaSnapshot();
  assert.doesNotMatch(tree, /- (button|slider|progressbar)(?! ")/, 'something has no name');
  assert.deepEqual(complaints, []);
});

test('the server gives out the page and the SDK, strictly, and nothing else', async () => {
  const ask = (path: string, init?: RequestInit) => fetch(`${stage.url}${path}`, init);
  const index = await ask('/');
  assert.match(index.headers.get('content-type') ?? '', /text\/html/);
  assert.equal(index.headers.get('x-content-type-options'), 'nosniff');
  const policy = index.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'self'/);
  assert.ok(policy.includes(stage.cdn.a) && !policy.includes('unsafe'));
  for (const path of ['/listen/main.ts', '/ui/dom.ts', '/earshot.js']) {
    const { ok, headers } = await ask(path);
    assert.ok(ok);
    assert.match(headers.get('content-type') ?? '', /text\/javascript/);
  }
  for (const path of [
    '/../server.ts',
    '/..%2fserver.ts',
    '/%2e%2e/server.ts',
    '/page/../../package.json',
    '/listen/../../server.ts',
    '/listen/%2e%2e/earshot.d.ts',
    '/listen/index.html',
    '/lab/index.html',
    '/package.json',
    '/.env',
    '/earshot.d.ts',
    '/missing.js',
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  assert.equal((await ask('/', { method: 'DELETE' })).status, 404);
});

test('the start prints each address, and each of them answers', async () => {
  const env = { ...process.env, PORT: '0', CI: '1' };
  const child = spawn(process.execPath, ['demo/server.ts'], { env });
  try {
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += chunk;
      if (printed.includes('Ctrl-C')) break;
    }
    const rows = [...printed.matchAll(/^ {2}(\w+(?: \w+)*) {2,}(http\S+)$/gm)];
    const names = rows.map(([, name]) => name).filter((name) => name !== 'Documentation');
    assert.deepEqual(names, [
      'Demo',
      'Policy lab',
      'How it works',
      'Stage document',
      'HLS playlist',
      'WHEP endpoint',
    ]);
    for (const [, name, url] of rows) {
      const { status } = await fetch(url ?? '');
      // WHEP takes a POST alone.
      assert.equal(status, name === 'WHEP endpoint' ? 405 : 200, name);
    }
  } finally {
    child.kill();
  }
});

test('a second demo takes another port than the one that is taken', async () => {
  const other = await startDemo({ port: Number(new URL(stage.url).port) });
  try {
    assert.notEqual(other.url, stage.url);
    assert.ok((await fetch(`${other.url}/`)).ok);
  } finally {
    await other.close();
  }
});

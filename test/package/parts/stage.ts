import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startStage } from '../../../demo/stage/stage.ts';
import type { EarshotListener } from '../../../src/element/listener.ts';
import type { Run } from '../../helpers/command.ts';
import { until } from '../../helpers/condition.ts';
import { ear, faultsOf, type Visit, visit } from '../listening.ts';
import { forget, npxEarshot } from '../npx.ts';
import { none, type Part } from '../part.ts';
import { write } from '../project.ts';
import { serve } from '../site.ts';
import type { Tools } from '../tools.ts';

const SECRET = 'a secret that is long enough for HS256';
const RUNNING = 'The stage is running.';
/** The first button of the element. */
const PRESS = 'earshot-listener button';
/** Ends what hangs. */
const PATIENCE_MS = 600_000;

/** A stage that npx has started, in an empty folder. */
interface Started {
  readonly run: Run;
  readonly url: string;
  /** Does something as the operator. */
  operate(path: string, body?: unknown): Promise<unknown>;
  /** Hands over, and checks that nothing is left in the folder. */
  stop(): Promise<void>;
}

async function start(tools: Tools, name: string, args: readonly string[]): Promise<Started> {
  const folder = join(tools.folder, name);
  await mkdir(folder);
  const tarball = await tools.tarball();
  const options = { cwd: folder, env: { EARSHOT_SECRET: SECRET } };
  const run = npxEarshot(tarball, ['stage', ...args, '--port', '0'], options);
  const { listen } = await run.said(RUNNING);
  const url = String(listen).replace(/\/$/, '');
  let bearer = '';
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(`${url}/operator/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', authorization: bearer },
      body: body === undefined ? null : JSON.stringify(body),
    });
    assert.equal(answer.status, 200, path);
    return answer.json();
  };
  return {
    run,
    url,
    async operate(path, body) {
      if (!bearer) {
        const invited = npxEarshot(tarball, ['operator', '--public-url', url], options);
        assert.equal(await invited.ended, 0, invited.stderr());
        const token = new URL(invited.stdout().trim()).hash.slice('#token='.length);
        const { token: admitted } = (await ask('login', { token })) as { token: string };
        bearer = `Bearer ${admitted}`;
      }
      return ask(path, body);
    },
    async stop() {
      run.kill('SIGTERM');
      await run.ended;
      assert.equal(run.lines().at(-1)?.msg, 'Stopped.');
      assert.deepEqual(await readdir(folder), []);
    },
  };
}

const stateOf = (page: Page) =>
  page.evaluate(() => {
    const { state } = document.querySelector('earshot-listener') as unknown as EarshotListener;
    return state && { status: state.status, isQueued: state.queue !== null };
  });

/** Keeps the peer connections of a page: the sound of WebRTC does not go through the decoder that an ear listens to. */
const KEEP_PEERS = `
globalThis.peers = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    peers.push(this);
  }
};`;

/** Seconds of sound, above silence, that WebRTC has given to the page. */
const secondsOfSound = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { peers } = globalThis as unknown as { peers: RTCPeerConnection[] };
    const reports = await Promise.all(peers.map((peer) => peer.getStats()));
    const all = reports.flatMap((report) => [...report.values()]);
    const sounding = all.filter(
      ({ type, totalAudioEnergy }) => type === 'inbound-rtp' && totalAudioEnergy > 0,
    );
    return sounding.reduce((sum, { totalSamplesDuration }) => sum + totalSamplesDuration, 0);
  });

/** One listener: queued while the door admits nobody, then let in and heard, with messages both ways. */
async function hearAtDoor(tools: Tools, { url, operate }: Started): Promise<string> {
  await operate('change', { doors: { floor: { capacity: 0, restart: true } } });
  const context = await (await tools.browser()).newContext();
  try {
    const page = await context.newPage();
    const violations: string[] = [];
    page.on('pageerror', (error) => violations.push(String(error)));
    await page.addInitScript({ content: await ear() });
    await page.addInitScript({ content: KEEP_PEERS });
    await page.goto(`${url}/`, { waitUntil: 'load' });
    await page.click(PRESS);
    await until('the listener is queued', async () => (await stateOf(page))?.isQueued ?? false);
    assert.equal(await secondsOfSound(page), 0);
    await operate('change', { doors: { floor: { capacity: 20 } } });
    await until('the listener is heard', async () => {
      const { status } = (await stateOf(page)) ?? {};
      return status === 'hearing' && (await secondsOfSound(page)) >= 1;
    });
    await operate('say', { message: { type: 'note', payload: 'A word from the operator' } });
    await page.getByText('A word from the operator').waitFor({ timeout: PATIENCE_MS });
    await page.click('#hand');
    await page.getByText('Your hand is raised.').waitFor({ timeout: PATIENCE_MS });
    const [message] = (await operate('messages')) as { type: string; payload: unknown }[];
    assert.deepEqual([message?.type, message?.payload], ['hand', { raised: true }]);
    none([...violations, ...(await page.evaluate(() => globalThis.heard())).violations]);
    return 'queued, let in, heard by WebRTC; messages both ways';
  } finally {
    await context.close();
  }
}

/** The lines that the stage prints, on a page of another site that allows no more than the stage and its source. */
async function visitSnippet(tools: Tools, { run, url }: Started): Promise<Visit> {
  const { embed } = await run.said(RUNNING);
  const folder = join(tools.folder, 'stage-snippet');
  await write(folder, { 'index.html': `<!doctype html><title>A talk</title>${embed}` });
  const { cdn } = await tools.stage();
  const policy = `default-src 'none'; script-src ${url}; connect-src ${url} ${url.replace('http', 'ws')} ${cdn.a}; media-src blob:`;
  const site = await serve(folder, policy);
  try {
    return await visit(await tools.browser(), `${site.url}/`, PRESS);
  } finally {
    await site.close();
  }
}

/** `npx earshot stage URL` in an empty folder is a stage that listeners hear. */
export const stage: Part = {
  name: 'stage',
  async run(tools, check) {
    const hls = await tools.playlist();
    const source = await startStage({ whep: true });
    try {
      await check('npx earshot stage HLS: its page and the printed lines are heard', async () => {
        const started = await start(tools, 'stage-hls', [hls]);
        try {
          const visited = await visit(await tools.browser(), `${started.url}/`, PRESS);
          none(faultsOf(visited));
          none(faultsOf(await visitSnippet(tools, started)));
          return `a second of sound ${Math.round(visited.soundAfter)} ms after the press`;
        } finally {
          await started.stop();
        }
      });
      await check('npx earshot stage WHEP --capacity 20: queued, let in, messages', async () => {
        const whep = `${source.url}/whep/talk`;
        const started = await start(tools, 'stage-whep', [whep, '--capacity', '20']);
        try {
          return await hearAtDoor(tools, started);
        } finally {
          await started.stop();
        }
      });
    } finally {
      await source.close();
      await forget(await tools.tarball());
    }
  },
};

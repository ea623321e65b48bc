// Runs the code blocks that a page can run, against the embedded stage, and waits until they are heard.
import { build } from 'esbuild';
import type { Page, Route } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { EARSHOT, earshotFiles } from '../../bench/lib/bundle.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import type { Block } from './blocks.ts';

const PATIENCE = 30_000;

declare global {
  var played: HTMLMediaElement[];
}

/** What imports Earshot alone needs nothing but a page. */
const isRunnable = ({ info, code }: Block): boolean =>
  info === 'ts' &&
  /^import .* from 'earshot';$/ms.test(code) &&
  !/(?:from|import) '(?!earshot')/.test(code) &&
  !code.includes('createServer(');

const isHeard = ({ code }: Block): boolean => /\blisten\(/.test(code);

const compile = async ({ code }: Block): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'earshot',
        setup({ onResolve }) {
          onResolve({ filter: /^earshot$/ }, () => ({ path: EARSHOT, external: true }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
};

/** The hosts of the examples are the embedded stage. */
const answer = async (route: Route, stage: Stage, segment: () => Promise<string>) => {
  const { hostname, pathname } = new URL(route.request().url());
  const url =
    hostname === 'radio.example'
      ? await segment()
      : pathname.endsWith('.json')
        ? stage.documentUrl
        : stage.cdn.a + pathname.replace(/^.*\.m3u8$/, '/talk.m3u8');
  const response = await fetch(url);
  const headers = { 'access-control-allow-origin': '*' };
  const contentType = response.headers.get('content-type') ?? 'text/plain';
  const body = Buffer.from(await response.arrayBuffer());
  await route.fulfill({ status: response.status, headers, contentType, body });
};

const PAGE = `<!doctype html><title>block</title><button id="button">Press</button><p id="hand"></p><output></output><audio></audio>
<script type="module" src="/block.js"></script>`;

const runOne = async (
  served: Map<string, Uint8Array | string>,
  stage: Stage,
  block: Block,
  page: Page,
): Promise<string[]> => {
  const errors: string[] = [];
  const script = await compile(block);
  page.on('pageerror', (error) => errors.push(`${block.at}: ${error.message}`));
  await page.addInitScript(() => {
    // What the blocks take for given: docs/blocks.d.ts.
    Object.assign(globalThis, { played: [], render() {}, show() {} });
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      if (!globalThis.played.includes(this)) globalThis.played.push(this);
      return play.call(this);
    };
  });
  const segment = async () => {
    const playlist = await (await fetch(`${stage.cdn.a}/talk.m3u8`)).text();
    const name = playlist.split('\n').find((line) => line && !line.startsWith('#')) ?? '';
    return new URL(name, `${stage.cdn.a}/talk.m3u8`).href;
  };
  await page.route(/^https:\/\/[\w.-]+\.example\//, (route) => answer(route, stage, segment));
  // From the stage itself: a page that comes from nowhere may not ask this machine for anything.
  served.set('/block.js', script);
  await page.goto(`${stage.url}/block`);
  await page.waitForLoadState('load');
  await page.click('button');
  if (isHeard(block)) {
    await page
      .waitForFunction(
        () => globalThis.played.some(({ currentTime, muted }) => currentTime > 0.2 && !muted),
        null,
        {
          timeout: PATIENCE,
        },
      )
      .catch(() => errors.push(`${block.at}: nothing was heard within ${PATIENCE / 1000} s`));
  }
  return errors;
};

/** What went wrong in the blocks that run, each in a page of its own. */
export const runErrors = async (blocks: readonly Block[]): Promise<string[]> => {
  const served = new Map<string, Uint8Array | string>(await earshotFiles());
  served.set('/block', PAGE);
  const stage = await startStage({
    routes: (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://stage');
      const file = served.get(pathname);
      if (!file) return false;
      response.setHeader('Content-Type', pathname === '/block' ? 'text/html' : 'text/javascript');
      response.end(file);
      return true;
    },
  });
  const browser = await launch();
  try {
    const errors: string[] = [];
    let heard = 0;
    for (const block of blocks.filter(isRunnable)) {
      const context = await browser.newContext();
      errors.push(...(await runOne(served, stage, block, await context.newPage())));
      if (isHeard(block)) heard++;
      await context.close();
    }
    console.log(`${blocks.filter(isRunnable).length} code blocks run, ${heard} of them heard`);
    return errors;
  } finally {
    await browser.close();
    await stage.close();
  }
};

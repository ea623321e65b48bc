import type { Browser, BrowserContext, Page } from 'playwright-core';
import { EARSHOT, earshotFiles, type Files, HLS, hlsFiles } from '../../../bench/lib/bundle.ts';
import { type Stage, startStage } from '../../../demo/stage/stage.ts';
import type { Session } from '../../../src/index.ts';
import { Origin } from './origin.ts';

declare global {
  var session: Session;
  /** What was told, and when; epoch ms. */
  var errors: { at: number; code: string; message: string; url: string }[];
  /** Stretches without sound, epoch ms. The last one may go on. */
  var silences: [from: number, to: number][];
  var heardAt: number;
}

export type Player = 'earshot' | 'hls';

const PATIENCE = { timeout: 60_000, polling: 50 };

// Everything that plays is listened to, 50 times a second: the samples that come out of the decoder.
const EAR = `
  globalThis.silences = [];
  globalThis.errors = [];
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  analyser.connect(context.destination);
  const known = new WeakSet();
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    if (!known.has(this)) context.createMediaElementSource(this).connect(analyser);
    known.add(this);
    return play.call(this);
  };
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0);
    const now = Date.now();
    if (Math.sqrt(power / samples.length) > 0.003) globalThis.heardAt = now;
    else if (globalThis.heardAt && now - globalThis.heardAt > 60) {
      const last = silences.at(-1);
      if (last && last[0] === globalThis.heardAt) last[1] = now;
      else silences.push([globalThis.heardAt, now]);
    }
  }, 20);`;

const PLAYERS: Record<Player, (url: string) => string> = {
  earshot: (url) => `
    import { listen } from '${EARSHOT}';
    globalThis.session = listen({ stage: '${url}' });
    session.on('error', ({ code, message, url }) => {
      errors.push({ at: Date.now(), code, message, url });
    });`,
  hls: (url) => `
    import Hls from '${HLS}';
    const hls = new Hls();
    const media = document.createElement('audio');
    hls.on(Hls.Events.ERROR, (_, { details, fatal }) => {
      errors.push({ at: Date.now(), code: details, message: fatal ? 'fatal' : '', url: '' });
    });
    hls.loadSource('${url}');
    hls.attachMedia(media);
    media.play();`,
};

let files: Files | undefined;

/** A page that hears an origin, and the origin that it hears. */
export class Listener {
  readonly stage: Stage;
  readonly origin: Origin;
  readonly context: BrowserContext;
  readonly page: Page;
  #restarted: Stage | null = null;
  /** When it began to hear well, epoch ms. */
  from = 0;

  private constructor(stage: Stage, origin: Origin, context: BrowserContext, page: Page) {
    this.stage = stage;
    this.origin = origin;
    this.context = context;
    this.page = page;
  }

  /** @param path of the playlist at the origin, or of what the page is to play. */
  static async open(
    browser: Browser,
    player: Player = 'earshot',
    path = '/sweep.m3u8',
    begin: (listener: Listener) => void = () => {},
  ): Promise<Listener> {
    files ??= new Map([...(await earshotFiles('src')), ...(await hlsFiles())]);
    const scripts = files;
    let url = '';
    const stage = await startStage({
      program: 'sweep',
      routes: (request, response) => {
        const { pathname } = new URL(request.url ?? '', 'http://stage');
        const file = scripts.get(pathname);
        if (pathname !== '/' && !file) return false;
        response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html');
        const page = `<!doctype html><title>misdeeds</title><script>${EAR}</script>
          <script type="module">${PLAYERS[player](url)}</script>`;
        response.end(file ?? page);
        return true;
      },
    });
    const origin = await Origin.open(stage.cdn.a);
    url = origin.url + path;
    const context = await browser.newContext();
    const listener = new Listener(stage, origin, context, await context.newPage());
    begin(listener);
    await listener.page.goto(stage.url);
    return listener;
  }

  /** Sound, and a buffer as full as it gets. */
  async settles(ms = 6_000): Promise<void> {
    await this.page.waitForFunction(() => globalThis.heardAt > 0, null, PATIENCE);
    await this.page.waitForTimeout(ms);
    this.from = Date.now();
  }

  /** The encoder begins anew: other segments, numbered and timed from 0. */
  async restart(): Promise<void> {
    this.#restarted = await startStage({ program: 'sweep', startsAt: Date.now() - 4_500 });
    this.origin.upstream = this.#restarted.cdn.a;
  }

  /** Ms of silence since it heard well, longest stretch first; one that goes on included. */
  async silences(): Promise<number[]> {
    const all = await this.page.evaluate(() => globalThis.silences);
    const since = all.filter(([from]) => from >= this.from).map(([from, to]) => to - from);
    return since.sort((a, b) => b - a);
  }

  /** Whether there is sound now. */
  hears(): Promise<boolean> {
    return this.page.evaluate(() => Date.now() - globalThis.heardAt < 500);
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.origin.close();
    await this.#restarted?.close();
    await this.stage.close();
  }
}

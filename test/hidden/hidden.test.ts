// Listeners in tabs behind another one, in browsers with all their rules for such pages. Nobody comes back to them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { earshotFiles, type Files, pageFiles } from '../../bench/lib/bundle.ts';
import { freePort, until } from '../../bench/lib/engines/engine.ts';
import {
  openSurroundings,
  openTabs,
  type Surroundings,
  TABBED,
} from '../../bench/lib/engines/installed.ts';
import { pageOf, site } from '../../bench/lib/site.ts';
import type { Tab, TabbedBrowser } from '../../bench/lib/tabs/tabs.ts';
import type { Look } from '../../bench/page/hidden.ts';
import { type Stage, type StageOptions, startStage } from '../../demo/stage/stage.ts';

const MINUTE = 60_000;
/** After which Chromium runs the timers of a silent page once a minute. */
const LONG = 5 * MINUTE;
/** From a request to the sound: a playlist, a segment, and a busy machine. */
const SOUNDS_WITHIN = 8_000;
/** What a request that hangs takes until it is given up. */
const TIMEOUT = 10_000;
/** Those who wait for the start come within it. */
const SPREAD = 5_000;
/** Sound that a fall from WebRTC may cost; the cushion covers it. */
const FALL = 500;
/** No listener hears it: two blocks of a loaded machine. */
const UNHEARD = 120;

let files: Promise<Files[]> | undefined;

/** One listener and its stage. */
class Listener {
  readonly stage: Stage;
  readonly tab: Tab;
  readonly slowest: number;
  /** When it was hidden, epoch ms. */
  since = 0;

  private constructor(stage: Stage, tab: Tab, slowest: number) {
    this.stage = stage;
    this.tab = tab;
    this.slowest = slowest;
  }

  static async open(
    browser: TabbedBrowser,
    { whep, ...options }: StageOptions,
    query: Record<string, string> = {},
  ): Promise<Listener> {
    files ??= Promise.all([earshotFiles(), pageFiles('recorder', 'hidden')]);
    const routes = site(await files, []);
    const stage = await startStage({
      program: 'sweep',
      routes,
      ...options,
      ...(whep && { whep: { host: browser.host } }),
    });
    const url = pageOf(stage.url, 'hidden', { url: stage.documentUrl, ...query });
    return new Listener(stage, await browser.open(url), browser.slowest);
  }

  async look(from = this.since): Promise<Look> {
    const seen = await this.tab.run<Look>(`return bench.hidden.look(${from});`);
    if (this.since) assert.equal(seen.visibility, 'hidden');
    return seen;
  }

  /** Waits until it hears; tells when, and what its state had shown since `from`. */
  async hearsAgain(from: number, most: number): Promise<Look> {
    const hears = async () => {
      const seen = await this.look(from);
      return seen.hearing && seen;
    };
    return until('it hears again', hears, most).catch(async ({ message }) => {
      throw new Error(`${message}\n${JSON.stringify(await this.look(from))}`);
    });
  }

  /** Stretches without sound, ms, the longest first. */
  async silences(from: number): Promise<number[]> {
    const all = await this.tab.run<[number, number][]>(`return bench.hidden.quiet(${from});`);
    return all.map(([begin, end]) => end - begin).sort((a, b) => b - a);
  }

  /** Until so many ms after it was hidden. */
  hiddenFor(ms: number): Promise<unknown> {
    return wait(this.since + ms - Date.now());
  }

  async close(): Promise<void> {
    await this.stage.close();
  }
}

type Live = (one: Listener) => Promise<void>;

interface Scene {
  readonly name: string;
  readonly stage: () => StageOptions | Promise<StageOptions>;
  readonly query?: Record<string, string>;
  /** It is silent at first: only what it waits for lets it be heard. */
  readonly isSilent?: boolean;
  readonly live: Live;
}

const isHeardAllAlong = async (one: Listener, ms: number) => {
  await one.hiddenFor(ms);
  const { hearing, told } = await one.look();
  assert.ok(hearing, 'it hears');
  const [longest = 0] = await one.silences(one.since);
  assert.ok(longest <= UNHEARD, `${Math.round(longest)} ms without sound\n${told.join('\n')}`);
};

/** Both CDNs are gone for two minutes, after five of hearing. */
const outage =
  (kind: 'unavailable' | 'hang'): Live =>
  async (one) => {
    await isHeardAllAlong(one, LONG);
    const from = Date.now();
    for (const cdn of ['a', 'b'] as const) await one.stage.setFault(cdn, { kind });
    await wait(2 * MINUTE);
    const { hearing, pace, slowest } = await one.look(from + MINUTE);
    assert.equal(hearing, false, 'nothing is left to hear');
    assert.ok(pace >= 990, `timers of 100 ms came ${pace} ms apart, at most ${slowest}`);
    for (const cdn of ['a', 'b'] as const) await one.stage.setFault(cdn, { kind: 'none' });
    const ended = Date.now();
    const { now, shown } = await one.hearsAgain(from, 10 * MINUTE);
    const promised = Math.max(ended, ...shown.map(({ until }) => until));
    const late = now - promised;
    const most = one.slowest + SOUNDS_WITHIN + (kind === 'hang' ? TIMEOUT : 0);
    assert.ok(late <= most, `${late} ms after what the state showed`);
  };

/** The channel restarts, and is back when the state said, while a paused page is slowed down. */
const restarts: Live = async (one) => {
  await one.tab.run('bench.hidden.pause();');
  for (const at of [MINUTE, LONG + 90_000]) {
    await one.hiddenFor(at);
    const { pace, channel } = await one.look(one.since + at - 20_000);
    assert.ok(pace >= 990, `timers of 100 ms came ${pace} ms apart`);
    assert.equal(channel, 'open');
    const from = Date.now();
    one.stage.channel?.announce(5);
    one.stage.channel?.close(1012);
    await until('it is lost', async () => (await one.look(from)).channel !== 'open');
    const { now, dialled } = await until(
      'it is open again',
      async () => {
        const seen = await one.look(from);
        return seen.channel === 'open' && seen;
      },
      3 * MINUTE,
    );
    const promised = Math.max(from, ...dialled.map(({ until }) => until));
    const late = now - promised;
    assert.ok(late <= one.slowest + SOUNDS_WITHIN, `${late} ms after what the state showed`);
  }
};

/** Nothing else is heard until its turn comes, which it was shown. */
const turn: Live = async (one) => {
  await one.hiddenFor(LONG + 20_000);
  const { hearing, status, pace } = await one.look(one.since + 20_000);
  assert.deepEqual([hearing, status], [false, 'queued']);
  assert.ok(pace >= 990, `timers of 100 ms came ${pace} ms apart`);
  const promised = (await one.look(0)).shown.at(-1)?.until ?? 0;
  assert.ok(promised > Date.now(), 'its turn is to come');
  const { now } = await one.hearsAgain(one.since, 5 * MINUTE);
  assert.ok(now - promised <= one.slowest + SOUNDS_WITHIN, `${now - promised} ms after its turn`);
};

/** The stage starts after seven minutes; its time was published. */
const start: Live = async (one) => {
  await one.hiddenFor(LONG + 20_000);
  const { hearing, status, pace } = await one.look(one.since + 20_000);
  assert.deepEqual([hearing, status], [false, 'scheduled']);
  assert.ok(pace >= 990, `timers of 100 ms came ${pace} ms apart`);
  const { startsAt } = (await (await fetch(one.stage.documentUrl)).json()) as { startsAt: string };
  const { now } = await one.hearsAgain(one.since, 5 * MINUTE);
  const late = now - Date.parse(startsAt);
  assert.ok(late <= one.slowest + SPREAD + SOUNDS_WITHIN, `${late} ms after the start`);
};

/** Frozen for a minute, in which the source that it heard dies. */
const frozen: Live = async (one) => {
  await one.hiddenFor(30_000);
  await one.tab.freeze?.(true);
  await one.stage.setFault('a', { kind: 'unavailable' });
  await wait(MINUTE);
  const from = Date.now();
  await one.tab.freeze?.(false);
  const { now, source } = await one.hearsAgain(from, 2 * MINUTE);
  assert.ok(now - from <= 30_000, `heard ${now - from} ms after it went on`);
  await wait(20_000);
  assert.ok((await one.look()).hearing, `it hears on ${source}`);
};

const guardedOnly = async (): Promise<StageOptions> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/floor/sweep.m3u8`;
  return {
    port,
    door: { opensIn: (LONG + 2 * MINUTE) / 1_000 },
    document: { sources: [{ kind: 'hls', url, door: 'floor' }] },
  };
};

const RECORDED = { recorded: '' };

const SCENES: readonly Scene[] = [
  {
    name: 'hears HLS for five minutes',
    stage: () => ({}),
    query: RECORDED,
    live: (one) => isHeardAllAlong(one, LONG),
  },
  {
    name: 'hears HLS for five minutes, and again after two of 503',
    stage: () => ({}),
    live: outage('unavailable'),
  },
  {
    name: 'hears HLS for five minutes, and again after two in which all hangs',
    stage: () => ({}),
    live: outage('hang'),
  },
  {
    name: 'hears WebRTC for five minutes, and goes on when its server dies',
    stage: () => ({ whep: true }),
    query: RECORDED,
    live: async (one) => {
      await isHeardAllAlong(one, LONG);
      const from = Date.now();
      await one.stage.setFault('whep', { kind: 'killed' });
      await wait(30_000);
      const [longest = 0] = await one.silences(from);
      assert.ok(longest <= FALL, `${Math.round(longest)} ms without sound`);
      const { hearing, source } = await one.look(from);
      assert.ok(hearing && source.includes('m3u8'), `it hears ${source}`);
    },
  },
  {
    name: 'goes on without a gap when the CDN dies that it hears',
    stage: () => ({}),
    query: RECORDED,
    live: async (one) => {
      await one.hiddenFor(MINUTE);
      await one.stage.setFault('a', { kind: 'unavailable' });
      await isHeardAllAlong(one, 2 * MINUTE);
      const { source } = await one.look();
      assert.ok(source.startsWith(one.stage.cdn.b), `it hears ${source}`);
    },
  },
  { name: 'comes in at its turn', stage: guardedOnly, isSilent: true, live: turn },
  {
    name: 'hears the start',
    stage: () => ({ startsAt: Date.now() + LONG + 2 * MINUTE }),
    isSilent: true,
    live: start,
  },
  {
    name: 'is on the channel again after it restarted, though paused',
    stage: () => ({ channel: true }),
    query: { channel: '' },
    live: restarts,
  },
];

const FROZEN: Scene = {
  name: 'goes on when the browser has frozen it for a minute',
  stage: () => ({}),
  live: frozen,
};

describe('a hidden tab', () => {
  let around: Surroundings;
  before(async () => {
    around = await openSurroundings();
  });
  after(() => around?.close());

  for (const name of TABBED) {
    describe(`of ${name}`, { concurrency: true }, () => {
      const scenes = name === 'chromium' ? [...SCENES, FROZEN] : SCENES;
      const listeners = new Map<Scene, Listener>();
      let browser: TabbedBrowser;

      before(async () => {
        browser = await openTabs(name, around);
        for (const scene of scenes) {
          const one = await Listener.open(browser, await scene.stage(), scene.query);
          listeners.set(scene, one);
          if (!scene.isSilent) await one.hearsAgain(0, MINUTE);
        }
        // The last tab is in front, and stays there.
        const [any] = listeners.values();
        await browser.open(pageOf(any?.stage.url ?? '', 'hidden'));
        for (const one of listeners.values()) one.since = Date.now();
      });
      after(async () => {
        await browser?.close();
        await Promise.all([...listeners.values()].map((one) => one.close()));
      });

      for (const scene of scenes) {
        it(scene.name, async () => {
          const one = listeners.get(scene);
          assert.ok(one, 'it was not opened');
          await scene.live(one).catch(async (error) => {
            const seen = await one.look().catch(String);
            throw new Error(`${error.message}\n${JSON.stringify(seen)}`, { cause: error });
          });
        });
      }
    });
  }
});

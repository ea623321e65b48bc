import type { BrowserContext, Page } from 'playwright-core';
import type { Stage } from '../../demo/stage/stage.ts';
import type { State } from '../../src/policy/state.ts';
import type {} from '../page/night.ts';

/** A recorded listener, and its stage. */
export interface Night {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly stage: Stage;
}

/** Ends what hangs, ms. */
const WITHIN = 300_000;
const LOOK_EVERY = 50;
const RETRY_AFTER_SECONDS = 4;
const BACK_SECONDS = 20;
/** Steady sound between two faults, ms of program time. */
const STEADY_MS = 2_000;
const NONE = { kind: 'none' } as const;

/** What of a state the faults wait for. */
type Wanted = Partial<{
  readonly hearing: boolean;
  readonly kind: string;
  readonly port: string;
  readonly status: State['status'];
  readonly channel: string;
  readonly isQueued: boolean;
  readonly isWaiting: boolean;
  readonly behindMs: number;
  readonly caughtUpMs: number;
}>;

/** Waits until the state of the session is as wanted. */
const until = async ({ page }: Night, wanted: Wanted): Promise<void> => {
  const is = (wanted: Wanted) => {
    const { state } = globalThis.bench?.night ?? {};
    if (!state) return false;
    const { hearing, source, status, channel, queue, behindLive, ladder } = state;
    const shown = {
      hearing,
      kind: source?.kind,
      port: source && new URL(source.url).port,
      status,
      channel: channel.status,
      isQueued: !!queue,
      isWaiting: ladder.some(({ status }) => status === 'waiting'),
    };
    const { behindMs = -Infinity, caughtUpMs = Infinity, ...equal } = wanted;
    const behind = behindLive ?? 0;
    return (
      behind >= behindMs &&
      behind <= caughtUpMs &&
      Object.entries(equal).every(([name, value]) => shown[name as keyof typeof shown] === value)
    );
  };
  try {
    await page.waitForFunction(is, wanted, { timeout: WITHIN, polling: LOOK_EVERY });
  } catch (cause) {
    const seen = await page.evaluate(() => JSON.stringify(bench.night.state));
    throw new Error(`Not ${JSON.stringify(wanted)}: ${seen}`, { cause });
  }
};

/** Waits until so much of the program has been heard, all from one source. */
const listens = async ({ page }: Night): Promise<void> => {
  await page.evaluate((ms) => {
    const { source, programTime } = bench.night.state;
    let from = { url: source?.url, word: programTime ?? Infinity };
    return new Promise<void>((resolve) => {
      const stop = bench.night.on('state', ({ hearing, source, programTime }) => {
        const word = programTime ?? Infinity;
        if (!hearing || source?.url !== from.url || word < from.word)
          from = { url: source?.url, word };
        if (word - from.word < ms || word === Infinity) return;
        stop();
        resolve();
      });
    });
  }, STEADY_MS);
};

const portOf = (url: string): string => new URL(url).port;

/** Six faults, and between them a step back and a climb; in order. Each ends with sound. */
const STEPS: Readonly<Record<string, (night: Night) => Promise<void>>> = {
  'The WebRTC server is killed.': async (night) => {
    await night.stage.setFault('whep', { kind: 'killed' });
    await until(night, { hearing: true, kind: 'hls' });
  },
  'The CDN answers 503 with Retry-After.': async (night) => {
    const { stage } = night;
    await stage.setFault('a', { kind: 'unavailable', retryAfter: RETRY_AFTER_SECONDS });
    await until(night, { hearing: true, kind: 'hls', port: portOf(stage.cdn.b) });
    await stage.setFault('a', NONE);
  },
  'The device is offline.': async (night) => {
    await night.context.setOffline(true);
    await until(night, { status: 'waiting' });
    await night.context.setOffline(false);
    await until(night, { hearing: true, kind: 'hls' });
  },
  'The server of the channel restarts.': async (night) => {
    await until(night, { channel: 'open' });
    night.stage.channel?.close(1012);
    await until(night, { channel: 'waiting' });
    await until(night, { hearing: true, channel: 'open' });
  },
  'The listener goes back, and to live again.': async (night) => {
    const { page } = night;
    await page.evaluate((seconds) => bench.night.back(seconds), BACK_SECONDS);
    await until(night, { hearing: true, behindMs: BACK_SECONDS * 1_000 });
    await listens(night);
    await page.evaluate(() => bench.night.goLive());
    await until(night, { hearing: true, caughtUpMs: BACK_SECONDS * 1_000 });
  },
  'The listener mutes, pauses and resumes.': async (night) => {
    const { page } = night;
    await page.evaluate(() => Object.assign(bench.night, { muted: true }));
    await until(night, { status: 'muted' });
    await page.evaluate(() => bench.night.pause());
    await until(night, { status: 'paused' });
    await page.evaluate(() => Object.assign(bench.night, { muted: false }).play());
    await until(night, { hearing: true });
  },
  'The door restarts and queues; the session climbs at its turn.': async (night) => {
    const { stage } = night;
    await stage.setFault('whep', NONE);
    stage.door?.setCapacity(0.1);
    stage.door?.restart();
    await until(night, { isQueued: true });
    await until(night, { hearing: true, kind: 'whep' });
  },
  'No packet comes any more.': async (night) => {
    await night.stage.setFault('whep', { kind: 'packetsStop' });
    await until(night, { hearing: true, kind: 'hls' });
  },
};

/** Lives through them. @param tell is given the name of each. */
export const livesThrough = async (night: Night, tell: (name: string) => void): Promise<void> => {
  await until(night, { hearing: true, kind: 'whep', channel: 'open' });
  for (const [name, live] of Object.entries(STEPS)) {
    await listens(night);
    tell(name);
    await live(night);
  }
  await listens(night);
};

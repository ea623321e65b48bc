import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Fault, Stage } from '../../../demo/stage/stage.ts';
import type { Files } from '../bundle.ts';
import { type Heard, type Listening, listening } from './listening.ts';
import { ovenSignalling } from './oven-signalling.ts';

/** What may befall a listener. */
export const INCIDENTS = [
  'killed',
  'packetsStop',
  'cdn',
  'narrow',
  'slow',
  'returns',
  'loss10',
  'loss20',
  'jitter',
] as const;
export type Incident = (typeof INCIDENTS)[number];

export const PLAYERS = ['earshot', 'eyevinn', 'ovenplayer', 'plain'] as const;
export type Player = (typeof PLAYERS)[number];

/** How long a player without sound is waited for, ms. */
export const CAP = 60_000;

/** What a listener heard of an incident, and what the stage saw of it. */
export interface Lived {
  readonly heard: Heard;
  /** Whether it was still silent when the cap was reached. */
  readonly capped: boolean;
  /** Whether a DELETE of the session that was lost has reached the stage. */
  readonly said: boolean;
  /** The share of the sound that the browser made up for packets that came late or never; `null`: not measured. */
  readonly concealed: number | null;
}

export const FAULT = 'fault';

const STEADY = 3_000;
/** As far behind live as HLS plays: what is heard again after a fall was heard before. */
const HEARD_BEFORE = 13_000;
/** The coded sound has no pauses, in which the cushion of a slow network would grow faster. */
const HEARD_BEFORE_NARROW = 45_000;
const SPREAD = 4_000;
const EACH = 1_370;
/** What a player does late, such as its goodbye, is waited for too. */
const SETTLE = 10_000;
const AFTER = 6_000;
const ALREADY_ON_AIR = 120_000;
const GONE_FOR = 10_000;
const CLIMB_WITHIN = 120_000;
const OTHER_WITHIN = 60_000;
/** What the CDN that died has left in the buffer is played first. */
const BUFFERED = 16_000;
/** 200 ms and 2 Mbit/s. */
/** What befalls packets, while the stage lives. */
const WEATHER: Partial<Record<Incident, Fault>> = {
  loss10: { kind: 'loss', share: 0.1 },
  loss20: { kind: 'loss', share: 0.2 },
  jitter: { kind: 'jitter', ms: 200 },
};
const WEATHER_FOR = 30_000;
const SLOWER = 4;
const NARROW = { latency: 200, downloadThroughput: 250_000, uploadThroughput: 250_000 };

const DEATHS: readonly Fault[] = [
  { kind: 'unavailable' },
  { kind: 'refuse' },
  { kind: 'hang' },
  { kind: 'gone' },
];

/** Lets one player live through an incident. The runs' faults come at different times of a segment. */
export async function live(
  browser: Browser,
  files: Files[],
  player: Player,
  incident: Incident,
  run: number,
): Promise<Lived> {
  const startsAt = Date.now() - ALREADY_ON_AIR;
  const whep = incident !== 'cdn';
  const oven = whep && player === 'ovenplayer' ? await ovenSignalling(onSegment(startsAt)) : null;
  const plan = {
    player,
    steady: STEADY,
    stage: { whep, startsAt },
    query: oven ? { oven: oven.url } : {},
    ...(incident === 'narrow' && { network: NARROW }),
    ...(incident === 'slow' && { slower: SLOWER }),
  };
  const lived = { capped: false, said: false, concealed: null as number | null };
  try {
    const heard = await listening(browser, files, plan, async (one) => {
      const heardBefore = incident === 'narrow' ? HEARD_BEFORE_NARROW : HEARD_BEFORE;
      await wait(heardBefore + ((run * EACH) % SPREAD));
      await one.note(FAULT);
      if (whep && (await fellBefore(one))) throw new Error(`${player} fell before the fault.`);
      if (incident === 'cdn') {
        await one.stage.setFault('a', DEATHS[run % DEATHS.length] as Fault);
        lived.capped = !(await servedByOther(one.stage));
        await wait(lived.capped ? 0 : BUFFERED);
        return;
      }
      const weather = WEATHER[incident];
      if (weather) {
        await one.stage.setFault('whep', weather);
        lived.concealed = await concealedFor(one, WEATHER_FOR);
        return;
      }
      const kind = incident === 'packetsStop' ? 'packetsStop' : 'killed';
      await Promise.all([one.stage.setFault('whep', { kind }), oven?.obey({ kind })]);
      await wait(SETTLE);
      lived.capped = !(await one.sounds(AFTER, CAP));
      if (incident === 'returns') lived.capped = !(await climbs(one));
      lived.said = one.stage.requests.some(({ origin, method }) => {
        return origin === 'whep' && method === 'DELETE';
      });
    });
    return { heard, ...lived };
  } finally {
    await oven?.close();
  }
}

/** Whether Earshot had left WHEP already: then there is no fall to be measured. */
const fellBefore = ({ page }: Listening): Promise<boolean> =>
  page.evaluate(() => bench.source !== undefined && bench.source !== 'whep');

/** The share of the sound of so many ms that is made up. */
async function concealedFor({ page }: Listening, ms: number): Promise<number> {
  const look = () => page.evaluate(() => bench.probe.concealment());
  const before = await look();
  await wait(ms);
  const after = await look();
  return (after.concealed - before.concealed) / (after.played - before.played);
}

/** The time from which on the stage counts its program: that of a segment. */
const onSegment = (ms: number): number => ms - (ms % SPREAD);

async function climbs({ page, stage }: Listening): Promise<boolean> {
  await wait(GONE_FOR);
  await stage.setFault('whep', { kind: 'none' });
  const climbed = await page
    .waitForFunction(() => bench.source === 'whep', null, { timeout: CLIMB_WITHIN, polling: 100 })
    .then(() => true)
    .catch(() => false);
  await wait(AFTER);
  return climbed;
}

/** Waits until the other CDN has been asked for a segment. */
async function servedByOther(stage: Stage): Promise<boolean> {
  const since = Date.now();
  const asked = () =>
    stage.requests.some(({ at, origin, path }) => {
      return origin === 'b' && at > since && path.endsWith('.aac');
    });
  while (!asked() && Date.now() - since < OTHER_WITHIN) await wait(100);
  return asked();
}

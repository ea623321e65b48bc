import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { StageRange } from '../../../demo/stage/playlist.ts';
import type { Stage } from '../../../demo/stage/stage.ts';
import type {} from '../../page/players/driven.ts';
import type { Files } from '../bundle.ts';
import { type Heard, type Listening, listening } from '../continuity/listening.ts';

/** Where the listener is live. */
export const SOURCES = ['whep', 'll-hls', 'hls'] as const;
export type SourceName = (typeof SOURCES)[number];

/** A cue, and on what way it comes. */
export interface Sent extends StageRange {
  readonly by: 'channel' | 'document' | 'daterange';
}

/** What was sent to a listener, and what was heard. */
export interface Lived {
  readonly sent: readonly Sent[];
  readonly heard: Heard;
  /** Epoch ms at which the program begins. */
  readonly startsAt: number;
  /** What has happened, in order. */
  readonly incidents: readonly string[];
}

/** When what happens, ms from the first cue on. */
export interface Timetable {
  readonly cues: number;
  readonly fall: number;
  /** The better source is back. */
  readonly back: number;
  readonly restart: number;
  /** The listener goes back so soon after the climb, or at this time if there is none; 0: does not wait for a climb. */
  readonly rewind: number;
  readonly climbBy: number;
}

export const TIMETABLE: Timetable = {
  cues: 200_000,
  fall: 10_000,
  back: 15_000,
  restart: 25_000,
  rewind: 5_000,
  climbBy: 150_000,
};
export const SHORT: Timetable = {
  cues: 40_000,
  fall: 6_000,
  back: 10_000,
  restart: 14_000,
  rewind: 20_000,
  climbBy: 0,
};

/** 200 a minute. */
const EVERY = 300;
const FIRST_AFTER = 20_000;
/** The server sends a cue so long before its word. */
const AHEAD = 5_000;
const BACK_S = 8;
const STEADY = 3_000;
const ALREADY_ON_AIR = 120_000;
const SEGMENT = 4_000;
const DOCUMENT_EACH = 5;
const RANGE_EACH = 5;
/** A listener of HLS hears the last word late, and one who went back even later. */
const LAST_WITHIN = 60_000;
const AFTER = 2_000;

/** Every fifth is in the document, every fifth in the playlists that are played from the start, the others are sent. */
function layOut(firstAt: number, source: SourceName, { cues }: Timetable): Sent[] {
  return Array.from({ length: Math.floor(cues / EVERY) }, (_, index) => {
    const isRange = source !== 'whep' && index % RANGE_EACH === 1;
    const by = index % DOCUMENT_EACH === 0 ? 'document' : isRange ? 'daterange' : 'channel';
    return { id: `cue-${index}`, at: firstAt + index * EVERY, type: 'tick', by };
  });
}

/** Lets one listener hear the cues of a source through a fall, a climb, a rewind and a restart of the channel. */
export async function live(
  browser: Browser,
  files: Files[],
  source: SourceName,
  timetable: Timetable,
): Promise<Lived> {
  const now = Date.now();
  const startsAt = now - ALREADY_ON_AIR - (now % SEGMENT);
  const firstAt = now + FIRST_AFTER;
  const sent = layOut(firstAt, source, timetable);
  const by = (way: Sent['by']) => sent.filter((one) => one.by === way);
  const document: Record<string, unknown> = {
    ...{ spread: 1, refresh: 5 },
    cues: by('document').map(({ id, at, type }) => ({ id, at, type })),
  };
  const plan = {
    player: 'driven',
    steady: STEADY,
    stage: {
      ...{ whep: source === 'whep', channel: {}, startsAt, document },
      ranges: () => by('daterange'),
    },
    query: { startsAt: String(startsAt), cues: '' },
    ready: ({ cdn }: Stage) => {
      const urls = [cdn.a, cdn.b].map((base) => `${base}/coded-ll.m3u8`);
      if (source === 'll-hls') document.sources = urls.map((url) => ({ kind: 'hls', url }));
    },
  };
  const incidents: string[] = [];
  const heard = await listening(browser, files, plan, async (one) => {
    const stop = sendInTime(one.stage, by('channel'));
    try {
      await wait(Math.max(0, firstAt - Date.now()));
      const word = await one.page.evaluate(() => bench.driven.session.state.programTime ?? 0);
      if (word > firstAt + EVERY) throw new Error('The first cue came before the first word.');
      await passes(one, source, timetable, firstAt, incidents);
      await lastWord(one, sent.at(-1) as Sent);
    } finally {
      stop();
    }
  });
  return { sent, heard, startsAt, incidents };
}

/** Sends each cue a little before its word. */
function sendInTime({ channel }: Stage, cues: readonly Sent[]): () => void {
  const waiting = [...cues];
  const timer = setInterval(() => {
    while (waiting[0] && waiting[0].at - AHEAD <= Date.now()) {
      const { id, at, type } = waiting.shift() as Sent;
      channel?.cue({ id, at: new Date(at).toISOString(), type });
    }
  }, 50);
  return () => clearInterval(timer);
}

async function passes(
  { page, stage }: Listening,
  source: SourceName,
  { fall, back, restart, rewind, climbBy }: Timetable,
  firstAt: number,
  incidents: string[],
): Promise<void> {
  const until = (ms: number) => wait(Math.max(0, firstAt + ms - Date.now()));
  const state = await page.evaluate(() => {
    const { source, ladder } = bench.driven.session.state;
    return { url: source?.url ?? '', best: ladder[0]?.url };
  });
  const { url: best } = state;
  if (best !== state.best) throw new Error(`${source} fell before anything happened.`);
  const isOnBest = (wanted: boolean, timeout: number) =>
    page
      .waitForFunction(
        ([url, is]) => (bench.driven.session.state.source?.url === url) === is,
        [best, wanted] as const,
        { timeout, polling: 100 },
      )
      .then(() => true)
      .catch(() => false);
  const origin = source === 'whep' ? 'whep' : 'a';
  await until(fall);
  await stage.setFault(origin, { kind: source === 'whep' ? 'killed' : 'unavailable' });
  const isDown = isOnBest(false, climbBy || rewind);
  // HLS plays its buffer first.
  if (source !== 'whep') await isDown;
  await until(back);
  if (await isDown) incidents.push('fall');
  await stage.setFault(origin, { kind: 'none' });
  await until(restart);
  stage.channel?.announce(1);
  stage.channel?.close(1012);
  incidents.push('restart');
  if (climbBy) {
    const left = Math.max(1, firstAt + climbBy - Date.now());
    if (await isOnBest(true, left)) incidents.push('climb');
    await wait(rewind);
  } else await until(rewind);
  if (await page.evaluate((seconds) => bench.driven.back(seconds), BACK_S))
    incidents.push('rewind');
}

async function lastWord({ page }: Listening, { at }: Sent): Promise<void> {
  await page
    .waitForFunction((time) => (bench.driven.session.state.programTime ?? 0) > time, at, {
      timeout: Math.max(0, at - Date.now()) + LAST_WITHIN,
      polling: 100,
    })
    .catch(() => {});
  await wait(AFTER);
}

import { setTimeout as wait } from 'node:timers/promises';
import type { Stretches } from '../lib/engines/engine.ts';
import { type Engine, until } from '../lib/engines/engine.ts';
import { pageOf } from '../lib/site.ts';
import type {} from '../page/ear.ts';
import type {} from '../page/stretches.ts';
import type { Fault, Request, Scene } from './scene.ts';

/** What came of one fault in one engine. */
export interface Cell {
  readonly isBack: boolean;
  /** Without sound, s, from the beginning of the fault to the end of what is measured. */
  readonly silence: number;
  /** As much silence as the buffer and the policy explain, s. */
  readonly explained: number;
  readonly requests: number;
  readonly failed: number;
  /** The most failed requests within ten seconds, without those that the browser itself repeats. */
  readonly failedInTen: number;
  /** For the one who wonders why. */
  readonly story: string;
}

const SETTLE_MS = 8_000;
const STARTS_WITHIN_MS = 45_000;
const AFTER_SECONDS = 20;
/** Who is silent then is given more. */
const MORE_SECONDS = 40;
const HEARD_WITHIN_MS = 500;
/** The first of the policy's windows, which double; two of them may follow each other unseen. */
const FIRST_WINDOW_SECONDS = 5;
const LEAST_WINDOW_SECONDS = 15;
/** Windows double, so that a wait is seldom longer than all those before it, which the fault lasted for: times that. */
const MOST_WINDOW_PER_FAULT = 2;
/** A segment, and what a busy machine adds. */
const CHANCE_SECONDS = 1.5;
/** A wait for a fall or a change of source that no buffer covers: WebRTC has none. */
const FALL_SECONDS = 4;

/** The held segment is requested up to one segment later; the buffer is that much shorter by then. */
const SEGMENT_SECONDS = 4;

const REPEATS_WITHIN_MS = 250;

interface Seen extends Stretches {
  readonly ahead: number;
  readonly told: readonly { readonly at: number; readonly text: string }[];
}

const look = async (engine: Engine): Promise<Seen> => {
  const seen = await engine.run<string>(`const { stretches, ear } = bench;
    return JSON.stringify({ ...stretches, ahead: ear.heard().ahead, told: ear.told });`);
  return { ...(JSON.parse(seen) as Seen), ...engine.stretches?.() };
};

/** It did not come to the fault, or the page died of it. */
const NOT_LIVED: Omit<Cell, 'story'> = {
  isBack: false,
  silence: Number.POSITIVE_INFINITY,
  explained: 0,
  requests: 0,
  failed: 0,
  failedInTen: 0,
};

const BY_WEBRTC = `const { hearing, source } = bench.session.state;
return hearing && source.kind === 'whep';`;

export async function live(engine: Engine, fault: Fault): Promise<Cell> {
  const scene = await fault.open(engine.host);
  try {
    return await suffer(engine, fault, scene);
  } catch (error) {
    return { ...NOT_LIVED, story: String(error) };
  } finally {
    await engine.open('about:blank');
    await scene.close();
  }
}

async function suffer(engine: Engine, fault: Fault, scene: Scene): Promise<Cell> {
  const { isAtStart = false, isDrawn = false, seconds, heldSeconds = 0, needs, script } = fault;
  const query = {
    ...{ kind: 'earshot', url: scene.url, gesture: '' },
    ...(engine.stretches && { untapped: '' }),
  };
  if (isAtStart) await scene.begin();
  await engine.open(pageOf(scene.pages, 'listener', query));
  await until('a page', () => engine.run('return !!document.body.textContent;'));
  await engine.run('', true);
  let ahead = 0;
  if (!isAtStart) {
    const hears = async () => (await look(engine)).firstAt > 0;
    await until('the first sound', hears, STARTS_WITHIN_MS);
    if (needs === 'webrtc') await until('sound by WebRTC', () => engine.run(BY_WEBRTC));
    await wait(SETTLE_MS);
    ({ ahead } = await look(engine));
  }
  const { now } = isAtStart ? { now: 0 } : await look(engine);
  const from = Date.now();
  if (!isAtStart) await scene.begin();
  if (script) await engine.run(script);
  await wait(seconds * 1000);
  await scene.end();
  await wait(AFTER_SECONDS * 1000);
  let seen = await look(engine);
  for (let more = 0; more < MORE_SECONDS && !isHeard(seen); more++) {
    await wait(1_000);
    seen = await look(engine);
  }
  const gaps = [[0, seen.firstAt || seen.now] as const, ...seen.silences];
  const silence =
    gaps.reduce((sum, [begin, end]) => sum + Math.max(0, end - Math.max(begin, now)), 0) / 1000;
  const requests = (await scene.requests()).filter(({ at }) => isAtStart || at >= from);
  const failed = requests.filter(({ isFailed }) => isFailed);
  const failures = failed.filter(isOwn).map(({ at }) => at);
  const failedInTen = Math.max(
    0,
    ...failures.map((at) => failures.filter((one) => one >= at && one < at + 10_000).length),
  );
  const lasts = isDrawn ? seconds : heldSeconds && heldSeconds + SEGMENT_SECONDS;
  const uncovered = Math.max(0, lasts - ahead / 1000);
  const waits = needs === 'webrtc' ? FALL_SECONDS : 0;
  const explained =
    CHANCE_SECONDS + waits + uncovered + (isDrawn ? windowAfter(failures.length, seconds) : 0);
  return {
    isBack: isHeard(seen),
    silence,
    explained,
    requests: requests.length,
    failed: failed.length,
    failedInTen,
    story: storyOf(seen, now, from),
  };
}

const isHeard = ({ now, heardAt }: Seen): boolean => heardAt > 0 && now - heardAt < HEARD_WITHIN_MS;

/** From which the policy draws the wait after so many failures in so many seconds, s. */
const windowAfter = (failures: number, seconds: number): number => {
  const window = FIRST_WINDOW_SECONDS * 2 ** (failures - 1);
  return Math.max(LEAST_WINDOW_SECONDS, Math.min(MOST_WINDOW_PER_FAULT * seconds, window));
};

/** Firefox itself repeats a request whose connection is reset, up to ten times, at once. */
const isOwn = ({ at, path }: Request, index: number, all: readonly Request[]): boolean =>
  !all.slice(0, index).some((one) => one.path === path && at - one.at < REPEATS_WITHIN_MS);

const storyOf = ({ silences, told, ahead }: Seen, now: number, from: number): string =>
  [
    `silences ${silences.map((one) => one.map((at) => ((at - now) / 1000).toFixed(1)).join(' to ')).join(', ')}; ahead ${(ahead / 1000).toFixed(1)}`,
    ...told.map(({ at, text }) => `${((at - from) / 1000).toFixed(1)} ${text}`),
  ].join('\n');

import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Stage } from '../../demo/stage/stage.ts';
import { chosenOrigin } from '../lib/bundle.ts';
import { Listener, openSweep } from '../lib/misdeeds/listener.ts';
import { KINDS, type Kind } from '../lib/outage.ts';
import { latestAfter } from '../lib/windows.ts';
import type { Case } from './cases.ts';

/** What one player made of a misdeed. */
export interface Lived {
  /** Without sound, s, from the beginning of the misdeed to the end of what is measured, or of the longest draw. */
  readonly silence: number;
  /** There is sound at the end. */
  readonly isBack: boolean;
  /** Requests that reached the origin in the same time. */
  readonly requests: number;
  /** Those of them that brought no new segment. */
  readonly overhead: number;
  /** Those of them that failed. */
  readonly failed: number;
}

export type Row = Readonly<Record<Kind, Lived>> & { readonly name: string };

export const AFTER_SECONDS = 20;
/** From the request for a playlist to the sound. */
const SOUNDS_WITHIN = 5;
/** A player that is silent until then will remain so, and the others need not wait. */
const PATIENCE = { timeout: 25_000, polling: 50 };
const SETTLE_MS = 8_000;
const SECONDS = 10;

/** Told of all that a player said and asked. */
export type OnStory = (kind: Kind, story: string) => void;

/** The three players live through a misdeed at the same moments. */
export async function live(browser: Browser, one: Case, onStory?: OnStory): Promise<Row> {
  const stage = await openSweep(chosenOrigin());
  try {
    const listeners = await Promise.all(KINDS.map((kind) => open(browser, stage, kind, one)));
    try {
      const row = await suffer(listeners, one);
      for (const listener of listeners) onStory?.(listener.kind, await listener.explain());
      return row;
    } finally {
      await Promise.all(listeners.map((listener) => listener.close()));
    }
  } finally {
    await stage.close();
  }
}

const open = (browser: Browser, stage: Stage, kind: Kind, one: Case): Promise<Listener> => {
  const { path, delivery, misdeed, isAtStart } = one;
  const begin = (listener: Listener) => {
    if (delivery) listener.origin.delivery = delivery();
    if (isAtStart && misdeed) listener.origin.misdeed = misdeed(listener.served);
  };
  return Listener.open(browser, stage, { kind, begin, ...(path && { path }) });
};

async function suffer(listeners: readonly Listener[], one: Case): Promise<Row> {
  const { seconds = SECONDS, isAtStart = false, isForever, misdeed, begins, isOffline } = one;
  if (!isAtStart) {
    // A player that cannot play what is served is silent all along.
    const settling = listeners.map((one) => one.settles(SETTLE_MS, PATIENCE).catch(() => {}));
    await Promise.all(settling);
  }
  const from = Date.now();
  for (const listener of listeners) {
    listener.from = from;
    if (!isAtStart && misdeed) listener.origin.misdeed = misdeed(listener.served);
  }
  await Promise.all(listeners.map(({ served }) => begins?.(served)));
  const setOffline = (isOn: boolean) =>
    Promise.all(isOffline ? listeners.map(({ context }) => context.setOffline(isOn)) : []);
  await setOffline(true);
  await wait(from + seconds * 1000 - Date.now());
  for (const { origin } of isForever ? [] : listeners) origin.misdeed = () => undefined;
  await setOffline(false);
  const to = from + (seconds + AFTER_SECONDS) * 1000;
  await wait(to - Date.now());
  const lived = await Promise.all(
    listeners.map(async (listener) => {
      const latest = listener.kind === 'earshot' ? latestOf(one) : 0;
      return [listener.kind, await judge(listener, to, isAtStart, latest)];
    }),
  );
  return { name: one.name, ...(Object.fromEntries(lived) as Record<Kind, Lived>) };
}

/** Milliseconds after the end of what is measured in which a late draw is waited for. */
const latestOf = ({ drawnFor }: Case): number =>
  drawnFor === undefined
    ? 0
    : Math.max(0, latestAfter(drawnFor) + SOUNDS_WITHIN - AFTER_SECONDS) * 1000;

async function judge(
  listener: Listener,
  end: number,
  isAtStart: boolean,
  latest: number,
): Promise<Lived> {
  if (latest) await listener.hearsWithin(latest);
  const isBack = await listener.hears();
  // Who is waited for is silent until then; its requests are compared in the same time as those of the others.
  const to = latest ? Math.max(end, Date.now()) : end;
  const { openedAt, firstAt, silences } = await listener.page.evaluate(() => bench.sound);
  const from = isAtStart ? openedAt : listener.from;
  // Before its first sound it is silent.
  const all = [[0, firstAt || to] as const, ...silences];
  const ms = all.reduce(
    (sum, [begin, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(begin, from)),
    0,
  );
  const requests = listener.origin.since(isAtStart ? 0 : from).filter(({ at }) => at <= end);
  const failed = requests.filter(({ isFailed }) => isFailed);
  const came = requests.filter(({ path, isFailed }) => !isFailed && /\.(aac|m4s|bin)$/.test(path));
  return {
    silence: ms / 1000,
    isBack,
    requests: requests.length,
    overhead: requests.length - new Set(came.map(({ path, range }) => `${path} ${range}`)).size,
    failed: failed.length,
  };
}

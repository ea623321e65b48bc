import type { Asked, Misdeed } from '../lib/misdeeds/origin.ts';
import { asPlaylist, editSegments, newestOf } from '../lib/misdeeds/playlists.ts';
import { eachSegment } from '../lib/misdeeds/ways.ts';
import { CASES, type Case } from '../parity/cases.ts';
import type { Limit } from './nginx.ts';
import type { Fault } from './scene.ts';
import { cableScene, nginxScene, originScene, stageScene } from './scenes.ts';

const SECONDS = 12;

/** What the parity bench compares with hls.js, in every engine. */
const ofParity = (one: Case): Fault => {
  const { name, path, delivery, misdeed, begins, isForever, isAtStart, drawnFor, heldSeconds } =
    one;
  return {
    name,
    seconds: one.seconds ?? 10,
    ...(isAtStart && { isAtStart }),
    ...(drawnFor !== undefined && { isDrawn: true }),
    ...(heldSeconds && { heldSeconds }),
    open: () =>
      originScene({
        ...(path && { path }),
        serve: (served) => {
          if (delivery) served.origin.delivery = delivery();
          if (isAtStart && misdeed) served.origin.misdeed = misdeed(served);
        },
        begin: async (served) => {
          if (misdeed && !isAtStart) served.origin.misdeed = misdeed(served);
          await begins?.(served);
        },
        ...(isForever && { end: () => {} }),
      }),
  };
};

const misdeedOf = (name: string, misdeed: () => Misdeed, more: Partial<Fault> = {}): Fault => ({
  name,
  seconds: SECONDS,
  ...more,
  open: () =>
    originScene({
      begin: ({ origin }) => {
        origin.misdeed = misdeed();
      },
    }),
});

const late = async ({ well }: Asked, delayMs: number) => ({ ...(await well()), delayMs });

/** A cache that gives an older playlist each second time. */
const stale = (): Misdeed => {
  const seen: string[] = [];
  return async ({ isPlaylist, text }) => {
    if (!isPlaylist) return undefined;
    seen.push(await text());
    return asPlaylist(seen[seen.length % 2 ? seen.length - 1 : Math.max(0, seen.length - 4)] ?? '');
  };
};

/** The encoder's clock is set: from the next segment on, program times are others. */
const clockSet = (ms: number) => (): Misdeed => {
  let begins = 0;
  return async ({ isPlaylist, text }) => {
    if (!isPlaylist) return undefined;
    const playlist = await text();
    begins ||= newestOf(playlist) + 1;
    const set = (lines: string, segment: number) =>
      segment < begins
        ? lines
        : lines.replace(/(?<=DATE-TIME:).*/, (time) =>
            new Date(Date.parse(time) + ms).toISOString(),
          );
    return asPlaylist(editSegments(playlist, set));
  };
};

const HOUR_MS = 3_600_000;

/** The device's clock is set. */
const deviceClockSet = (ms: number, name: string): Fault => ({
  name,
  seconds: SECONDS,
  script: `const { now } = Date; Date.now = () => now() + ${ms};`,
  open: () => originScene({}),
});

const limited = (name: string, limit: Limit): Fault => ({
  name: `nginx limit_req: ${name}`,
  seconds: SECONDS,
  isDrawn: true,
  needs: 'nginx',
  open: () => nginxScene(limit),
});

type StageFault = Parameters<typeof stageScene>[1];

/** CDN A of two fails, for longer than the buffer lasts. */
const cdn = (name: string, fault: StageFault): Fault => ({
  name: `CDN A of two ${name}`,
  seconds: 20,
  open: () => stageScene('a', fault),
});

const webrtc = (name: string, fault: StageFault): Fault => ({
  name: `WebRTC ${name}`,
  seconds: 20,
  needs: 'webrtc',
  open: (host) => stageScene('whep', fault, { whep: { host } }),
});

export const FAULTS: readonly Fault[] = [
  ...CASES.filter(({ isOffline }) => !isOffline).map(ofParity),
  misdeedOf('each first byte comes after 2.5 s', () => (asked) => late(asked, 2_500)),
  misdeedOf(
    'each segment drips for 3 s',
    () =>
      async ({ segment, well }) =>
        segment ? { ...(await well()), dripMs: 3_000 } : undefined,
  ),
  misdeedOf(
    'each segment breaks off in the middle',
    () =>
      async ({ segment, well }) =>
        segment ? { ...(await well()), breaksAt: 0.5 } : undefined,
    { isDrawn: true },
  ),
  misdeedOf('all segments hang', () => eachSegment('hang'), { isDrawn: true }),
  misdeedOf('a stale cache: each second playlist is an old one', stale),
  misdeedOf("the encoder's clock jumps an hour ahead", clockSet(HOUR_MS)),
  misdeedOf("the encoder's clock jumps an hour back", clockSet(-HOUR_MS)),
  deviceClockSet(HOUR_MS, "the device's clock jumps an hour ahead"),
  deviceClockSet(-HOUR_MS, "the device's clock jumps an hour back"),
  {
    name: 'a DVR window of 6 h, and the playlist answers 503',
    seconds: SECONDS,
    isDrawn: true,
    open: () =>
      originScene({
        stage: { windowSeconds: 6 * 3_600 },
        begin: ({ origin }) => {
          origin.misdeed = ({ isPlaylist }) => (isPlaylist ? { status: 503 } : undefined);
        },
      }),
  },
  limited('503', { status: 503 }),
  limited('503, Retry-After 3', { status: 503, retryAfter: 3, isReadable: true }),
  limited('429', { status: 429, isReadable: true }),
  limited('429, Retry-After 3', { status: 429, retryAfter: 3, isReadable: true }),
  {
    name: 'the cable is cut and mended (network namespace)',
    seconds: SECONDS,
    isDrawn: true,
    needs: 'namespace',
    open: cableScene,
  },
  cdn('answers 503', { kind: 'unavailable' }),
  cdn('answers 429, Retry-After 30', { kind: 'tooMany', retryAfter: 30 }),
  cdn('hangs', { kind: 'hang' }),
  cdn('drips 500 bytes a second', { kind: 'drip', bytesPerSecond: 500 }),
  cdn('resets connections', { kind: 'reset' }),
  cdn('refuses connections', { kind: 'refuse' }),
  cdn('is frozen', { kind: 'frozen' }),
  cdn('gives corrupt media', { kind: 'corrupt' }),
  cdn('answers 404', { kind: 'gone' }),
  {
    name: "the document's server answers 503",
    seconds: 20,
    open: () => stageScene('stage', { kind: 'unavailable' }),
  },
  webrtc('is killed', { kind: 'killed' }),
  webrtc('sends no packets', { kind: 'packetsStop' }),
  webrtc('loses a fifth of its packets', { kind: 'loss', share: 0.2 }),
  webrtc('forgets its sessions', { kind: 'expired' }),
  webrtc('hangs for who comes', { kind: 'hang' }),
];

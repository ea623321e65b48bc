import {
  byteRanges,
  defined,
  encrypted,
  gzipped,
  pictureWithGroup,
  soundGroup,
} from '../lib/misdeeds/deliveries.ts';
import type { Delivery, Misdeed, Wrong } from '../lib/misdeeds/origin.ts';
import { cacheable, discontinuity, frozen, gap } from '../lib/misdeeds/playlists.ts';
import type { Served } from '../lib/misdeeds/served.ts';
import {
  eachPlaylist,
  eachSegment,
  failingEdge,
  failingVariant,
  OTHER_BODIES,
  once,
  oneSegment,
  redirecting,
  undated,
  variants,
} from '../lib/misdeeds/ways.ts';

/** One misdeed, as each listener lives through it. */
export interface Case {
  readonly name: string;
  /** How long it lasts. Default: 10. */
  readonly seconds?: number;
  /** It goes on until the end of what is measured. */
  readonly isForever?: boolean;
  /** It begins before the page opens: the time to the first sound is silence too. */
  readonly isAtStart?: boolean;
  /**
   * It outlasts the buffer, or what is left of it: when it is found to be over is drawn from the policy's windows,
   * which a crowd needs (invariant 1), and may be later than by a peer that asks each second. For how many seconds
   * attempts are in vain.
   */
  readonly drawnFor?: number;
  /** What is to be heard next is held up for so long. */
  readonly heldSeconds?: number;
  /** Playlists that peers take from the browser's cache and Earshot asks for, at the price of sound that comes late. */
  readonly cached?: number;
  /** It is one of the most telling ones, for `--short`. */
  readonly isShort?: boolean;
  /** Path of what is played. Default: the media playlist. */
  readonly path?: string;
  /** How the origin serves all along. */
  readonly delivery?: () => Delivery;
  /** What it does wrong, anew for each listener. */
  readonly misdeed?: (served: Served) => Misdeed;
  /** What happens besides. */
  readonly begins?: (served: Served) => Promise<void>;
  /** The device is cut off, and knows it. */
  readonly isOffline?: boolean;
}

type Way = readonly [name: string, wrong: Wrong, isShort?: boolean];

const oneSegmentThat = ([name, wrong, isShort = false]: Way): Case => ({
  name: `one segment ${name}`,
  isForever: true,
  isShort,
  misdeed: () => oneSegment(() => wrong),
});

const edgeThat = ([name, wrong]: Way): Case => ({
  name: `redirect to an edge that ${name}`,
  isForever: true,
  path: '/live.m3u8',
  delivery: () => redirecting,
  misdeed: () => failingEdge(wrong),
});

const variantThat = (status: number): Case => ({
  name: `one of three variants answers ${status}`,
  isForever: true,
  isShort: status === 503,
  path: '/all.m3u8',
  delivery: () => variants,
  misdeed: ({ origin }) => failingVariant(origin.entries, { status }),
});

const playlistThat = ([name, wrong, isShort = false]: Way, seconds = 12): Case => ({
  name: `playlist ${name} for ${seconds} s`,
  drawnFor: seconds,
  seconds,
  isShort,
  misdeed: () => eachPlaylist(wrong),
});

const playlistOnce = ([name, wrong, isShort = false]: Way): Case => ({
  name: `playlist ${name} once`,
  // It hangs until it times out, and the next attempt is answered.
  ...(name === 'hangs' && { drawnFor: 0 }),
  isShort,
  misdeed: () => once(eachPlaylist(wrong)),
});

const allThat = ([name, wrong, isShort = false]: Way, seconds = 10): Case => ({
  name: `the whole origin ${name} for ${seconds} s`,
  drawnFor: seconds,
  seconds,
  isShort,
  misdeed: () => () => wrong,
});

/** Nothing is wrong: the origin serves so from the beginning. */
const served = (name: string, delivery: () => Delivery, more: Partial<Case> = {}): Case => ({
  name,
  delivery,
  ...more,
});

const LATER: Wrong = { status: 429, headers: { 'Retry-After': '3' } };

export const CASES: readonly Case[] = [
  ...(
    [
      ['answers 404', { status: 404 }, true],
      ['answers 500', { status: 500 }],
      ['answers 503 for ever', { status: 503 }],
      ['hangs', 'hang', true],
      ['resets the connection', 'reset'],
      ['is an HTML page', OTHER_BODIES.html],
      ['is empty', OTHER_BODIES.empty],
    ] as Way[]
  ).map(oneSegmentThat),
  {
    name: 'one segment answers 503 once',
    misdeed: () => once(oneSegment(() => ({ status: 503 }))),
  },
  {
    name: 'one segment comes after 8 s',
    isForever: true,
    misdeed: () => oneSegment(async ({ well }) => ({ ...(await well()), delayMs: 8_000 })),
  },
  {
    name: 'one segment drips for 15 s',
    isForever: true,
    heldSeconds: 15,
    misdeed: () => oneSegment(async ({ well }) => ({ ...(await well()), dripMs: 15_000 })),
  },
  {
    name: 'one segment breaks off in the middle',
    isForever: true,
    misdeed: () => oneSegment(async ({ well }) => ({ ...(await well()), breaksAt: 0.5 })),
  },
  ...[404, 503].map(variantThat),
  {
    name: 'all segments answer 403 for 20 s',
    drawnFor: 20,
    seconds: 20,
    isShort: true,
    misdeed: () => eachSegment({ status: 403 }),
  },
  {
    name: 'all segments answer 503 for 12 s',
    drawnFor: 12,
    seconds: 12,
    misdeed: () => eachSegment({ status: 503 }),
  },
  ...(
    [
      ['answers 503', { status: 503 }],
      ['hangs', 'hang'],
      ['is an HTML page', OTHER_BODIES.html, true],
      ['is empty', OTHER_BODIES.empty],
      ['is JSON', OTHER_BODIES.json],
    ] as Way[]
  ).map(playlistOnce),
  playlistThat(['answers 503', { status: 503 }, true]),
  playlistThat(['answers 404', { status: 404 }]),
  playlistThat(['is an HTML page', OTHER_BODIES.html]),
  playlistThat(['answers 429 with Retry-After 3', LATER], 6),
  { name: 'playlist frozen for 12 s', seconds: 12, misdeed: frozen },
  { name: 'playlist with max-age=10', seconds: 20, cached: 5, misdeed: () => cacheable(10) },
  ...(
    [
      ['answers 403', { status: 403 }],
      ['answers 404', { status: 404 }],
      ['answers 503', { status: 503 }],
      ['resets the connection', 'reset'],
    ] as Way[]
  ).map(edgeThat),
  { name: 'the encoder restarts', seconds: 20, begins: (one) => one.restart() },
  served('the encoder restarts, without program times', () => undated, {
    seconds: 20,
    isShort: true,
    begins: (one) => one.restart(),
  }),
  { name: 'EXT-X-GAP', isForever: true, misdeed: gap },
  { name: 'EXT-X-DISCONTINUITY', isForever: true, misdeed: discontinuity },
  served('EXT-X-DEFINE', () => defined),
  served('EXT-X-BYTERANGE', () => byteRanges),
  served('playlists by gzip', () => gzipped),
  served('an audio group of sound alone', () => soundGroup, { path: '/all.m3u8' }),
  served('an audio group beside a picture', pictureWithGroup, { path: '/all.m3u8' }),
  served('AES-128, another key every 12 s', encrypted, { seconds: 20 }),
  served('AES-128, a key answers 503 once', encrypted, {
    seconds: 20,
    misdeed: () => once(({ path }) => (path.endsWith('.key') ? { status: 503 } : undefined)),
  }),
  allThat(['resets connections', 'reset', true]),
  allThat(['answers 503', { status: 503 }]),
  allThat(['hangs', 'hang']),
  {
    name: 'the device is offline for 10 s',
    isOffline: true,
  },
  {
    name: 'the first playlist answers 503 for 8 s',
    drawnFor: 8,
    seconds: 8,
    isAtStart: true,
    misdeed: () => eachPlaylist({ status: 503 }),
  },
];

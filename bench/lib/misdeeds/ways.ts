import type { Delivery, Entry, Misdeed, Wrong } from './origin.ts';
import { asPlaylist, PLAYLIST_TYPE, playlistOf } from './playlists.ts';

/** What a captive portal, a broken gateway and an empty cache answer with status 200. */
export const OTHER_BODIES = {
  html: {
    headers: { 'Content-Type': 'text/html' },
    body: '<!doctype html><title>Welcome to the hotel</title>',
  },
  empty: { headers: { 'Content-Type': PLAYLIST_TYPE }, body: '' },
  json: { headers: { 'Content-Type': 'application/json' }, body: '{"error":"try again"}' },
} as const;

/** One segment, the next to be asked for, is spoilt. */
export const oneSegment = (spoil: Misdeed): Misdeed => {
  let victim = 0;
  return (asked) => {
    if (!asked.segment) return undefined;
    victim ||= asked.segment;
    return asked.segment === victim ? spoil(asked) : undefined;
  };
};

/** Each playlist is spoilt, or each segment. */
export const eachPlaylist =
  (wrong: Wrong): Misdeed =>
  ({ isPlaylist }) =>
    isPlaylist ? wrong : undefined;

export const eachSegment =
  (wrong: Wrong): Misdeed =>
  ({ segment }) =>
    segment ? wrong : undefined;

/** The first request that a misdeed would spoil is the only one. */
export const once = (misdeed: Misdeed): Misdeed => {
  let isDone = false;
  return async (asked) => {
    const wrong = isDone ? undefined : await misdeed(asked);
    isDone ||= wrong !== undefined;
    return wrong;
  };
};

const MASTER = playlistOf(
  ...[1, 2, 3].flatMap((level) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${level * 30_000},CODECS="mp4a.40.2"`,
    `edge${level}/sweep.m3u8`,
  ]),
);

/** `/all.m3u8` lists three variants. */
export const variants: Delivery = ({ path }) => (path === '/all.m3u8' ? MASTER : undefined);

/** The playlist of the variant that was asked for last fails. */
export const failingVariant = (entries: readonly Entry[], wrong: Wrong): Misdeed => {
  const last = entries.findLast(({ path }) => /^\/edge\d/.test(path));
  const playing = last && /^\/edge\d/.exec(last.path)?.[0];
  return ({ path }) => (playing && path.startsWith(`${playing}/sweep.m3u8`) ? wrong : undefined);
};

const redirectTo = (edge: number): Wrong => ({
  status: 302,
  headers: { Location: `/edge${edge}/sweep.m3u8` },
});

/** `/live.m3u8` redirects to the first edge. */
export const redirecting: Delivery = ({ path }) =>
  path === '/live.m3u8' ? { status: 302, headers: { Location: '/edge1/sweep.m3u8' } } : undefined;

/** The edge that was found fails, and another is redirected to. */
export const failingEdge =
  (wrong: Wrong): Misdeed =>
  ({ path }) => {
    if (path === '/live.m3u8') return redirectTo(2);
    return path.startsWith('/edge1/') ? wrong : undefined;
  };

/** The playlist tells no program times. */
export const undated: Delivery = async ({ isPlaylist, text }) =>
  isPlaylist ? asPlaylist((await text()).replace(/#EXT-X-PROGRAM-DATE-TIME.*\n/g, '')) : undefined;

// The stage's playlists, and what an origin can do to them over time.
import { SEGMENT_MS } from '../../../demo/stage/adts.ts';
import { timestampTag } from '../../../demo/stage/id3.ts';
import type { Misdeed } from './origin.ts';

export const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';

const BLOCK = /(?:#EXT-X-PROGRAM-DATE-TIME:.*\n)?#EXTINF:.*\nsweep\/(\d+)\.aac\n/g;

/** The media playlist with each segment's lines as `edit` gives them. */
export const editSegments = (playlist: string, edit: (lines: string, segment: number) => string) =>
  playlist.replace(BLOCK, (lines, segment) => edit(lines, Number(segment)));

export const withVersion = (version: number, playlist: string): string =>
  playlist.replace(/#EXT-X-VERSION:\d+/, `#EXT-X-VERSION:${version}`);

export const asPlaylist = (body: string | Uint8Array, headers = {}) => ({
  headers: { 'Content-Type': PLAYLIST_TYPE, ...headers },
  body,
});

export const playlistOf = (...lines: string[]) => asPlaylist(['#EXTM3U', ...lines, ''].join('\n'));

/** The number of the segment whose media sequence is 0. */
export const firstOf = (playlist: string): number =>
  Number(/sweep\/(\d+)/.exec(playlist)?.[1]) - Number(/SEQUENCE:(\d+)/.exec(playlist)?.[1]);

export const newestOf = (playlist: string): number => Number(/.*sweep\/(\d+)/s.exec(playlist)?.[1]);

/** The first segment that is published from now on is missing, and the playlist says so. */
export const gap = (): Misdeed => {
  let missing = 0;
  return async ({ isPlaylist, segment, text }) => {
    if (isPlaylist) {
      const playlist = await text();
      missing ||= newestOf(playlist) + 1;
      if (newestOf(playlist) < missing) return undefined;
      const mark = (lines: string, one: number) =>
        one === missing ? `#EXT-X-GAP\n${lines}` : lines;
      return asPlaylist(withVersion(8, editSegments(playlist, mark)));
    }
    return missing && segment === missing ? { status: 404 } : undefined;
  };
};

/** Timestamps begin anew behind a discontinuity, with the next segment that is published. */
export const discontinuity = (): Misdeed => {
  let begins = 0;
  return async ({ isPlaylist, segment, text, well }) => {
    if (isPlaylist) {
      const playlist = await text();
      begins ||= newestOf(playlist) + 1;
      if (newestOf(playlist) < begins) return undefined;
      const mark = (lines: string, one: number) =>
        one === begins ? `#EXT-X-DISCONTINUITY\n${lines}` : lines;
      return asPlaylist(editSegments(playlist, mark));
    }
    if (!begins || !segment || segment < begins) return undefined;
    const { status, headers, body } = await well();
    const tag = timestampTag((segment - begins) * SEGMENT_MS);
    return { status, headers, body: Buffer.concat([tag, body.subarray(tag.length)]) };
  };
};

/** The playlist stays as it is when it is asked for next. */
export const frozen = (): Misdeed => {
  let playlist: string | undefined;
  return async ({ isPlaylist, text }) => {
    if (!isPlaylist) return undefined;
    playlist ??= await text();
    return asPlaylist(playlist);
  };
};

/** The browser's own cache may keep the playlist for so long. */
export const cacheable =
  (seconds: number): Misdeed =>
  async ({ isPlaylist, text }) =>
    isPlaylist ? asPlaylist(await text(), { 'Cache-Control': `max-age=${seconds}` }) : undefined;

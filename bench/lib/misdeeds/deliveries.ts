// Ways in which an origin can serve well what the stage has.
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { SEGMENT_MS } from '../../../demo/stage/adts.ts';
import type { Asked, Delivery } from './origin.ts';
import {
  asPlaylist,
  editSegments,
  firstOf,
  newestOf,
  playlistOf,
  withVersion,
} from './playlists.ts';

const isSweep = ({ path }: Asked): boolean => path === '/sweep.m3u8';

const SEGMENTS_A_KEY = 3;

const keyOf = (name: string): Buffer => createHash('md5').update(`key ${name}`).digest();

/** AES-128, with another key every three segments, at `/keys/NAME.key`. */
export const encrypted = (): Delivery => {
  let first = 0;
  return async (asked) => {
    const name = (segment: number) => String(Math.floor(segment / SEGMENTS_A_KEY));
    const key = /^\/keys\/(\d+)\.key$/.exec(asked.path)?.[1];
    if (key) return { body: keyOf(key) };
    if (asked.isPlaylist) {
      const playlist = await asked.text();
      first = firstOf(playlist);
      let last = '';
      const body = editSegments(playlist, (lines, segment) => {
        const isSame = name(segment) === last;
        last = name(segment);
        return isSame ? lines : `#EXT-X-KEY:METHOD=AES-128,URI="keys/${last}.key"\n${lines}`;
      });
      return asPlaylist(body);
    }
    if (!asked.segment) return undefined;
    const { status, headers, body } = await asked.well();
    if (status !== 200) return { status };
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(asked.segment - first, 12);
    const cipher = createCipheriv('aes-128-cbc', keyOf(name(asked.segment)), iv);
    return { headers, body: Buffer.concat([cipher.update(body), cipher.final()]) };
  };
};

const SEGMENTS_A_FILE = 5;

/** Segments are ranges of larger files. Those of the sweep are all of one size. */
export const byteRanges: Delivery = async (asked) => {
  const bytes = async (segment: number) => (await asked.well(`/sweep/${segment}.aac`)).body;
  const fileOf = (segment: number) => Math.floor(segment / SEGMENTS_A_FILE);
  if (isSweep(asked)) {
    const playlist = await asked.text();
    const size = (await bytes(newestOf(playlist))).length;
    const body = editSegments(playlist, (lines, segment) => {
      const range = `#EXT-X-BYTERANGE:${size}@${(segment % SEGMENTS_A_FILE) * size}`;
      return lines.replace(/sweep.*/, `${range}\nfiles/${fileOf(segment)}.bin`);
    });
    return asPlaylist(withVersion(4, body));
  }
  const file = /^\/files\/(\d+)\.bin$/.exec(asked.path)?.[1];
  if (!file) return undefined;
  const [, from = 0, to = 0] = /^bytes=(\d+)-(\d+)$/.exec(asked.range ?? '')?.map(Number) ?? [];
  const size = to - from + 1;
  const body = await bytes(Number(file) * SEGMENTS_A_FILE + Math.floor(from / size));
  if (body.length !== size) return { status: 416 };
  const headers = { 'Content-Type': 'audio/aac', 'Content-Range': `bytes ${from}-${to}/*` };
  return { status: 206, headers, body };
};

/** The segments' URLs hold a variable. */
export const defined: Delivery = async (asked) => {
  if (!isSweep(asked)) return undefined;
  const body = (await asked.text()).replaceAll('sweep/', '{$folder}/');
  const tag = '#EXT-X-DEFINE:NAME="folder",VALUE="sweep"\n';
  return asPlaylist(withVersion(8, body).replace(/(?=#EXT-X-TARGET)/, tag));
};

/** `/all.m3u8` lists an audio group whose renditions are sound, as all of the stage is. */
export const soundGroup: Delivery = ({ path }) =>
  path === '/all.m3u8'
    ? playlistOf(
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Floor",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="edge1/sweep.m3u8"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,URI="edge2/sweep.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=70000,CODECS="mp4a.40.2",AUDIO="sound"',
        'edge1/sweep.m3u8',
      )
    : undefined;

const MEDIA = new URL('../../../test/media/picture/', import.meta.url);
/** As `init.mp4` says. */
const TICKS_A_SECOND = 10_240;

/** The one segment of picture there is, at a time. */
const pictureAt = (ms: number): Buffer => {
  const bytes = readFileSync(new URL('0.m4s', MEDIA));
  const at = bytes.indexOf('tfdt') + 4;
  const ticks = BigInt((ms / 1000) * TICKS_A_SECOND);
  if (bytes[at] === 1) bytes.writeBigUInt64BE(ticks, at + 4);
  else bytes.writeUInt32BE(Number(ticks), at + 4);
  return bytes;
};

/** `/all.m3u8` lists a picture without sound, and a group with the sound. */
export const pictureWithGroup = (): Delivery => {
  let first = 0;
  return async (asked) => {
    const { path, segment } = asked;
    if (path === '/all.m3u8') {
      return playlistOf(
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Floor",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="sweep.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=100000,CODECS="avc1.42c00a,mp4a.40.2",RESOLUTION=64x36,AUDIO="sound"',
        'picture.m3u8',
      );
    }
    if (path === '/picture.m3u8') {
      const playlist = String((await asked.well('/sweep.m3u8')).body);
      first = firstOf(playlist);
      const body = playlist.replace(/sweep\/(\d+)\.aac/g, 'picture/$1.m4s');
      const map = '#EXT-X-MAP:URI="picture/init.mp4"\n';
      return asPlaylist(withVersion(7, body).replace(/(?=#EXT-X-PROGRAM)/, map));
    }
    const headers = { 'Content-Type': 'video/mp4' };
    if (path === '/picture/init.mp4') {
      return { headers, body: readFileSync(new URL('init.mp4', MEDIA)) };
    }
    if (!path.startsWith('/picture/') || !segment) return undefined;
    return { headers, body: pictureAt((segment - first) * SEGMENT_MS) };
  };
};

/** Playlists are compressed. */
export const gzipped: Delivery = async ({ isPlaylist, text }) =>
  isPlaylist
    ? asPlaylist(gzipSync(await text()), { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' })
    : undefined;

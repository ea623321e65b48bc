import type { SourceDescription } from '../policy/document.ts';
import { isHlsUrl } from './parse.ts';

/**
 * Whether an answer is a stream that the browser's own element plays, such as Icecast's: by its type,
 * or, where that says nothing, by how it begins (MP3, AAC or Ogg).
 */
export const isStream = (headers: Headers, start = new Uint8Array()): boolean =>
  /^(audio|video)\/(?!.*(mpegurl|scpls))|^application\/ogg|\n(ID3|OggS|\xff[\xe0-\xff])/i.test(
    `${headers.get('content-type')}\n${String.fromCharCode(...start.subarray(0, 4))}`,
  );

// Of an .m3u or a .pls: its tags and comments, then the first URL on a line of its own.
const LISTED = /^(?:[#[][\s\S]*?[\r\n])?\s*(?:File\d+=)?(https?:\S+)/i;

/**
 * What an answer is that is no stage document but what is played: HLS, an endless stream, or a list that
 * names one of these. `null`: none of them.
 */
export const sourceIn = (
  body: ArrayBuffer,
  headers: Headers,
  url: string,
): SourceDescription | null => {
  if (isStream(headers, new Uint8Array(body))) return { kind: 'stream', url };
  const text = new TextDecoder().decode(body);
  if (/^#EXTM3U[\s\S]*\n#EXT-X-/.test(text)) return { kind: 'hls', url };
  const [, listed] = LISTED.exec(text) ?? [];
  return listed ? { kind: isHlsUrl(listed) ? 'hls' : 'stream', url: listed } : null;
};

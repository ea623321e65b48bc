import type { SourceDescription } from '../policy/document.ts';
import { isStream } from './is-stream.ts';
import { isHlsUrl } from './parse.ts';

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

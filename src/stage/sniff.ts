import type { SourceDescription } from '../policy/document.ts';
import { isStream } from './is-stream.ts';
import { isHlsUrl } from './parse.ts';

// The first URL on its own line of an .m3u or .pls file, after its tags and comments.
const LISTED = /^(?:[#[][\s\S]*?[\r\n])?\s*(?:File\d+=)?(https?:\S+)/i;

/**
 * Detects a response that is not a stage document but a playable source: HLS, an endless stream, or a list with the
 * URL of one. `null`: none of them.
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

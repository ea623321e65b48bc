// A container or an encrypted segment has other bytes among that many.
const ENOUGH = 32;

const LONGEST_LINE = 8_192;
const MOST_SEGMENTS = 50_000;
// Some regular expressions of hls.js take time that grows with the square of a tag's line: about a second for this
// much.
const MOST_SQUARES = 1_000_000_000;

/** Says in one sentence why a body is not a playable HLS playlist; empty if it is one. */
export const notPlaylist = (body: ArrayBuffer): string => {
  const text = new TextDecoder().decode(body);
  if (!text.startsWith('#EXTM3U')) return 'This is no HLS playlist.';
  const lengths = (text.match(/^[# ].*/gm) ?? []).map(({ length }) => length);
  const squares = lengths.reduce((sum, length) => sum + length * length, 0);
  const segments = text.split('#EXTINF:').length;
  if (
    lengths.some((length) => length > LONGEST_LINE) ||
    squares > MOST_SQUARES ||
    segments > MOST_SEGMENTS
  )
    return 'This playlist is too long.';
  return /#EXT(INF|-X-(STREAM-INF|PART|SKIP)):/.test(text)
    ? ''
    : 'This is an HLS playlist without segments.';
};

/** The same for a media segment: text is not a segment. */
export const notMedia = (body: ArrayBuffer): string => {
  const start = new Uint8Array(body).subarray(0, ENOUGH);
  return start.every((byte) => byte > 8 && byte < 127) ? 'This is no media.' : '';
};

/**
 * Whether the audio of a playlist needs what hls.js/light lacks: variables, or audio that is separate from the video
 * of its variants.
 */
export const needsWhole = (playlist: string): boolean =>
  /^#EXT-X-DEFINE/m.test(playlist) ||
  (/^#EXT-X-STREAM-INF.*RESOLUTION=/m.test(playlist) &&
    /^#EXT-X-MEDIA:(?=.*TYPE=AUDIO).*URI=/m.test(playlist) &&
    // A rendition without a URI is inside the variants (RFC 8216, section 4.3.4.1).
    !/^#EXT-X-MEDIA:(?!.*URI=).*TYPE=AUDIO/m.test(playlist));

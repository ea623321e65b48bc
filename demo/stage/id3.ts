import { fromText, join } from './bytes.ts';

const OWNER = fromText('com.apple.streaming.transportStreamTimestamp\0');
const UTF_8 = Uint8Array.of(3);
const TICKS_PER_MS = 90n;
const PTS_MASK = (1n << 33n) - 1n;

/**
 * The ID3 tag that opens a packed-audio segment and says its time (RFC 8216, 3.4).
 *
 * @param title a frame `TIT2` beside it. Default: none.
 */
export function timestampTag(programMs: number, title?: string | null): Uint8Array {
  const pts = new Uint8Array(8);
  new DataView(pts.buffer).setBigUint64(0, (BigInt(programMs) * TICKS_PER_MS) & PTS_MASK);
  const content = join([OWNER, pts]);
  const frames = join([
    frame('PRIV', content),
    ...(title ? [frame('TIT2', join([UTF_8, fromText(title)]))] : []),
  ]);
  return join([fromText('ID3\x04\0\0'), syncSafe(frames.length), frames]);
}

function frame(id: string, content: Uint8Array): Uint8Array {
  return join([header(id, content.length), new Uint8Array(2), content]);
}

function header(id: string, length: number): Uint8Array {
  return join([fromText(id), syncSafe(length)]);
}

// ID3 counts in seven bits a byte, so that no length looks like the start of an audio frame.
function syncSafe(value: number): Uint8Array {
  return Uint8Array.from([21, 14, 7, 0], (shift) => (value >> shift) & 0x7f);
}

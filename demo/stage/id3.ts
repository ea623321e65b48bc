import { fromText, join } from './bytes.ts';

const OWNER = fromText('com.apple.streaming.transportStreamTimestamp\0');
const TICKS_PER_MS = 90n;
const PTS_MASK = (1n << 33n) - 1n;

/** The ID3 tag that opens a packed-audio segment and says its time (RFC 8216, 3.4). */
export function timestampTag(programMs: number): Uint8Array {
  const pts = new Uint8Array(8);
  new DataView(pts.buffer).setBigUint64(0, (BigInt(programMs) * TICKS_PER_MS) & PTS_MASK);
  const content = join([OWNER, pts]);
  const frame = join([header('PRIV', content.length), new Uint8Array(2), content]);
  return join([fromText('ID3\x04\0\0'), syncSafe(frame.length), frame]);
}

function header(id: string, length: number): Uint8Array {
  return join([fromText(id), syncSafe(length)]);
}

// ID3 counts in seven bits a byte, so that no length looks like the start of an audio frame.
function syncSafe(value: number): Uint8Array {
  return Uint8Array.from([21, 14, 7, 0], (shift) => (value >> shift) & 0x7f);
}

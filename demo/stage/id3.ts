const OWNER = Buffer.from('com.apple.streaming.transportStreamTimestamp\0', 'latin1');
const TICKS_PER_MS = 90n;
const PTS_MASK = (1n << 33n) - 1n;

/** The ID3 tag that opens a packed-audio segment and says its time (RFC 8216, 3.4). */
export function timestampTag(programMs: number): Buffer {
  const pts = Buffer.alloc(8);
  pts.writeBigUInt64BE((BigInt(programMs) * TICKS_PER_MS) & PTS_MASK);
  const content = Buffer.concat([OWNER, pts]);
  const frame = Buffer.concat([header('PRIV', content.length), Buffer.alloc(2), content]);
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), syncSafe(frame.length), frame]);
}

function header(id: string, length: number): Buffer {
  return Buffer.concat([Buffer.from(id, 'latin1'), syncSafe(length)]);
}

// ID3 counts in seven bits a byte, so that no length looks like the start of an audio frame.
function syncSafe(value: number): Buffer {
  return Buffer.from([21, 14, 7, 0].map((shift) => (value >> shift) & 0x7f));
}

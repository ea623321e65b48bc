/** One frame of an ID3 tag that carries text. */
export interface Id3Frame {
  /** The frame's name, such as `TIT2` or `TXXX`. */
  readonly key: string;
  /** The description of `TXXX`, or the owner of `PRIV`; empty for other frames. */
  readonly info: string;
  /** The text. */
  readonly value: string;
}

const HEADER = 10;
const MOST_FRAMES = 64;
const LONGEST_FRAME = 8_192;
/** hls.js gives each segment's own timestamp as a tag; it is no cue (RFC 8216, section 3.4). */
const TIMESTAMP = 'com.apple.streaming.transportStreamTimestamp';
const ENCODINGS = ['windows-1252', 'utf-16', 'utf-16be', 'utf-8'] as const;

const asciiOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Seven bits a byte. */
const syncSafe = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);

const plain = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** Text of a frame, of which the first byte is the encoding, split at its zeros. */
const textsOf = ([encoding = 3, ...bytes]: Uint8Array): string[] =>
  new TextDecoder(ENCODINGS[encoding] ?? 'utf-8').decode(Uint8Array.from(bytes)).split('\0');

const frameOf = (key: string, content: Uint8Array): Id3Frame | null => {
  if (key === 'PRIV') {
    const zero = content.indexOf(0);
    const info = asciiOf(content.subarray(0, Math.max(0, zero)));
    const value = new TextDecoder().decode(content.subarray(zero + 1));
    return info === TIMESTAMP ? null : { key, info, value };
  }
  if (!key.startsWith('T') && !key.startsWith('W')) return null;
  if (key.startsWith('W')) return { key, info: '', value: asciiOf(content) };
  const [first = '', second = ''] = textsOf(content);
  return key === 'TXXX' ? { key, info: first, value: second } : { key, info: '', value: first };
};

/**
 * Reads the text frames of an ID3 tag, versions 2.3 and 2.4. What is no tag gives an empty list; a frame that claims more
 * bytes than there are ends it.
 */
export const readId3 = (data: Uint8Array): readonly Id3Frame[] => {
  if (data.length < HEADER || asciiOf(data.subarray(0, 3)) !== 'ID3') return [];
  const sizeOf = data[3] === 4 ? syncSafe : plain;
  const end = Math.min(data.length, HEADER + syncSafe(data.subarray(6, HEADER)));
  const frames: Id3Frame[] = [];
  for (let at = HEADER; at + HEADER < end && frames.length < MOST_FRAMES; ) {
    const key = asciiOf(data.subarray(at, at + 4));
    const size = sizeOf(data.subarray(at + 4, at + 8));
    const from = at + HEADER;
    if (!/^[A-Z][A-Z0-9]{3}$/.test(key) || from + size > end) break;
    const frame = size <= LONGEST_FRAME ? frameOf(key, data.subarray(from, from + size)) : null;
    if (frame) frames.push(frame);
    at = from + size;
  }
  return frames;
};

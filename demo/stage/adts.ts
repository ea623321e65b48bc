export const SAMPLE_RATE = 32_000;
export const FRAME_SAMPLES = 1024;
export const FRAME_MS = (FRAME_SAMPLES * 1000) / SAMPLE_RATE;
export const SEGMENT_MS = 4000;
export const SEGMENT_FRAMES = SEGMENT_MS / FRAME_MS;
/** A part of a low-latency segment; the last one of a segment is shorter. */
export const PART_FRAMES = 10;
export const PART_MS = PART_FRAMES * FRAME_MS;
export const SEGMENT_PARTS = Math.ceil(SEGMENT_FRAMES / PART_FRAMES);

/** Cuts an ADTS stream into its frames, each a view of the same memory. */
export function splitFrames(stream: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let offset = 0;
  while (offset < stream.length) {
    const length = frameLength(stream, offset);
    frames.push(stream.subarray(offset, offset + length));
    offset += length;
  }
  return frames;
}

function frameLength(stream: Uint8Array, offset: number): number {
  const [first = 0, second = 0, , high = 0, middle = 0, low = 0, last] = stream.subarray(
    offset,
    offset + 7,
  );
  if (last === undefined || first !== 0xff || second >> 4 !== 0xf) {
    throw new Error(`no ADTS frame at byte ${offset}`);
  }
  const length = ((high & 0x03) << 11) | (middle << 3) | (low >> 5);
  if (length < 7 || offset + length > stream.length) {
    throw new Error(`cut ADTS frame at byte ${offset}`);
  }
  return length;
}

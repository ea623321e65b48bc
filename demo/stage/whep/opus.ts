import OpusScript from 'opusscript';

const GET_LOOKAHEAD = 4027;

/** What of opusscript its types leave out: the memory from which it reads packets. */
interface Memory {
  inOpusPointer: number;
  inOpus: Uint8Array;
}

export interface OpusEncoder {
  /** By how many samples the decoded sound is late. */
  readonly lookahead: number;
  encode(pcm: Int16Array): Buffer;
}

export function createOpusEncoder(sampleRate: 48_000, bitsPerSecond: number): OpusEncoder {
  const opus = new OpusScript(sampleRate, 1, OpusScript.Application.AUDIO);
  opus.setBitrate(bitsPerSecond);
  return {
    lookahead: lookaheadOf(opus),
    encode: (pcm) =>
      opus.encode(Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength), pcm.length),
  };
}

/** Decodes packets of one stream, in their order, to 16 bit samples. */
export function createOpusDecoder(sampleRate: 48_000): (packet: Buffer) => Int16Array {
  const opus = new OpusScript(sampleRate, 1, OpusScript.Application.AUDIO);
  return (packet) => new Int16Array(Uint8Array.from(opus.decode(packet)).buffer);
}

// The encoder writes its answer into memory: it is lent the place of packets to decode.
function lookaheadOf(opus: OpusScript): number {
  const { inOpusPointer, inOpus } = opus as unknown as Memory;
  opus.encoderCTL(GET_LOOKAHEAD, inOpusPointer);
  return new DataView(inOpus.buffer, inOpus.byteOffset).getInt32(0, true);
}

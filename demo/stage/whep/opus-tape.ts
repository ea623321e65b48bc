import { readFileSync } from 'node:fs';
import { assetUrl } from '../assets.ts';
import { TALK_OPUS } from '../tapes.ts';
import { createOpusDecoder, createOpusEncoder } from './opus.ts';

const RATE = 48_000;
const PACKET = RATE / 50;
const BITS_PER_SECOND = 32_000;
/** What the decoder must drop to be in step with the samples that were encoded: a 16 bit number. */
const HEADER_BYTES = 2;
const LENGTH_BYTES = 2;

/** The tape of the talk as Opus: the encoder's delay, then packets of 20 ms, each after its length. */
export function encodeTape(pcm: Int16Array): Buffer[] {
  const encoder = createOpusEncoder(RATE, BITS_PER_SECOND);
  const packets = Math.ceil((pcm.length + encoder.lookahead) / PACKET);
  const padded = new Int16Array(packets * PACKET);
  padded.set(pcm);
  const parts = [number(encoder.lookahead, HEADER_BYTES)];
  for (let at = 0; at < padded.length; at += PACKET) {
    const packet = encoder.encode(padded.subarray(at, at + PACKET));
    parts.push(number(packet.length, LENGTH_BYTES), packet);
  }
  return parts;
}

/** The samples of the tape: sample n is where it was before it was encoded. */
export function loadTape(): Int16Array {
  const tape = readFileSync(assetUrl(TALK_OPUS));
  const decode = createOpusDecoder(RATE);
  const decoded: Int16Array[] = [];
  let at = HEADER_BYTES;
  while (at < tape.length) {
    const length = tape.readUInt16BE(at);
    at += LENGTH_BYTES;
    decoded.push(decode(tape.subarray(at, at + length)));
    at += length;
  }
  const pcm = new Int16Array(decoded.length * PACKET);
  decoded.forEach((samples, i) => {
    pcm.set(samples, i * PACKET);
  });
  return pcm.subarray(tape.readUInt16BE(0));
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

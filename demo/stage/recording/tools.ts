import { spawnSync } from 'node:child_process';
import { SAMPLE_RATE, splitFrames } from '../adts.ts';

const PCM = ['-f', 'f32le', '-ar', String(SAMPLE_RATE), '-ac', '1'];

/** Runs a command line tool to its end and returns what it wrote. */
function run(command: string, args: string[], input?: Uint8Array): Buffer {
  const result = spawnSync(command, args, { input, maxBuffer: 1 << 30 });
  if (result.error) throw new Error(`${command} does not start`, { cause: result.error });
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr}`);
  return result.stdout;
}

/** Speaks a text with espeak-ng and returns it as samples, filtered by ffmpeg. */
export function speak(text: string, voice: string[], filters: string): Float32Array {
  const wave = run('espeak-ng', [...voice, '--stdout', text]);
  const pcm = run('ffmpeg', ['-v', 'error', '-i', '-', '-af', filters, ...PCM, '-'], wave);
  return new Float32Array(Uint8Array.from(pcm).buffer);
}

/** The same sound at another sample rate, in 16 bits. */
export function resample(samples: Float32Array, sampleRate: number): Int16Array {
  const input = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const output = ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1'];
  const pcm = run('ffmpeg', ['-v', 'error', ...PCM, '-i', '-', ...output, '-'], input);
  return new Int16Array(Uint8Array.from(pcm).buffer);
}

/**
 * Encodes samples as AAC-LC and returns one frame per block of 1024 samples: a player that puts
 * frame k at k * 32 ms hears block k there.
 */
export function encode(samples: Float32Array, bitsPerSecond: number): Uint8Array[] {
  const codec = ['-c:a', 'aac', '-b:a', String(bitsPerSecond), '-f', 'adts'];
  const input = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const stream = run('ffmpeg', ['-v', 'error', ...PCM, '-i', '-', ...codec, '-'], input);
  // The encoder's first frame only primes the overlap: block k comes out of frame k + 1.
  return splitFrames(stream).slice(1);
}

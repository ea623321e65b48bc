import { FRAME_SAMPLES, SAMPLE_RATE, SEGMENT_FRAMES } from '../adts.ts';

const LOOP = SEGMENT_FRAMES * FRAME_SAMPLES;
const SECONDS = LOOP / SAMPLE_RATE;
const LOW_HZ = 400;
const HIGH_HZ = 2400;
const SWEEP_PEAK = 10 ** (-12 / 20);
const ROOM_RMS = 10 ** (-60 / 20);
const ROOM_POLE = 0.93;

/** A sine that rises from 400 to 2400 Hz in each 4 s. 5600 whole cycles: the phase never jumps. */
export function sweep(loops: number, sampleRate = SAMPLE_RATE): Float32Array {
  const loop = SECONDS * sampleRate;
  return Float32Array.from({ length: loops * loop }, (_, i) => {
    const t = (i % loop) / sampleRate;
    const cycles = LOW_HZ * t + ((HIGH_HZ - LOW_HZ) * t * t) / (2 * SECONDS);
    return SWEEP_PEAK * Math.sin(2 * Math.PI * (cycles % 1));
  });
}

/** The soft hiss of a room: the same 4 s again and again, the same bytes at every recording. */
export function roomTone(samples: number): Float32Array {
  const loop = new Float32Array(LOOP);
  let seed = 1;
  let level = 0;
  for (let i = -1000; i < LOOP; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    level = ROOM_POLE * level + (1 - ROOM_POLE) * (seed / 2 ** 31 - 1);
    if (i >= 0) loop[i] = level;
  }
  const gain = ROOM_RMS / Math.sqrt(loop.reduce((sum, x) => sum + x * x, 0) / LOOP);
  return Float32Array.from({ length: samples }, (_, i) => (loop[i % LOOP] ?? 0) * gain);
}

import { coded } from '../../demo/stage/recording/coded.ts';

const RATE = 48_000;
const PER_MS = RATE / 1000;

/** What is heard for so many ms: the program from a time of it on, or nothing. */
export type Take = readonly [program: number | null, ms: number];

/** Takes one after the other, cut hard, at 48 kHz. */
export function takes(...all: readonly Take[]): Float32Array {
  const parts = all.map(([program, ms]) =>
    program === null ? new Float32Array(ms * PER_MS) : coded(program, ms * PER_MS, RATE),
  );
  const sound = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    sound.set(part, at);
    at += part.length;
  }
  return sound;
}

/** Two players at once. */
export const together = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((sample, i) => sample + (b[i] ?? 0));

/** One player fades into the other within 30 ms. */
export const crossfade = (a: Float32Array, b: Float32Array, at: number): Float32Array =>
  a.map((sample, i) => {
    const share = Math.min(1, Math.max(0, (i / PER_MS - at) / 30));
    return sample * (1 - share) + (b[i] ?? 0) * share;
  });

const GRAIN = 20 * PER_MS;
const STEP = GRAIN / 2;
const SEARCH = 10 * PER_MS;

/** Plays faster or slower at the same pitch as browsers do: grains laid where they fit best. */
export function atSpeed(sound: Float32Array, speed: number): Float32Array {
  const grains = Math.floor((sound.length - GRAIN - SEARCH) / (STEP * speed));
  const played = new Float32Array(grains * STEP + GRAIN);
  let last = 0;
  for (let grain = 0; grain < grains; grain++) {
    last = fitting(sound, Math.round(grain * STEP * speed), last + STEP, grain > 0);
    for (let i = 0; i < GRAIN; i++) {
      const share = Math.sin((Math.PI * i) / GRAIN) ** 2;
      played[grain * STEP + i] = (played[grain * STEP + i] ?? 0) + (sound[last + i] ?? 0) * share;
    }
  }
  return played;
}

function fitting(sound: Float32Array, wanted: number, follows: number, search: boolean): number {
  let best = { at: wanted, likeness: 0 };
  for (let by = -SEARCH; search && by <= SEARCH; by += 3) {
    const at = wanted + by;
    let [product, power] = [0, 1e-9];
    for (let i = 0; i < STEP; i += 3) {
      product += (sound[follows + i] ?? 0) * (sound[at + i] ?? 0);
      power += (sound[at + i] ?? 0) ** 2;
    }
    const likeness = product / Math.sqrt(power);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best.at;
}

/** Recorded sound, mono. Times are seconds from its beginning. */
export interface Sound {
  readonly rate: number;
  readonly samples: Float32Array;
}

/** From and to, seconds. */
export type Stretch = readonly [from: number, to: number];

const WINDOW = 0.01;
const HOP = 0.005;
const SILENT_BELOW = 10 ** (-20 / 20);

/** The loudness (RMS) of each window of 10 ms, every 5 ms. */
export function levels({ rate, samples }: Sound, [from, to]: Stretch): number[] {
  const size = Math.round(WINDOW * rate);
  const found: number[] = [];
  for (let at = from; at + WINDOW <= to; at += HOP) {
    const first = Math.round(at * rate);
    let power = 0;
    for (let i = first; i < first + size; i++) power += (samples[i] ?? 0) ** 2;
    found.push(Math.sqrt(power / size));
  }
  return found;
}

/** Where it is more than 20 dB below the steady loudness. */
export function silences(sound: Sound, stretch: Stretch, steady: number): Stretch[] {
  const found: [number, number][] = [];
  levels(sound, stretch).forEach((level, index) => {
    if (level >= steady * SILENT_BELOW) return;
    const from = stretch[0] + index * HOP;
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = from + WINDOW;
    else found.push([from, from + WINDOW]);
  });
  return found;
}

/** How long stretches are together, ms. */
export const lengthOf = (stretches: readonly Stretch[]): number =>
  1000 * stretches.reduce((sum, [from, to]) => sum + to - from, 0);

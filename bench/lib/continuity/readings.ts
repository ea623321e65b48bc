import { CODE_MS, FAST, FAST_MS, modulo, SLOW } from '../../../demo/stage/recording/coded.ts';
import type { Sound } from '../sound.ts';
import { fft } from './fft.ts';

/** The program time that a moment of the recording tells, both in ms. */
export interface Reading {
  readonly at: number;
  /** Modulo `CODE_MS`. */
  readonly program: number;
}

/** Readings are this far apart, ms. */
export const HOP = 5;
const SIZE = 2_048;
/** What one reading looks at, ms at 48 kHz. */
export const WINDOW = (1000 * SIZE) / 48_000;

const FAST_END = FAST.from + (FAST.rise * FAST_MS) / 1000;
const SLOW_END = SLOW.from + (SLOW.rise * CODE_MS) / 1000;
const MARGIN_HZ = 90;
const QUIETEST = 10 ** (-50 / 20);
/** A second player is heard when it is not more than 9 dB below the first. */
const SECOND = 10 ** (-9 / 20);
/** How far the slow hand may be from where the fast one says, ms; it is never more than 1000. */
const HANDS_AGREE = 330;

interface Peak {
  readonly hz: number;
  readonly height: number;
}

/** Reads both hands of the clock every 5 ms. Two readings at one time are two players at once. */
export function read({ rate, samples }: Sound): Reading[] {
  if (rate !== 48_000) throw new Error('The decoder reads sound at 48 kHz.');
  const transform = fft(SIZE);
  const window = Float64Array.from({ length: SIZE }, (_, i) => Math.sin((Math.PI * i) / SIZE) ** 2);
  // Turned back by the fast hand's rise, that hand is one line, however fast it moves.
  const turns = Float64Array.from({ length: SIZE }, (_, i) => {
    return -Math.PI * FAST.rise * ((i - SIZE / 2) / rate) ** 2;
  });
  const [turnRe, turnIm] = [turns.map(Math.cos), turns.map(Math.sin)];
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  const found: Reading[] = [];
  const hop = (HOP * rate) / 1000;

  for (let first = 0; first + SIZE <= samples.length; first += hop) {
    const plain = heights(first, false);
    const slow = peaks(plain, [SLOW.from, SLOW_END]);
    if (!slow[0]) continue;
    const steady = peaks(plain, [FAST.from, FAST_END])[0]?.height ?? 0;
    const fast = peaks(heights(first, true), [FAST.from, FAST_END]);
    // A tone held by concealment does not rise, so the turn back blurs it instead.
    if (!fast[0] || fast[0].height < steady) continue;
    const at = ((first + SIZE / 2) * 1000) / rate;
    for (const program of programs(fast, slow)) found.push({ at, program });
  }
  return found;

  function heights(first: number, turned: boolean): Float64Array {
    for (let i = 0; i < SIZE; i++) {
      const sample = (samples[first + i] as number) * (window[i] as number);
      re[i] = turned ? sample * (turnRe[i] as number) : sample;
      im[i] = turned ? sample * (turnIm[i] as number) : 0;
    }
    transform(re, im);
    const lines = new Float64Array(SIZE / 2);
    for (let k = 0; k < lines.length; k++) {
      // A sine of amplitude a has a line of height a.
      lines[k] = (4 * Math.sqrt((re[k] as number) ** 2 + (im[k] as number) ** 2)) / SIZE;
    }
    return lines;
  }

  /** The highest line between two frequencies, and the next one if it is nearly as high. */
  function peaks(lines: Float64Array, [from, to]: readonly [number, number]): Peak[] {
    const line = (k: number) => lines[k] as number;
    const all: Peak[] = [];
    const bin = rate / SIZE;
    for (let k = Math.ceil((from - MARGIN_HZ) / bin); k <= (to + MARGIN_HZ) / bin; k++) {
      const height = line(k);
      if (height < QUIETEST || height < line(k - 1) || height <= line(k + 1)) continue;
      const [a, b, c] = [line(k - 1), height, line(k + 1)].map((one) => Math.log(one + 1e-9));
      const [left, top, right] = [a ?? 0, b ?? 0, c ?? 0];
      const shift = (left - right) / (2 * (left - 2 * top + right));
      all.push({ hz: (k + shift) * bin, height });
    }
    const [first, second] = all.sort((a, b) => b.height - a.height);
    if (!first) return [];
    return second && second.height > first.height * SECOND ? [first, second] : [first];
  }
}

/** What the hands tell together. Two players whole rounds apart share one line of the fast hand. */
function programs(fast: readonly Peak[], slow: readonly Peak[]): number[] {
  const found: number[] = [];
  for (const { hz } of fast) {
    const inRound = (1000 * (hz - FAST.from)) / FAST.rise;
    const agreeing = slow
      .map((hand) => together(inRound, (1000 * (hand.hz - SLOW.from)) / SLOW.rise))
      .filter(({ off }) => off < HANDS_AGREE)
      .sort((a, b) => a.off - b.off)
      .slice(0, fast.length > 1 ? 1 : slow.length);
    for (const { program } of agreeing) {
      // Where the fast hand begins anew both its ends tell the same time.
      if (!found.some((other) => Math.abs(nearest(other - program)) < HOP)) found.push(program);
    }
  }
  return found;
}

/** The time within the code that is nearest to what the slow hand tells, and how far it is off. */
function together(inRound: number, coarse: number): { program: number; off: number } {
  const program = inRound + FAST_MS * Math.round((coarse - inRound) / FAST_MS);
  return { program: modulo(program, CODE_MS), off: Math.abs(program - coarse) };
}

/** The same program time, nearest to 0. */
export const nearest = (ms: number): number => ms - CODE_MS * Math.round(ms / CODE_MS);

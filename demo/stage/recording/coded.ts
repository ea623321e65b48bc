// A sound that tells its own program time: a clock of two hands that are tones, with pauses like
// those of speech. The fast hand tells the time to the ms within 2 s, the slow one which 2 s of 64.

/** The code tells program time modulo this, ms. */
export const CODE_MS = 64_000;
/** The fast hand begins anew this often, ms. */
export const FAST_MS = 2_000;
/** Frequency of each hand at 0, Hz, and its rise, Hz per second. Whole cycles in a round. */
export const FAST = { from: 600, rise: 2_000, peak: 0.2 };
export const SLOW = { from: 5_000, rise: 45, peak: 0.1 };

const VOICE_RATE = 48_000;
/** Samples of 20 ms, as WebRTC sends them. */
const VOICE_SAMPLES = 960;
const FULL_SCALE = 32_767;

const FADE_MS = 4;
const BURST = { least: 800, most: 2_500 };
const PAUSE = { least: 150, most: 600 };
const STEP_MS = 10;
// One after which the last pause, which runs into the first, is like the others.
const SEED = 9;

/** From and to, ms of the code. */
export type Part = readonly [from: number, to: number];

/** The parts of the code that sound, in order. Between them, and around the whole, it is silent. */
export const BURSTS: readonly Part[] = layOut();

function layOut(): Part[] {
  let seed = SEED;
  const draw = ({ least, most }: typeof BURST) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return least + STEP_MS * Math.floor(((most - least) / STEP_MS + 1) * (seed / 2 ** 32));
  };
  const bursts: Part[] = [];
  for (let from = draw(PAUSE) / 2; ; ) {
    const to = from + draw(BURST);
    if (to > CODE_MS) return bursts;
    bursts.push([from, to]);
    from = to + draw(PAUSE);
  }
}

/** Samples of the code from a program time on, at any rate. */
export function coded(fromMs: number, length: number, rate: number): Float32Array {
  const samples = new Float32Array(length);
  const start = modulo(fromMs, CODE_MS);
  let next = BURSTS.findIndex(([, to]) => to > start);
  let round = 0;
  if (next < 0) [next, round] = [0, CODE_MS];
  for (let i = 0; i < length; i++) {
    const at = start + (i * 1000) / rate;
    const [from, to] = BURSTS[next] as Part;
    if (at >= round + from && at < round + to) {
      const edge = Math.min(at - round - from, round + to - at);
      samples[i] = fade(edge) * (hand(at % FAST_MS, FAST) + hand(at % CODE_MS, SLOW));
    } else if (at >= round + to) {
      next = (next + 1) % BURSTS.length;
      if (!next) round += CODE_MS;
    }
  }
  return samples;
}

/** The 20 ms from a program time on, as 16 bits at 48 kHz. */
export function codedVoice(programMs: number): Int16Array {
  const samples = coded(programMs, VOICE_SAMPLES, VOICE_RATE);
  return Int16Array.from(samples, (sample) => Math.round(sample * FULL_SCALE));
}

const fade = (edge: number): number =>
  edge >= FADE_MS ? 1 : Math.sin((Math.PI * edge) / FADE_MS / 2) ** 2;

function hand(ms: number, { from, rise, peak }: typeof FAST): number {
  const t = ms / 1000;
  return peak * Math.sin(2 * Math.PI * ((from * t + (rise * t * t) / 2) % 1));
}

export const modulo = (value: number, by: number): number => ((value % by) + by) % by;

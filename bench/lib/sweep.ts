import type { Sound, Stretch } from './sound.ts';
import { median } from './table.ts';

// The stage's sweep: a sine that rises from 400 to 2400 Hz in each 4 s of program time.
const LOW = 400;
const RISE = 500;
/** Program time is read modulo this, seconds. */
export const LOOP = 4;

const WINDOW = 0.02;
const HOP = 0.005;
const FEWEST_RISES = 4;
const NEIGHBOURS = 10;
const SIDE = 0.25;
const FEWEST_READINGS = 15;
const SAME_WITHIN = 0.015;

/** What is heard at a time: how far program time is ahead of that time, seconds modulo 4. */
interface Reading {
  readonly at: number;
  readonly offset: number;
}

/** A jump of program time at a time, seconds: above 0 left out, below 0 heard again. */
export interface Jump {
  readonly at: number;
  readonly by: number;
}

/** What the frequency tells. Times are those of the recording without its silences. */
export interface Course {
  readonly jumps: Jump[];
  /** Seconds of program time gained by playing faster, jumps left aside. */
  readonly gained: number;
}

/** The same modulo 4 s, nearest to 0. */
const nearest = (seconds: number): number => seconds - LOOP * Math.round(seconds / LOOP);

/**
 * Follows the program time by the frequency of the sound, silences cut out. What `tolerance`, in
 * seconds, allows at a time is no jump.
 */
export function course(
  sound: Sound,
  stretch: Stretch,
  silences: readonly Stretch[],
  tolerance: (at: number) => number,
): Course {
  const all = readings(sound, stretch, silences);
  const seams = seamsOf(all, stretch);
  const jumps: Jump[] = [];
  let group: Seam[] = [];
  for (const seam of [...seams, null]) {
    if (seam && Math.abs(seam.by) > tolerance(seam.at)) {
      group.push(seam);
    } else if (group.length) {
      // Where both sides are straightest lies the jump itself.
      const { at, by } = group.reduce((best, one) => (one.bend < best.bend ? one : best));
      jumps.push({ at, by });
      group = [];
    }
  }
  const [first, last] = [all[0]?.offset ?? 0, all.at(-1)?.offset ?? 0];
  const jumped = jumps.reduce((sum, { by }) => sum + by, 0);
  return { jumps, gained: nearest(last - first - jumped) };
}

function readings({ rate, samples }: Sound, [from, to]: Stretch, silences: readonly Stretch[]) {
  const found: Reading[] = [];
  for (let at = from; at + WINDOW <= to; at += HOP) {
    if (silences.some(([begin, end]) => at < end && at + WINDOW > begin)) continue;
    const first = Math.round(at * rate);
    const last = first + Math.round(WINDOW * rate);
    const rises: number[] = [];
    for (let i = first; i < last; i++) {
      const [a = 0, b = 0] = [samples[i], samples[i + 1]];
      if (a < 0 && b >= 0) rises.push(i + a / (a - b));
    }
    const [begin = 0, end = 0] = [rises[0], rises.at(-1)];
    if (rises.length < FEWEST_RISES) continue;
    const frequency = ((rises.length - 1) * rate) / (end - begin);
    const middle = (begin + end) / 2 / rate;
    const silent = silences.reduce((sum, [a, b]) => sum + (b <= middle ? b - a : 0), 0);
    const offset = nearest((frequency - LOW) / RISE - (middle - silent));
    found.push({ at: middle - silent, offset });
  }
  return found.filter(fits);
}

/** Leaves out windows with two frequencies in them: where the sweep begins anew, or two players meet. */
function fits({ offset }: Reading, index: number, all: readonly Reading[]): boolean {
  const near = all.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1);
  const away = near.map((other) => Math.abs(nearest(other.offset - offset)));
  return (median(away) ?? 0) < SAME_WITHIN;
}

interface Seam extends Jump {
  /** How far the readings are from straight lines on both sides. */
  readonly bend: number;
}

/** Compares, at each moment, the straight lines through the readings before it and after it. */
function seamsOf(all: readonly Reading[], [from, to]: Stretch): Seam[] {
  const seams: Seam[] = [];
  for (let at = from + SIDE; at < to - SIDE; at += HOP) {
    const before = line(
      all.filter((one) => one.at > at - SIDE && one.at <= at),
      at,
    );
    const after = line(
      all.filter((one) => one.at > at && one.at < at + SIDE),
      at,
    );
    if (!before || !after) continue;
    seams.push({ at, by: nearest(after.offset - before.offset), bend: before.bend + after.bend });
  }
  return seams;
}

/** The least-squares line, read at a moment. */
function line(side: readonly Reading[], moment: number): { offset: number; bend: number } | null {
  const base = side[0]?.offset ?? 0;
  if (side.length < FEWEST_READINGS) return null;
  const points = side.map(({ at, offset }) => [at - moment, nearest(offset - base)] as const);
  const mid = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mid(0), mid(1)];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const slope = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
  const bend = points.reduce((sum, point) => sum + (point[1] - y - slope * (point[0] - x)) ** 2, 0);
  return { offset: base + y - slope * x, bend };
}

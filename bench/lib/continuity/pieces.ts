import type { Sound } from '../sound.ts';
import { median } from '../table.ts';
import { nearest, type Reading, read, WINDOW } from './readings.ts';
import { middle, type Track, tracksOf } from './tracks.ts';

/** A stretch of the recording in which one player says a stretch of the program. Ms. */
export interface Piece {
  from: number;
  to: number;
  /** Program time at `from`, modulo the code only at the first piece: from there on it runs on. */
  programFrom: number;
  programTo: number;
}

const LEVEL_MS = 4;
const LEVEL_BLUR = 1.5;
const SILENT_BELOW = 10 ** (-20 / 20);
/** Beats of two players may take the level away for a moment. */
const DIP = 12;
/** A reading still finds sound that fills less than half of its window. */
const REACH = WINDOW;
const EDGE = 10;
/** Two windows' blur: where tracks overlap by no more, one ends as the other begins. */
const MEETING = 70;

/** Who said what when, in order of the beginnings. Pauses and silences are between the pieces. */
export function piecesOf(sound: Sound): Piece[] {
  const readings = read(sound);
  const stretches = soundingStretches(sound, readings);
  const tracks = tracksOf(readings);
  const pieces = stretches.flatMap((stretch) => {
    return meet(tracks.flatMap((track) => within(track, stretch)).sort((a, b) => a.from - b.from));
  });
  return runOn(pieces);
}

/** Where there is sound at all, to the ms: not 20 dB below what the code's own sound has. */
function soundingStretches({ rate, samples }: Sound, readings: readonly Reading[]): Stretch[] {
  const levels = levelsOf(samples, rate / 1000);
  const steady = median(readings.map(({ at }) => levels[Math.round(at)] ?? 0)) ?? 0;
  const found: [number, number][] = [];
  levels.forEach((level, at) => {
    if (level < steady * SILENT_BELOW) return;
    const last = found.at(-1);
    if (last && at - last[1] <= DIP) last[1] = at + 1;
    else found.push([at, at + 1]);
  });
  // The 4 ms already have some of the sound before they lie in it.
  return found.map(([from, to]) => [from + LEVEL_BLUR, to - LEVEL_BLUR]);
}

type Stretch = readonly [from: number, to: number];

/** The loudness (RMS) of the 4 ms around each ms. */
function levelsOf(samples: Float32Array, perMs: number): Float32Array {
  const powers = Float64Array.from({ length: Math.floor(samples.length / perMs) }, (_, ms) => {
    let power = 0;
    for (let i = ms * perMs; i < (ms + 1) * perMs; i++) power += (samples[i] as number) ** 2;
    return power / perMs;
  });
  return Float32Array.from(powers, (_, ms) => {
    let power = 0;
    for (let i = ms - LEVEL_MS / 2; i < ms + LEVEL_MS / 2; i++) power += powers[i] ?? 0;
    return Math.sqrt(power / LEVEL_MS);
  });
}

/** The part of a track in a stretch of sound; near the ends of the stretch it is all of it. */
function within(track: Track, [from, to]: Stretch): Piece[] {
  const inside = track.filter(({ at }) => at >= from && at <= to);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last) return [];
  const begin = first.at - from < REACH ? from : first.at;
  const end = to - last.at < REACH ? to : last.at;
  const programAt = (moment: number, side: Track) => moment + middle(side);
  const programFrom = programAt(begin, inside.slice(0, EDGE));
  const programTo = programAt(end, inside.slice(-EDGE));
  // The code's time wraps within a piece too.
  const length = end - begin + nearest(programTo - programFrom - (end - begin));
  return [{ from: begin, to: end, programFrom, programTo: programFrom + length }];
}

/** Around a jump both tracks are read for a while, or none is: there they meet halfway. */
function meet(pieces: Piece[]): Piece[] {
  pieces.forEach((piece, index) => {
    for (const next of pieces.slice(index + 1)) {
      const over = piece.to - next.from;
      if (Math.abs(over) > MEETING || next.to <= piece.to) continue;
      piece.to -= over / 2;
      piece.programTo -= over / 2;
      next.from += over / 2;
      next.programFrom += over / 2;
    }
  });
  return pieces.filter(({ from, to }) => to > from);
}

/** Counts program time on beyond the code's 64 s: each piece as near as it can be to the last. */
function runOn(pieces: readonly Piece[]): Piece[] {
  let expected: number | null = null;
  return pieces.map((piece) => {
    const { from, programFrom, programTo } = piece;
    const by: number = expected === null ? 0 : nearest(programFrom - from - expected);
    const begin: number = from + (expected ?? programFrom - from) + by;
    expected = begin - from;
    return { ...piece, programFrom: begin, programTo: begin + programTo - programFrom };
  });
}

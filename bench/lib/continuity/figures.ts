import type { Part } from '../../../demo/stage/recording/coded.ts';
import type { Piece } from './pieces.ts';
import { burstsIn, lengthOf, pauseAt, pausesIn } from './program.ts';
import { ANOTHER_SPEED, TOLERANCE, TOLERANCE_AT_SPEED } from './tracks.ts';

/** Something wrong at a time of the recording. All in ms. */
export interface Seam {
  readonly kind: 'silence' | 'lost' | 'twice';
  /** Of the recording; for what was lost, when the program was heard again. */
  readonly at: number;
  readonly ms: number;
}

/** What the sound tells of a listener's luck. Milliseconds. */
export interface Figures {
  /** Without coded sound, beyond the pauses of the program itself. */
  readonly silence: number;
  /** The longest one of these silences. */
  readonly longest: number;
  /** Coded program time between the first and the last heard that was never heard. */
  readonly lost: number;
  /** Coded program time that was heard again. */
  readonly twice: number;
  readonly seams: readonly Seam[];
}

const LONG_ENOUGH = 300;
const NEAR = 1_000;

/** Judges what was said when. What is within the tolerance at one place is no damage. */
export function figuresOf(pieces: readonly Piece[]): Figures {
  const seams = [...silences(pieces), ...losses(pieces), ...repeats(pieces)]
    .filter(({ at, ms }) => ms > toleranceAt(pieces, at))
    .sort((a, b) => a.at - b.at);
  return summed(seams);
}

/** The figures of some seams. */
export function summed(seams: readonly Seam[]): Figures {
  const of = (kind: Seam['kind']) => seams.filter((one) => one.kind === kind).map(({ ms }) => ms);
  const sum = (kind: Seam['kind']) => of(kind).reduce((total, ms) => total + ms, 0);
  return {
    silence: sum('silence'),
    longest: Math.max(0, ...of('silence')),
    lost: sum('lost'),
    twice: sum('twice'),
    seams,
  };
}

/** Grains of a player at another speed may leave out or repeat more than others do. */
function toleranceAt(pieces: readonly Piece[], at: number): number {
  const near = pieces.filter(({ from, to }) => from < at + NEAR && to > at - NEAR);
  const isAtSpeed = near.some((piece) => Math.abs(speedOf(piece) - 1) > ANOTHER_SPEED);
  return isAtSpeed ? TOLERANCE_AT_SPEED : TOLERANCE;
}

function silences(pieces: readonly Piece[]): Seam[] {
  const found: Seam[] = [];
  let before = pieces[0];
  for (const after of pieces) {
    if (before && after.from > before.to) {
      const gap = after.from - before.to;
      const slowest = Math.min(1, speedOf(before), speedOf(after));
      const ms = gap - ownPause(before.programTo, after.programFrom, gap) / slowest;
      // What is the program's own comes first, if its pause had begun.
      const begun = pauseAt(before.programTo + TOLERANCE);
      const at = before.to + Math.min(gap - ms, begun ? lengthOf(begun) : 0);
      found.push({ kind: 'silence', at, ms });
    }
    if (!before || after.to > before.to) before = after;
  }
  return found;
}

/** At what speed a piece is played; one that is too short to tell counts as 1. */
function speedOf({ from, to, programFrom, programTo }: Piece): number {
  return to - from < LONG_ENOUGH ? 1 : (programTo - programFrom) / (to - from);
}

/** How much of a gap is the program's own: pauses played through, or those that lie at its ends. */
function ownPause(from: number, to: number, gap: number): number {
  const playedOn = Math.abs(to - from - gap) <= TOLERANCE;
  const inside = pausesIn(from - TOLERANCE, to + TOLERANCE);
  if (playedOn) return inside.reduce((sum, [begin, end]) => sum + end - begin, 0);
  const begun = pauseAt(from + TOLERANCE);
  const ended = pauseAt(to - TOLERANCE);
  const same = begun && ended && begun[0] === ended[0];
  return (same ? [begun] : [begun, ended]).reduce(
    (sum, one) => sum + (one ? one[1] - one[0] : 0),
    0,
  );
}

function losses(pieces: readonly Piece[]): Seam[] {
  // What was before the first is no loss, even if some of it is heard later.
  const first = pieces[0]?.programFrom ?? 0;
  const heard = merged(
    pieces
      .filter(({ programTo }) => programTo >= first)
      .map(({ programFrom, programTo }) => [Math.max(first, programFrom), programTo]),
  );
  return heard.slice(1).map(([to], index) => {
    const from = heard[index]?.[1] ?? to;
    const at = pieces.find(({ programFrom }) => programFrom >= to)?.from ?? 0;
    const ms = burstsIn(from, to).reduce((sum, part) => sum + lengthOf(part), 0);
    return { kind: 'lost' as const, at, ms };
  });
}

function repeats(pieces: readonly Piece[]): Seam[] {
  return pieces.flatMap(({ from, programFrom, programTo }, index) => {
    const before = merged(pieces.slice(0, index).map((one) => [one.programFrom, one.programTo]));
    return before.flatMap(([begin, end]) => {
      const part: Part = [Math.max(begin, programFrom), Math.min(end, programTo)];
      if (lengthOf(part) <= 0) return [];
      const ms = burstsIn(...part).reduce((sum, one) => sum + lengthOf(one), 0);
      return [{ kind: 'twice' as const, at: from + part[0] - programFrom, ms }];
    });
  });
}

/** The parts of the program that some stretches cover, in order, without overlaps. */
function merged(parts: readonly Part[]): Part[] {
  const found: [number, number][] = [];
  for (const [from, to] of [...parts].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

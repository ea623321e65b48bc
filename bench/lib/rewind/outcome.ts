import { figuresOf } from '../continuity/figures.ts';
import type { Heard } from '../continuity/listening.ts';
import { type Piece, piecesOf } from '../continuity/pieces.ts';
import { burstsIn, lengthOf } from '../continuity/program.ts';
import { nearest } from '../continuity/readings.ts';
import { BACK_S, type Lived, type Scene, type SourceKind } from './scenes.ts';

/** What one listener heard of a scene. All in ms. */
export interface Outcome {
  readonly source: SourceKind;
  readonly scene: Scene;
  readonly run: number;
  /** From the act until the wanted word sounds; Infinity: never. */
  readonly after: number;
  /** How far the first word after the act is from the wanted one; above 0, something was skipped. */
  readonly off: number;
  /** Between the first word after the act and the end, or the jump to live. */
  readonly lost: number;
  readonly twice: number;
  readonly silence: number;
  /** From `goLive()` until live sounds; `null`: not called. */
  readonly toLive: number | null;
  readonly liveAfter: number | null;
}

/** The act after which the word is wanted. */
const ACTS: Record<Scene, string> = {
  back: 'back',
  untilLive: 'back',
  pause: 'resume',
  tunnel: 'out',
};
const BACK_MS = 1000 * BACK_S;
/** A seek is a jump of more than this. */
const SEEK_MS = 5_000;
const SETTLED = 1_000;
/** The edge between two pieces is known so well. */
const EDGE_MS = 50;

/** The program time of a piece at a time of the recording: at its own speed while it sounds. */
function programAt({ from, to, programFrom, programTo }: Piece, at: number): number {
  if (at > to) return programTo + at - to;
  return programFrom + ((at - from) * (programTo - programFrom)) / (to - from);
}

/** How far program time is ahead of the recording's. */
const lead = ({ from, programFrom }: Piece): number => programFrom - from;

/**
 * How much is said between two program times: the program's own pauses do not count. After 40 s the code of 64 s does
 * not tell whether something is nearer before or after, so it is what is less.
 */
function said(from: number, to: number): number {
  const by = nearest(to - from);
  return by < 0 ? by : burstsIn(from, from + by).reduce((sum, part) => sum + lengthOf(part), 0);
}

const timeOf = ({ notes }: Heard, name: string): number | null =>
  notes.find((note) => note.name === name)?.at ?? null;

/** Reads off the sound what a listener had of a scene. */
export function outcomeOf(
  of: { source: SourceKind; scene: Scene; run: number },
  { heard, liveAfter }: Lived,
): Outcome {
  return { ...of, ...judged(of.scene, piecesOf(heard.sound), heard), liveAfter };
}

function judged(scene: Scene, pieces: readonly Piece[], heard: Heard) {
  const act = timeOf(heard, ACTS[scene]) ?? 0;
  const isBack = scene === 'back' || scene === 'untilLive';
  const before = pieces.findLast(({ from }) => from < (isBack ? act : (timeOf(heard, scene) ?? 0)));
  const nothing = { after: Infinity, off: Infinity, lost: 0, twice: 0, silence: 0, toLive: null };
  if (!before) return nothing;
  const isSought = (one: Piece) => lead(one) - lead(before) < -SEEK_MS;
  const first = pieces.findIndex((one) => one.from > act && (!isBack || isSought(one)));
  const begun = pieces[first];
  if (!begun) return nothing;
  // What was wanted: 15 s before the word of the call, or what follows the last word.
  const last = pieces
    .slice(0, first)
    .reduce((most, one) => Math.max(most, one.programTo), -Infinity);
  const wanted = isBack ? programAt(before, act) - BACK_MS : last;
  const live = timeOf(heard, 'live');
  const forward = pieces.slice(first).filter(({ to }) => live === null || to < live + SETTLED);
  const until = forward.filter(
    (one) => live === null || Math.abs(lead(one) - lead(begun)) < SEEK_MS,
  );
  const { lost, twice, silence } = figuresOf(until);
  const jumped = pieces.find(
    (one) => live !== null && one.from > live - EDGE_MS && lead(one) - lead(begun) > SEEK_MS,
  );
  return {
    after: begun.from - act,
    off: said(wanted, begun.programFrom),
    lost,
    twice,
    silence,
    toLive: live === null ? null : (jumped?.from ?? Infinity) - live,
  };
}

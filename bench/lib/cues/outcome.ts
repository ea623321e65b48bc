import { type Piece, piecesOf } from '../continuity/pieces.ts';
import { nearest } from '../continuity/readings.ts';
import type { Lived, Sent, SourceName } from './listener.ts';

/** A cue that has fired. */
export interface Fired {
  readonly id: string;
  readonly by: Sent['by'];
  /** How long after its word it fired, by the sound that was heard at that moment, ms. Below 0: before it. */
  readonly off: number;
  /** Of the recording, ms. */
  readonly at: number;
}

/** What a listener had of the cues of one source. */
export interface Outcome {
  readonly source: SourceName;
  readonly sent: number;
  readonly fired: readonly Fired[];
  /** Ids that have not fired, and those that fired again. */
  readonly missing: readonly string[];
  readonly again: readonly string[];
  /** Ids that fired after one whose word is later. */
  readonly outOfOrder: readonly string[];
  readonly incidents: readonly string[];
  /** The changes of source, by when they were, ms of the recording. */
  readonly switches: readonly number[];
}

/** No pause of the program is longer, so no more of it can be cut. */
const MOST_CUT_MS = 600;

/** Compares when cues fired with the sound that was heard then. */
export function outcomeOf(
  source: SourceName,
  { sent, heard, startsAt, incidents }: Lived,
): Outcome {
  const pieces = piecesOf(heard.sound);
  const known = new Map(sent.map((cue) => [cue.id, cue]));
  const notes = (name: string) => heard.notes.filter((note) => note.name === name);
  const fired = notes('cue').flatMap(({ at, detail }): Fired[] => {
    const { id } = detail as { id: string };
    const cue = known.get(id);
    const off = cue && offAt(pieces, at, cue.at - startsAt);
    return cue && typeof off === 'number' ? [{ id, by: cue.by, off, at }] : [];
  });
  const ids = fired.map(({ id }) => id);
  const words = ids.map((id) => known.get(id)?.at ?? 0);
  return {
    ...{ source, sent: sent.length, fired, incidents },
    missing: sent.map(({ id }) => id).filter((id) => !ids.includes(id)),
    again: ids.filter((id, index) => ids.indexOf(id) !== index),
    outOfOrder: ids.filter((_, index) => (words[index] ?? 0) < (words[index - 1] ?? 0)),
    switches: notes('switch').map(({ at }) => at),
  };
}

/**
 * How far the program that is heard at a moment is past a word. In a pause it runs on from the word before, and towards
 * the word after. Where a listener catches up in the pause, both differ: then it is the least that both allow.
 */
function offAt(pieces: readonly Piece[], at: number, word: number): number | null {
  const inside = pieces.findLast(({ from, to }) => from <= at && at <= to);
  const before = pieces.findLast(({ to }) => to < at);
  const after = pieces.find(({ from }) => from > at);
  const sides = inside ? [inside] : [before, after].filter((one) => one !== undefined);
  const offs = sides.map((piece) => nearest(programAt(piece, at) - word)).sort((a, b) => a - b);
  const [least, most = least] = offs;
  if (least === undefined || most === undefined) return null;
  if (before && most - least > MOST_CUT_MS) return nearest(programAt(before, at) - word);
  return Math.min(most, Math.max(least, 0));
}

function programAt({ from, to, programFrom, programTo }: Piece, at: number): number {
  if (at > to) return programTo + at - to;
  if (at < from) return programFrom + at - from;
  return programFrom + ((at - from) * (programTo - programFrom)) / (to - from);
}

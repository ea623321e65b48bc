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
    const program = programAt(pieces, at);
    if (!cue || program === null) return [];
    return [{ id, by: cue.by, off: nearest(startsAt + program - cue.at), at }];
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

/** Program time that is heard at a moment. In a pause it runs on from the nearer word. */
function programAt(pieces: readonly Piece[], at: number): number | null {
  const distance = ({ from, to }: Piece) => Math.max(from - at, at - to, 0);
  const near = pieces.reduce<Piece | null>(
    (best, one) => (best && distance(best) <= distance(one) ? best : one),
    null,
  );
  if (!near) return null;
  const { from, to, programFrom, programTo } = near;
  if (at > to) return programTo + at - to;
  if (at < from) return programFrom + at - from;
  return programFrom + ((at - from) * (programTo - programFrom)) / (to - from);
}

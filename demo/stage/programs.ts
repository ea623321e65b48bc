import { FRAME_MS, SEGMENT_FRAMES, SEGMENT_MS } from './adts.ts';
import { join } from './bytes.ts';
import { timestampTag } from './id3.ts';
import { layOut } from './talk.ts';
import type { TalkIndex } from './tapes.ts';
import { spokenTime } from './timecode.ts';

/** What the stage plays, in one quality: `talk`, `audio` (the talk at a low rate), `sweep`, `coded`. */
export type ProgramName = 'talk' | 'audio' | 'sweep' | 'coded';

export const PROGRAM_NAMES: readonly ProgramName[] = ['talk', 'audio', 'sweep', 'coded'];

/**
 * The sound of the segment that begins so long after the start of the program: all of its frames,
 * or a run of them, under a tag that says the time of the first one, and a title if there is one.
 */
export type Program = (
  elapsedMs: number,
  from?: number,
  to?: number,
  title?: string | null,
) => Uint8Array;

/** Those that a stage can play. */
export type Programs = Partial<Record<ProgramName, Program>>;

type Frames = readonly Uint8Array[];

/** The talk, from its tape. */
export function talk(index: TalkIndex, tape: Frames): Program {
  return cut((elapsedMs) =>
    layOut(index, spokenTime(elapsedMs)).map((frame) => tape[frame] as Uint8Array),
  );
}

// The loop begins on a multiple of 4 s of the wall clock, as every segment does.
export function sweep(loop: Frames): Program {
  return cut(() => loop);
}

export function coded(loop: Frames): Program {
  return cut((elapsedMs) => {
    const first = (elapsedMs / FRAME_MS) % loop.length;
    return loop.slice(first, first + SEGMENT_FRAMES);
  });
}

function cut(segment: (elapsedMs: number) => Frames): Program {
  return (elapsedMs, from = 0, to = SEGMENT_FRAMES, title = null) => {
    if (elapsedMs % SEGMENT_MS !== 0) throw new RangeError(`no segment begins at ${elapsedMs} ms`);
    const frames = segment(elapsedMs).slice(from, to);
    return join([timestampTag(elapsedMs + from * FRAME_MS, title), ...frames]);
  };
}

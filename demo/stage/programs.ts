import { FRAME_MS, SEGMENT_FRAMES, SEGMENT_MS } from './adts.ts';
import { CODED, loadFrames, loadTalkIndex, SWEEP, TALK_LOW, TALK_MAIN } from './assets.ts';
import { timestampTag } from './id3.ts';
import { layOut } from './talk.ts';
import { spokenTime } from './timecode.ts';

/** What the stage plays, in one quality: `talk`, `audio` (the talk at a low rate), `sweep`, `coded`. */
export type ProgramName = 'talk' | 'audio' | 'sweep' | 'coded';

export const PROGRAM_NAMES: readonly ProgramName[] = ['talk', 'audio', 'sweep', 'coded'];

/**
 * The sound of the segment that begins so long after the start of the program: all of its frames,
 * or a run of them, under a tag that says the time of the first one.
 */
export type Program = (elapsedMs: number, from?: number, to?: number) => Buffer;

export function loadPrograms(): Record<ProgramName, Program> {
  return { talk: talk(TALK_MAIN), audio: talk(TALK_LOW), sweep: sweep(), coded: coded() };
}

function talk(tapeName: string): Program {
  const index = loadTalkIndex();
  const tape = loadFrames(tapeName);
  return cut((elapsedMs) =>
    layOut(index, spokenTime(elapsedMs)).map((frame) => tape[frame] as Buffer),
  );
}

// The loop begins on a multiple of 4 s of the wall clock, as every segment does.
function sweep(): Program {
  const loop = loadFrames(SWEEP);
  return cut(() => loop);
}

function coded(): Program {
  const loop = loadFrames(CODED);
  return cut((elapsedMs) => {
    const first = (elapsedMs / FRAME_MS) % loop.length;
    return loop.slice(first, first + SEGMENT_FRAMES);
  });
}

function cut(segment: (elapsedMs: number) => Buffer[]): Program {
  return (elapsedMs, from = 0, to = SEGMENT_FRAMES) => {
    if (elapsedMs % SEGMENT_MS !== 0) throw new RangeError(`no segment begins at ${elapsedMs} ms`);
    const frames = segment(elapsedMs).slice(from, to);
    return Buffer.concat([timestampTag(elapsedMs + from * FRAME_MS), ...frames]);
  };
}

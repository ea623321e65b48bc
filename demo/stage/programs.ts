import { SEGMENT_FRAMES, SEGMENT_MS } from './adts.ts';
import { CODED, loadFrames, loadTalkIndex, SWEEP, TALK_LOW, TALK_MAIN } from './assets.ts';
import { timestampTag } from './id3.ts';
import { layOut } from './talk.ts';
import { spokenTime } from './timecode.ts';

/** What the stage plays, in one quality: `talk`, `audio` (the talk at a low rate), `sweep`, `coded`. */
export type ProgramName = 'talk' | 'audio' | 'sweep' | 'coded';

export const PROGRAM_NAMES: readonly ProgramName[] = ['talk', 'audio', 'sweep', 'coded'];

/** The whole segment that begins so long after the start of the program. */
export type Program = (elapsedMs: number) => Buffer;

export function loadPrograms(): Record<ProgramName, Program> {
  return { talk: talk(TALK_MAIN), audio: talk(TALK_LOW), sweep: sweep(), coded: coded() };
}

function talk(tapeName: string): Program {
  const index = loadTalkIndex();
  const tape = loadFrames(tapeName);
  return (elapsedMs) => {
    const frames = layOut(index, spokenTime(elapsedMs)).map((frame) => tape[frame] as Buffer);
    return Buffer.concat([timestampTag(elapsedMs), ...frames]);
  };
}

// The loop begins on a multiple of 4 s of the wall clock, as every segment does.
function sweep(): Program {
  const loop = Buffer.concat(loadFrames(SWEEP));
  return (elapsedMs) => Buffer.concat([timestampTag(elapsedMs), loop]);
}

function coded(): Program {
  const loop = loadFrames(CODED);
  return (elapsedMs) => {
    const first = (elapsedMs / SEGMENT_MS) * SEGMENT_FRAMES;
    const frames = Array.from({ length: SEGMENT_FRAMES }, (_, i) => {
      return loop[(first + i) % loop.length] as Buffer;
    });
    return Buffer.concat([timestampTag(elapsedMs), ...frames]);
  };
}

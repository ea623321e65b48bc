import { SEGMENT_FRAMES } from './adts.ts';
import type { Run, TalkIndex } from './tapes.ts';
import type { Phrase } from './timecode.ts';

/** Frames of room tone before the first word and between two phrases. */
const LEAD = 2;
const PAUSE = 3;

/** Lays the clips of a spoken time over the room tone: the tape's frame for each of a segment's. */
export function layOut(index: TalkIndex, time: Phrase[]): number[] {
  const [room] = index.room;
  const layout = Array.from({ length: SEGMENT_FRAMES }, (_, i) => room + i);
  let at = LEAD;
  for (const phrase of time) {
    for (const clip of phrase) {
      const [first, count] = clipRun(index, clip);
      for (let i = 0; i < count; i++) layout[at++] = first + i;
    }
    at += PAUSE;
  }
  return layout;
}

/** Throws when a spoken time is too long for a segment, with its last word's frame of room tone. */
export function assertFits(index: TalkIndex, time: Phrase[]): void {
  const { length } = layOut(index, time);
  if (length > SEGMENT_FRAMES) throw new Error(`${time.flat().join(' ')}: ${length} frames`);
}

function clipRun(index: TalkIndex, clip: string): Run {
  const run = index.clips[clip];
  if (!run) throw new Error(`"${clip}" is not on the tape`);
  return run;
}

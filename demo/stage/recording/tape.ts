import { FRAME_SAMPLES, SEGMENT_FRAMES } from '../adts.ts';
import type { TalkIndex } from '../tapes.ts';
import { roomTone } from './tones.ts';

/** Blocks of room tone around each clip, so that no frame carries parts of two clips. */
const MARGIN = 2;

/** All clips on one tape over room tone, and the index of where each one lies, in frames. */
export function spliceTape(clips: Map<string, Float32Array>): {
  samples: Float32Array;
  index: TalkIndex;
} {
  const index: TalkIndex = { room: [SEGMENT_FRAMES, SEGMENT_FRAMES], clips: {} };
  let block = 2 * SEGMENT_FRAMES + MARGIN;
  for (const [clip, speech] of clips) {
    const blocks = speech.length / FRAME_SAMPLES;
    // Frames overlap by a block: the one before the speech already carries its first half.
    index.clips[clip] = [block - 1, blocks + 1];
    block += blocks + MARGIN;
  }
  const samples = roomTone((block + MARGIN) * FRAME_SAMPLES);
  for (const [clip, speech] of clips) {
    const start = ((index.clips[clip]?.[0] ?? 0) + 1) * FRAME_SAMPLES;
    for (let i = 0; i < speech.length; i++) {
      samples[start + i] = (samples[start + i] ?? 0) + (speech[i] ?? 0);
    }
  }
  return { samples, index };
}

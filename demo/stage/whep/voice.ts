import { FRAME_MS, SEGMENT_MS } from '../adts.ts';
import { loadTalkIndex } from '../assets.ts';
import { codedVoice } from '../recording/coded.ts';
import { sweep } from '../recording/tones.ts';
import { layOut } from '../talk.ts';
import { spokenTime } from '../timecode.ts';
import { loadTape } from './opus-tape.ts';

export const OPUS_RATE = 48_000;
export const PACKET_MS = 20;
export const PACKET_SAMPLES = (PACKET_MS * OPUS_RATE) / 1000;

const FRAME = (FRAME_MS * OPUS_RATE) / 1000;
const SEGMENT = (SEGMENT_MS * OPUS_RATE) / 1000;
const FULL_SCALE = 32_767;

/** What is said in the 20 ms from a program time on, a multiple of 20 ms: mono, at 48 kHz. */
export type Voice = (programMs: number) => Int16Array;

/** The voice of each program that can be heard by WHEP. */
export const VOICES: Record<string, (startsAt: number) => Voice> = {
  talk: talkVoice,
  sweep: sweepVoice,
  coded: (startsAt) => (programMs) => codedVoice(programMs - startsAt),
};

function talkVoice(startsAt: number): Voice {
  const index = loadTalkIndex();
  const tape = loadTape();
  return bySegment((segmentMs) => {
    const pcm = new Int16Array(SEGMENT);
    layOut(index, spokenTime(segmentMs - startsAt)).forEach((frame, at) => {
      pcm.set(tape.subarray(frame * FRAME, (frame + 1) * FRAME), at * FRAME);
    });
    return pcm;
  });
}

function sweepVoice(): Voice {
  const loop = Int16Array.from(sweep(1, OPUS_RATE), (sample) => Math.round(sample * FULL_SCALE));
  return bySegment(() => loop);
}

// A segment is laid out once and then spoken in 200 packets.
function bySegment(layout: (segmentMs: number) => Int16Array<ArrayBuffer>): Voice {
  let known = Number.NaN;
  let pcm = new Int16Array(0);
  return (programMs) => {
    const into = programMs % SEGMENT_MS;
    if (programMs - into !== known) {
      known = programMs - into;
      pcm = layout(known);
    }
    const from = (into * OPUS_RATE) / 1000;
    return pcm.subarray(from, from + PACKET_SAMPLES);
  };
}

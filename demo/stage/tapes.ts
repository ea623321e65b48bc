/** A run of frames on the tape: the first one and how many. */
export type Run = [first: number, count: number];

/** Where each clip of the talk, and the silence of its room, lies on the tape. */
export interface TalkIndex {
  room: Run;
  clips: Record<string, Run>;
}

export const TALK_INDEX = 'talk.json';
export const TALK_MAIN = 'talk-64k.aac';
export const TALK_LOW = 'talk-24k.aac';
export const TALK_OPUS = 'talk-opus.bin';
export const SWEEP = 'sweep-64k.aac';
export const CODED = 'coded-35k.aac';

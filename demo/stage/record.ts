import { mkdirSync, writeFileSync } from 'node:fs';
import { FRAME_MS, SAMPLE_RATE, SEGMENT_FRAMES, SEGMENT_MS } from './adts.ts';
import { assetUrl } from './assets.ts';
import { CODE_MS, coded } from './recording/coded.ts';
import { speakClip } from './recording/speech.ts';
import { spliceTape } from './recording/tape.ts';
import { sweep } from './recording/tones.ts';
import { encode, resample } from './recording/tools.ts';
import { assertFits } from './talk.ts';
import { CODED, SWEEP, TALK_INDEX, TALK_LOW, TALK_MAIN, TALK_OPUS } from './tapes.ts';
import { everySpokenTime } from './timecode.ts';
import { encodeTape } from './whep/opus-tape.ts';
import { OPUS_RATE } from './whep/voice.ts';

const MAIN = 64_000;
const LOW = 24_000;
// As much as the two tones need, so that the loop of 64 s stays small.
const CODE = 35_000;

/** A run of the index as JSON.stringify breaks it into lines. */
const RUN = /\[\s+(\d+),\s+(\d+)\s+\]/g;

function save(name: string, data: string | Uint8Array[]): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.concat(data);
  writeFileSync(assetUrl(name), bytes);
  console.log(`${name.padEnd(16)} ${bytes.length} bytes`);
}

function recordTalk(): void {
  const clips = new Set(everySpokenTime().flat(2));
  const spoken = new Map([...clips].map((clip) => [clip, speakClip(clip)]));
  const { samples, index } = spliceTape(spoken);
  for (const time of everySpokenTime()) assertFits(index, time);
  save(TALK_INDEX, `${JSON.stringify(index, null, 2).replace(RUN, '[$1, $2]')}\n`);
  save(TALK_MAIN, encode(samples, MAIN));
  save(TALK_LOW, encode(samples, LOW));
  save(TALK_OPUS, encodeTape(resample(samples, OPUS_RATE)));
}

function recordSweep(): void {
  const frames = encode(sweep(4), MAIN);
  // The loop is cut where the sine is steady, far from the encoder's reaction to the jump.
  const cut = SEGMENT_FRAMES + Math.floor(SEGMENT_FRAMES / 2);
  const loop = Array.from({ length: SEGMENT_FRAMES }, (_, i) => {
    const frame = i + SEGMENT_FRAMES < cut ? i + 2 * SEGMENT_FRAMES : i + SEGMENT_FRAMES;
    return frames[frame] as Uint8Array;
  });
  save(SWEEP, loop);
}

function recordCoded(): void {
  // A segment more at both ends, so that the loop's frames are those of a code that goes on.
  const length = ((CODE_MS + 2 * SEGMENT_MS) / 1000) * SAMPLE_RATE;
  const frames = encode(coded(-SEGMENT_MS, length, SAMPLE_RATE), CODE);
  save(CODED, frames.slice(SEGMENT_FRAMES, SEGMENT_FRAMES + CODE_MS / FRAME_MS));
}

mkdirSync(assetUrl(''), { recursive: true });
recordTalk();
recordSweep();
recordCoded();

import { readFileSync } from 'node:fs';
import { splitFrames } from './adts.ts';
import { coded, type ProgramName, type Programs, sweep, talk } from './programs.ts';
import { CODED, SWEEP, TALK_INDEX, TALK_LOW, TALK_MAIN, type TalkIndex } from './tapes.ts';

export function assetUrl(name: string): URL {
  return new URL(`./assets/${name}`, import.meta.url);
}

function loadFrames(name: string): Uint8Array[] {
  return splitFrames(readFileSync(assetUrl(name)));
}

export function loadTalkIndex(): TalkIndex {
  return JSON.parse(readFileSync(assetUrl(TALK_INDEX), 'utf8')) as TalkIndex;
}

export function loadPrograms(): Required<Programs> {
  const index = loadTalkIndex();
  return {
    talk: talk(index, loadFrames(TALK_MAIN)),
    audio: talk(index, loadFrames(TALK_LOW)),
    sweep: sweep(loadFrames(SWEEP)),
    coded: coded(loadFrames(CODED)),
  } satisfies Record<ProgramName, unknown>;
}

import { SEGMENT_MS } from './adts.ts';
import type { Answer } from './answers.ts';
import { notFound } from './answers.ts';
import { renderPlaylist } from './playlist.ts';
import { loadPrograms, PROGRAM_NAMES, type ProgramName } from './programs.ts';
import type { Timeline } from './timeline.ts';

const PLAYLIST = /^\/(\w+)(-vod)?\.m3u8$/;
const SEGMENT = /^\/(\w+)\/(\d{1,12})\.aac$/;

/** What a CDN answers at a path, at a moment. */
export type Library = (path: string, at: number) => Answer;

/** All playlists and segments of the stage: the same bytes, whichever CDN is asked. */
export function createLibrary(timeline: Timeline): Library {
  const programs = loadPrograms();

  function playlist(program: ProgramName, vod: boolean, at: number): Answer {
    const span = timeline.window(at);
    if (!span) return notFound();
    const ended = timeline.hasEnded(at);
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/vnd.apple.mpegurl',
        'Cache-Control': 'max-age=1',
      },
      body: renderPlaylist({ program, span, first: timeline.first, vod, ended }),
    };
  }

  function segment(program: ProgramName, number: number, at: number): Answer {
    if (!timeline.holds(number, at)) return notFound();
    return {
      status: 200,
      headers: {
        'Content-Type': 'audio/aac',
        'Cache-Control': 'max-age=3600',
        'Accept-Ranges': 'bytes',
      },
      body: programs[program](number * SEGMENT_MS - timeline.startsAt),
    };
  }

  return (path, at) => {
    const [, list, vod] = PLAYLIST.exec(path) ?? [];
    if (isProgram(list)) return playlist(list, vod !== undefined, at);
    const [, program, number] = SEGMENT.exec(path) ?? [];
    return isProgram(program) ? segment(program, Number(number), at) : notFound();
  };
}

export function isSegment(path: string): boolean {
  return SEGMENT.test(path);
}

function isProgram(name: string | undefined): name is ProgramName {
  return PROGRAM_NAMES.includes(name as ProgramName);
}

import { PART_FRAMES, SEGMENT_FRAMES, SEGMENT_MS } from './adts.ts';
import type { Answer } from './answers.ts';
import { notFound } from './answers.ts';
import { chapterOf, createCaptioned } from './captions.ts';
import { renderLowLatency } from './ll-playlist.ts';
import { renderPlaylist, type StageRange } from './playlist.ts';
import { PROGRAM_NAMES, type ProgramName, type Programs } from './programs.ts';
import type { Timeline } from './timeline.ts';

const PLAYLIST = /^\/(\w+)(-vod|-ll)?\.m3u8$/;
const SEGMENT = /^\/(\w+)(?:-cc)?\/(\d{1,12})(?:\.(\d{1,2}))?\.aac$/;
const CAPTIONED = /^\/\w+-cc\//;

/** A cue is to be known before its word is heard. */
const RANGES_AHEAD_MS = 8_000;

/** What a CDN answers at a path, at a moment. */
export type Library = (path: string, at: number) => Answer;

/**
 * All playlists, segments and parts of the stage: the same bytes, whichever CDN is asked.
 *
 * @param programs looked into at each request, so that what comes late is played from then on.
 * @param ranges of which a playlist lists those within its window, and soon after it.
 */
export function createLibrary(
  timeline: Timeline,
  programs: Programs,
  ranges: () => readonly StageRange[] = () => [],
): Library {
  /** As a server lists them: from the window's first segment on, and a little ahead of time. */
  const listed = (now: number): readonly StageRange[] => {
    const { from = timeline.first } = timeline.window(now) ?? {};
    return ranges().filter(({ at }) => at >= from * SEGMENT_MS && at < now + RANGES_AHEAD_MS);
  };

  function playlist(program: ProgramName, kind: string | undefined, at: number): Answer {
    if (kind === '-ll') {
      return list(
        timeline.startsAt > at ? null : renderLowLatency(timeline, program, at, listed(at)),
      );
    }
    const span = timeline.window(at);
    if (!span) return notFound();
    const ended = timeline.hasEnded(at);
    const vod = kind === '-vod';
    const shown = { program, span, first: timeline.first, vod, ended, ranges: listed(at) };
    const body = renderPlaylist(shown);
    return list(body, 'max-age=1');
  }

  const captioned = createCaptioned(timeline);

  function segment(
    program: ProgramName,
    number: number,
    part: number | null,
    at: number,
    title: string | null,
  ): Answer {
    const exists =
      part === null ? timeline.holds(number, at) : timeline.holdsPart(number, part, at);
    const play = programs[program];
    if (!exists || !play) return notFound();
    const from = part === null ? 0 : part * PART_FRAMES;
    const to = part === null ? SEGMENT_FRAMES : from + PART_FRAMES;
    return {
      status: 200,
      headers: {
        'Content-Type': 'audio/aac',
        'Cache-Control': 'max-age=3600',
        'Accept-Ranges': 'bytes',
      },
      body: play(number * SEGMENT_MS - timeline.startsAt, from, to, title),
    };
  }

  return (path, at) => {
    const [, name, kind] = PLAYLIST.exec(path) ?? [];
    if (isProgram(name)) return playlist(name, kind, at);
    const found = parseSegment(path);
    if (!found) return captioned(path, at) ?? notFound();
    const title = CAPTIONED.test(path) ? chapterOf(found.segment) : null;
    return segment(found.program, found.segment, found.part, at, title);
  };
}

function list(body: string | null, caching = 'no-cache'): Answer {
  if (body === null) return notFound();
  const headers = { 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': caching };
  return { status: 200, headers, body };
}

/** Which segment, or part of one, a path names. */
export function parseSegment(
  path: string,
): { program: ProgramName; segment: number; part: number | null } | null {
  const [, program, segment, part] = SEGMENT.exec(path) ?? [];
  if (!isProgram(program)) return null;
  return { program, segment: Number(segment), part: part === undefined ? null : Number(part) };
}

export function isSegment(path: string): boolean {
  return SEGMENT.test(path);
}

/** Whether a path is a playlist that can be asked to wait for its next part. */
export function isLowLatency(path: string): boolean {
  return PLAYLIST.exec(path)?.[2] === '-ll';
}

function isProgram(name: string | undefined): name is ProgramName {
  return PROGRAM_NAMES.includes(name as ProgramName);
}

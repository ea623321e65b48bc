import { SEGMENT_MS } from './adts.ts';
import type { ProgramName } from './programs.ts';
import type { Span } from './timeline.ts';

const SECONDS = SEGMENT_MS / 1000;

export interface PlaylistOptions {
  program: ProgramName;
  span: Span;
  /** The number of the segment whose media sequence is 0. */
  first: number;
  vod: boolean;
  ended: boolean;
  ranges: readonly StageRange[];
}

/** A date range of a playlist: an event at a moment of the program. */
export interface StageRange {
  readonly id: string;
  /** Program time, epoch ms. */
  readonly at: number;
  readonly type: string;
}

/** RFC 8216, section 4.3.2.7. */
export const renderRange = ({ id, at, type }: StageRange): string =>
  `#EXT-X-DATERANGE:ID="${id}",CLASS="${type}",START-DATE="${new Date(at).toISOString()}"`;

export function renderPlaylist({
  program,
  span,
  first,
  vod,
  ended,
  ranges,
}: PlaylistOptions): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${SECONDS}`];
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${span.from - first}`);
  if (vod) lines.push('#EXT-X-PLAYLIST-TYPE:VOD');
  lines.push(...ranges.map(renderRange));
  for (let segment = span.from; segment <= span.to; segment++) {
    const programTime = new Date(segment * SEGMENT_MS).toISOString();
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${programTime}`, `#EXTINF:${SECONDS.toFixed(3)},`);
    lines.push(`${program}/${segment}.aac`);
  }
  if (vod || ended) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

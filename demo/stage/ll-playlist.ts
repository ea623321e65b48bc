import { PART_MS, SEGMENT_MS, SEGMENT_PARTS } from './adts.ts';
import { renderRange, type StageRange } from './playlist.ts';
import type { ProgramName } from './programs.ts';
import type { Timeline } from './timeline.ts';

const SECONDS = SEGMENT_MS / 1000;
const PART_SECONDS = PART_MS / 1000;
/** The least that players may keep behind the live edge: three parts, as the standard advises. */
const PART_HOLD_BACK = 1;
/** Parts are listed as far back as the standard asks for. */
const SEGMENTS_WITH_PARTS = 3;

/** The low-latency playlist of a program, to the last part that exists at this moment. */
export function renderLowLatency(
  timeline: Timeline,
  program: ProgramName,
  at: number,
  ranges: readonly StageRange[] = [],
): string {
  const { first } = timeline;
  const ended = timeline.hasEnded(at);
  const span = timeline.window(at) ?? { from: first, to: first - 1 };
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${SECONDS}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${PART_HOLD_BACK.toFixed(1)}`,
    `#EXT-X-PART-INF:PART-TARGET=${PART_SECONDS}`,
    `#EXT-X-MEDIA-SEQUENCE:${span.from - first}`,
    ...ranges.map(renderRange),
  ];

  function parts(segment: number): number {
    let part = 0;
    for (; part < SEGMENT_PARTS && timeline.partAt(segment, part) <= at; part++) {
      const begun = part * PART_MS;
      const seconds = (timeline.partAt(segment, part) - segment * SEGMENT_MS - begun) / 1000;
      lines.push(
        `#EXT-X-PART:DURATION=${seconds},URI="${program}/${segment}.${part}.aac",INDEPENDENT=YES`,
      );
    }
    return part;
  }

  function date(segment: number): void {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment * SEGMENT_MS).toISOString()}`);
  }

  for (let segment = span.from; segment <= span.to; segment++) {
    date(segment);
    if (!ended && segment > span.to - SEGMENTS_WITH_PARTS) parts(segment);
    lines.push(`#EXTINF:${SECONDS.toFixed(3)},`, `${program}/${segment}.aac`);
  }
  if (ended) lines.push('#EXT-X-ENDLIST');
  else {
    const next = span.to + 1;
    date(next);
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${program}/${next}.${parts(next)}.aac"`);
  }
  return `${lines.join('\n')}\n`;
}

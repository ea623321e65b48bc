import type { IncomingMessage } from 'node:http';
import { toBase64Url } from '../../src/stage-server/tokens.ts';
import { type Answer, json, refusal } from './answers.ts';
import { fromText } from './bytes.ts';
import { FLOOR, type Publication } from './floor.ts';
import type { Timeline } from './timeline.ts';

export const SPREAD_SECONDS = 5;
const REFRESH_SECONDS = 10;
const MAX_AGE_SECONDS = 5;
const MAX_AGE_WITH_DOOR_SECONDS = 1;

export interface DocumentOptions {
  timeline: Timeline;
  program: 'talk' | 'sweep' | 'coded';
  cdn: { a: string; b: string };
  /** Fields that replace or extend those of the stage. */
  overrides: Partial<Record<string, unknown>>;
  /** What is published of the door, if there is one, and the base URL of what it guards. */
  floor: { publication: () => Publication; base: () => string } | null;
  /** Whether what the door guards is heard as LL-HLS, where it is not WHEP. Default: as HLS. */
  isFloorLow?: boolean;
  /** Of the WHEP endpoint, if there is one. */
  whepUrl: (() => string) | null;
  /** The channel that is named, if there is one, and how often it was another one before. */
  channel: { readonly url: string; moves(): number } | null;
}

/** The stage document at a moment. Within one second it is the same bytes for everyone. */
export function stageDocument(options: DocumentOptions, now: number): Record<string, unknown> {
  const { timeline, overrides, floor, channel } = options;
  const publication = floor?.publication();
  const at = publication?.at ?? now;
  const ended = timeline.hasEnded(at);
  // Also grows when the stage is started anew, so that no client takes the new one for stale.
  const edition = publication?.sequence ?? Math.floor(timeline.openedAt / 1000) + (ended ? 1 : 0);
  return {
    version: 1,
    sequence: edition + (channel?.moves() ?? 0),
    // With a door exact to the ms: turns are told from it.
    serverTime: new Date(publication?.at ?? Math.floor(at / 1000) * 1000).toISOString(),
    state: ended ? 'ended' : timeline.startsAt > at ? 'scheduled' : 'live',
    startsAt: new Date(timeline.startsAt).toISOString(),
    title: 'The talk that says its own time',
    sources: sources(options),
    ...(publication && { doors: { [FLOOR]: publication.door } }),
    spread: SPREAD_SECONDS,
    refresh: REFRESH_SECONDS,
    ...(channel && { channel: channel.url }),
    ...overrides,
  };
}

function sources({
  program,
  cdn,
  floor,
  isFloorLow,
  whepUrl,
}: DocumentOptions): Record<string, string>[] {
  const low = program === 'talk' ? [{ kind: 'hls', url: `${cdn.a}/audio.m3u8` }] : [];
  const last = [...low, { kind: 'recording', url: `${cdn.a}/${program}-vod.m3u8` }];
  if (whepUrl) {
    return [
      { kind: 'whep', url: whepUrl(), ...(floor && { door: FLOOR }) },
      // Plain HLS has not published yet what is heard by WebRTC or LL-HLS: it comes last.
      ...[cdn.a, cdn.b].map((base) => ({ kind: 'hls', url: `${base}/${program}-ll.m3u8` })),
      { kind: 'hls', url: `${cdn.b}/${program}.m3u8` },
      ...last,
    ];
  }
  const url = `${floor?.base()}/${FLOOR}/${program}${isFloorLow ? '-ll' : ''}.m3u8`;
  const guarded = floor ? [{ kind: 'hls', url, door: FLOOR }] : [];
  const live = [cdn.a, cdn.b].map((base) => ({ kind: 'hls', url: `${base}/${program}.m3u8` }));
  return [...guarded, ...live, ...last];
}

export async function documentAnswer(
  document: Record<string, unknown>,
  request: IncomingMessage,
): Promise<Answer> {
  const answer = json(200, document);
  const hash = await crypto.subtle.digest('SHA-256', fromText(answer.body as string));
  const tag = `"${toBase64Url(new Uint8Array(hash)).slice(0, 16)}"`;
  const seconds = document.doors ? MAX_AGE_WITH_DOOR_SECONDS : MAX_AGE_SECONDS;
  const headers = { 'Cache-Control': `max-age=${seconds}`, ETag: tag };
  if (request.headers['if-none-match'] === tag) return refusal(304, headers);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

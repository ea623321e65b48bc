import { FLOOR } from './own-server.ts';
import type { Timeline } from './timeline.ts';

export const SPREAD_SECONDS = 5;
const REFRESH_SECONDS = 10;

export interface DocumentOptions {
  timeline: Timeline;
  program: 'talk' | 'sweep' | 'coded';
  cdn: { a: string; b: string };
  /** Fields that replace or extend those of the stage. */
  overrides: Partial<Record<string, unknown>>;
  /** The base URL of what the door guards, where its tickets are drawn and its passes renewed; `null`: no door. */
  floor: { base: () => string; ticketsUrl: () => string; passesUrl: () => string } | null;
  /** Whether what the door guards is heard as LL-HLS, where it is not WHEP. Default: as HLS. */
  isFloorLow?: boolean;
  /** Of the WHEP endpoint, if there is one. */
  whepUrl: (() => string) | null;
  /** The channel that is named, if there is one, and how often it was another one before. */
  channel: { readonly url: string; moves(): number } | null;
}

interface PublishedDoor {
  readonly tickets?: string;
  readonly passes?: string;
}

/** The door as it is published, at the URLs of the demo. */
function doorsOf({ floor }: DocumentOptions, published: unknown): object {
  const { [FLOOR]: door } = Object(published) as Record<string, PublishedDoor>;
  if (!floor || !door) return {};
  const { tickets, ...rest } = door;
  const own = {
    ...rest,
    ...(tickets !== undefined && { tickets: floor.ticketsUrl() }),
    passes: floor.passesUrl(),
  };
  return { doors: { [FLOOR]: own } };
}

/** The stage document, made of the one that the stage's own server publishes. */
export function stageDocument(
  options: DocumentOptions,
  published: Record<string, unknown>,
): Record<string, unknown> {
  const { timeline, overrides, channel } = options;
  const { sequence, serverTime, doors } = published;
  const at = timeline.now();
  const ended = timeline.hasEnded(at);
  return {
    version: 1,
    sequence,
    serverTime,
    state: ended ? 'ended' : timeline.startsAt > at ? 'scheduled' : 'live',
    startsAt: new Date(timeline.startsAt).toISOString(),
    title: 'The talk that says its own time',
    sources: sources(options),
    ...doorsOf(options, doors),
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

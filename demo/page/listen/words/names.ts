import type { SourceDescription, State } from '../../earshot.js';

/**
 * Which origin a URL belongs to: what the door guards (WebRTC, or the floor's HLS) and the stage
 * document, both on this page's own server as the channel is, and the CDNs in the order of the ladder.
 */
export type Place = 'whep' | 'floor' | 'a' | 'b' | 'stage' | 'channel' | 'other';

export const PLACES = ['whep', 'floor', 'a', 'b', 'stage', 'channel'] as const;

export type KnownPlace = (typeof PLACES)[number];

export const NAMES: Record<Place, string> = {
  whep: 'WebRTC',
  floor: 'Main server',
  a: 'CDN A',
  b: 'CDN B',
  stage: 'Stage document',
  channel: 'Channel',
  other: 'Another CDN',
};

/** The same within a sentence. */
export const IN_TEXT: Record<Place, string> = {
  ...NAMES,
  floor: 'the main server',
  stage: 'the stage document',
  channel: 'the channel',
  other: 'another CDN',
};

/** By this name the ledger of the demo's server knows the requests of stock hls.js. */
export const STOCK = 'hls.js';

export function placeOf(url: string, ladder: State['ladder']): Place {
  const { origin, pathname, protocol } = new URL(url);
  if (protocol.startsWith('ws')) return 'channel';
  if (origin === location.origin) {
    if (pathname.endsWith('/stage.json')) return 'stage';
    return ladder.some(({ kind }) => kind === 'whep') ? 'whep' : 'floor';
  }
  const origins = new Set(ladder.map((rung) => new URL(rung.url).origin));
  origins.delete(location.origin);
  return (['a', 'b'] as const)[[...origins].indexOf(origin)] ?? 'other';
}

const KINDS: Record<string, string> = {
  hls: 'HLS',
  recording: 'Recording',
  stream: 'Audio stream',
  whep: 'WebRTC',
};

/** The document has no word for low latency or for sound alone: this stage names its files by them. */
export function kindOf({ kind, url }: SourceDescription): string {
  const { pathname } = new URL(url);
  if (kind === 'hls' && pathname.endsWith('-ll.m3u8')) return 'LL-HLS';
  if (kind === 'hls' && pathname.endsWith('/audio.m3u8')) return 'Audio-only HLS';
  return KINDS[kind] ?? kind;
}

/** What to say beside the place: `LL-HLS`, `over WHEP`. */
export const transportOf = (source: SourceDescription): string =>
  source.kind === 'whep' ? 'over WHEP' : kindOf(source);

/** `LL-HLS from CDN A`, `WebRTC` */
export const sourceName = (source: SourceDescription, ladder: State['ladder']): string =>
  source.kind === 'whep'
    ? kindOf(source)
    : `${kindOf(source)} from ${IN_TEXT[placeOf(source.url, ladder)]}`;

/** `talk.m3u8`; WebRTC has none. */
export const fileOf = ({ kind, url }: SourceDescription): string =>
  kind === 'whep' ? '' : (new URL(url).pathname.split('/').at(-1) ?? '');

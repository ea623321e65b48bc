import type { SourceDescription, State } from './earshot.js';

/**
 * Which origin a URL belongs to: what the door guards and the stage document, both on this page's
 * own server, and the CDNs in the order of the ladder.
 */
export type Place = 'floor' | 'a' | 'b' | 'stage' | 'other';

export const PLACES = ['floor', 'a', 'b', 'stage'] as const;

export type KnownPlace = (typeof PLACES)[number];

export const NAMES: Record<Place, string> = {
  floor: 'The floor',
  a: 'CDN A',
  b: 'CDN B',
  stage: 'Stage document',
  other: 'Another CDN',
};

/** The same within a sentence. */
export const IN_TEXT: Record<Place | 'whep', string> = {
  ...NAMES,
  whep: 'WHEP',
  floor: 'the floor',
  stage: 'the stage document',
  other: 'another CDN',
};

export function placeOf(url: string, ladder: State['ladder']): Place {
  const { origin, pathname } = new URL(url);
  if (origin === location.origin) return pathname === '/stage.json' ? 'stage' : 'floor';
  const origins = new Set(ladder.map((rung) => new URL(rung.url).origin));
  origins.delete(location.origin);
  return (['a', 'b'] as const)[[...origins].indexOf(origin)] ?? 'other';
}

const KINDS: Record<string, string> = { hls: 'HLS', recording: 'Recording', whep: 'WebRTC' };

export const kindOf = ({ kind }: SourceDescription): string => KINDS[kind] ?? kind;

/** `HLS from CDN A` */
export const sourceName = (source: SourceDescription, ladder: State['ladder']): string =>
  `${kindOf(source)} from ${IN_TEXT[placeOf(source.url, ladder)]}`;

/** `talk.m3u8` */
export const fileOf = ({ url }: SourceDescription): string =>
  new URL(url).pathname.split('/').at(-1) ?? '';

import type { SourceDescription, State } from './earshot.js';

/** Which origin a URL belongs to: the CDNs in the order of the ladder, and the stage document's. */
export type Place = 'a' | 'b' | 'stage' | 'other';

export const PLACES = ['a', 'b', 'stage'] as const;

export type KnownPlace = (typeof PLACES)[number];

export const NAMES: Record<Place, string> = {
  a: 'CDN A',
  b: 'CDN B',
  stage: 'Stage document',
  other: 'Another CDN',
};

export function placeOf(url: string, ladder: State['ladder']): Place {
  const { origin } = new URL(url);
  const origins = [...new Set(ladder.map((rung) => new URL(rung.url).origin))];
  return (['a', 'b'] as const)[origins.indexOf(origin)] ?? 'other';
}

const KINDS: Record<string, string> = { hls: 'HLS', recording: 'Recording', whep: 'WebRTC' };

export const kindOf = ({ kind }: SourceDescription): string => KINDS[kind] ?? kind;

/** `HLS from CDN A` */
export const sourceName = (source: SourceDescription, ladder: State['ladder']): string =>
  `${kindOf(source)} from ${NAMES[placeOf(source.url, ladder)]}`;

/** `talk.m3u8` */
export const fileOf = ({ url }: SourceDescription): string =>
  new URL(url).pathname.split('/').at(-1) ?? '';

import { languagesOf } from '../host/languages.ts';
import type { SourceDescription, StageDocument, WantedLanguages } from '../policy/document.ts';
import type { Model } from '../policy/model.ts';
import type { Resolved } from './options.ts';

/**
 * The wanted tags and what is left of each without its last parts, in the order to try them: `es-MX`, `es`, `en`
 * (RFC 4647, section 3.4).
 */
const rangesOf = (wanted: WantedLanguages): string[] =>
  [wanted].flat().flatMap((tag) => {
    const parts = `${tag}`.toLowerCase().split('-');
    return parts.map((_, cut) => parts.slice(0, parts.length - cut).join('-'));
  });

/** Whether a range matches a tag: `es` matches `es` and `es-419` (RFC 4647, section 3.3.1). */
const isInRange = (tag: string, range: string): boolean =>
  `${tag.toLowerCase()}-`.startsWith(`${range}-`);

/**
 * The order of a source for this listener: first the wanted languages, then the original, then other languages. A
 * source with an audio description comes last, unless it is wanted.
 */
const rankOf = (
  { lang = '', role = 'main' }: SourceDescription,
  ranges: readonly string[],
  wantedRole: string | undefined,
): readonly [number, number, number] => {
  const isDescription = role === 'description';
  const range = ranges.findIndex((one) => isInRange(lang, one));
  return [
    Number(isDescription !== (wantedRole === 'description')),
    range < 0 ? ranges.length : range,
    Number(role !== (wantedRole ?? 'main')),
  ];
};

/** Whether the source that plays, or is about to, has another language or role than the first one of the document. */
const isOtherLanguage = ({ active, rungs }: Model, { sources }: StageDocument): boolean => {
  const [first] = sources;
  const playing = rungs[active?.rung ?? -1]?.description;
  return !!playing && (playing.lang !== first?.lang || playing.role !== first?.role);
};

/**
 * The document with its sources in the order for one listener, and whether another language should play than does.
 * Sources of one language keep their order, so that a fall stays in the language as long as it can, and the original is
 * heard before silence.
 *
 * @param wanted `undefined`: the languages of the browser.
 */
export const arrangeSources = (
  document: StageDocument,
  wanted: WantedLanguages | undefined,
  { host, role }: Pick<Resolved, 'host' | 'role'>,
  model: Model,
): { readonly document: StageDocument; readonly isOther: boolean } => {
  const ranges = rangesOf(wanted ?? languagesOf(host));
  const ranked = document.sources.map((source) => [source, rankOf(source, ranges, role)] as const);
  ranked.sort(([, one], [, other]) => {
    const place = one.findIndex((rank, index) => rank !== other[index]);
    return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0);
  });
  const arranged = { ...document, sources: ranked.map(([source]) => source) };
  return { document: arranged, isOther: isOtherLanguage(model, arranged) };
};

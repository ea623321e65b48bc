import type { Cue } from '../policy/cue.ts';

/** The type of the cues that are captions. */
export const CAPTION = 'caption';

/** A caption: the payload of a cue of the type `caption`. */
export interface Caption {
  /** WebVTT cue text, at most 2,000 characters: `&amp;`, `&lt;` and the tags `b i u c v lang ruby rt`. */
  readonly text: string;
  /** BCP 47 tag of its language; empty: unknown. */
  readonly lang: string;
}

const LONGEST_TEXT = 2_000;

/** The caption of a cue; `null` if the cue is no caption. The payload is untrusted. */
export const readCaption = ({ type, payload }: Cue): Caption | null => {
  const { text, lang } = Object(payload);
  if (type !== CAPTION || typeof text !== 'string') return null;
  const isTag = typeof lang === 'string' && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/.test(lang);
  return { text: text.slice(0, LONGEST_TEXT), lang: isTag ? lang : '' };
};

const baseOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/**
 * The language to show: the first wanted one that there is, or else one that is close to it, or else the first.
 *
 * @param wanted BCP 47 tags, best first.
 * @param known the languages of the captions.
 */
export const chooseLanguage = (wanted: readonly string[], known: readonly string[]): string => {
  for (const tag of wanted) {
    const exact = known.find((one) => one.toLowerCase() === tag.toLowerCase());
    const close = exact ?? known.find((one) => one && baseOf(one) === baseOf(tag));
    if (close !== undefined) return close;
  }
  return known[0] ?? '';
};

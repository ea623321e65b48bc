import type { Cue } from '../policy/cue.ts';
import type { Session } from '../session/api.ts';

export { chooseLanguage } from '../cues/choose-language.ts';

/** The type of the cues that are captions. */
export const CAPTION = 'caption';

/** A caption: the payload of a cue of the type `caption`. */
export interface Caption {
  /** WebVTT cue text, at most 2,000 characters: `&amp;`, `&lt;` and the tags `b i u c v lang ruby rt`. */
  readonly text: string;
  /** BCP 47 tag of its language; empty: unknown. */
  readonly lang: string;
}

/** The type of the cue that lists the languages of an HLS stage: `{ "languages": ["en", "de"] }`. */
const TRACKS = 'caption-tracks';
/** The type and the id of the cue with which a page says which of them it shows: `{ "lang": "de" }`. */
const CHOICE = 'caption-choice';

const LONGEST_TEXT = 2_000;
const TAG = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/;

const tagOf = (lang: unknown): string => (typeof lang === 'string' && TAG.test(lang) ? lang : '');

/** The languages that an HLS stage offers; `null` if it offers none. The payload is untrusted. */
export const readLanguages = (cues: readonly Cue[]): readonly string[] | null => {
  const { languages } = Object(cues.find(({ type }) => type === TRACKS)?.payload);
  return Array.isArray(languages) ? languages.map(tagOf) : null;
};

/** Tells a session which of these languages to load; `null`: none. */
export const chooseCaptions = (
  session: Partial<Pick<Session, 'cue'>> | null | undefined,
  lang: string | null,
): void => {
  // In the past, so that it does not fire, and is active at once.
  session?.cue?.({ id: CHOICE, at: 1, type: CHOICE, payload: { lang } });
};

/** The caption of a cue; `null` if the cue is no caption. The payload is untrusted. */
export const readCaption = ({ type, payload }: Cue): Caption | null => {
  const { text, lang } = Object(payload);
  if (type !== CAPTION || typeof text !== 'string') return null;
  return { text: text.slice(0, LONGEST_TEXT), lang: tagOf(lang) };
};

import type { Store } from '../host/host.ts';

/** What a listener chooses. Kept in the browser's storage, for all pages of the origin. */
export interface CaptionSettings {
  /** Whether captions are shown. */
  readonly isShown: boolean;
  /** BCP 47 tag; empty: as the page and the browser say. */
  readonly lang: string;
  /** Per cent of the page's text size. */
  readonly size: '100' | '150' | '200' | '300';
  /** `page` follows the colours of the page. */
  readonly colours: 'page' | 'white-on-black' | 'yellow-on-black' | 'black-on-white';
  /** `above` the title of the player, or `below` it. */
  readonly position: 'below' | 'above';
}

type Choices<Name extends keyof CaptionSettings> = readonly CaptionSettings[Name][];

export const SIZES: Choices<'size'> = ['100', '150', '200', '300'];
export const COLOURS: Choices<'colours'> = [
  'page',
  'white-on-black',
  'yellow-on-black',
  'black-on-white',
];
export const POSITIONS: Choices<'position'> = ['below', 'above'];

const KEY = 'earshot:captions';

const DEFAULT_SETTINGS: CaptionSettings = {
  isShown: true,
  lang: '',
  size: '100',
  colours: 'page',
  position: 'below',
};

const oneOf = <T>(list: readonly T[], value: unknown): T =>
  list.find((one) => one === value) ?? (list[0] as T);

/** Reads the settings; storage is untrusted, and may throw. */
export const loadSettings = (store: Store): CaptionSettings => {
  try {
    const { isShown, lang, size, colours, position } = JSON.parse(store.get(KEY) ?? '{}');
    return {
      isShown: isShown !== false,
      lang: typeof lang === 'string' ? lang.slice(0, 35) : '',
      size: oneOf(SIZES, size),
      colours: oneOf(COLOURS, colours),
      position: oneOf(POSITIONS, position),
    };
  } catch {
    return DEFAULT_SETTINGS;
  }
};

/** Keeps the settings for the next page. Without storage they hold for this one. */
export const saveSettings = (store: Store, settings: CaptionSettings): void => {
  try {
    store.set(KEY, JSON.stringify(settings));
  } catch {
    // Full or forbidden.
  }
};

import type { Store } from '../host/host.ts';

/** What a listener chooses. Kept in the browser's storage, for all pages of the origin. */
export interface CaptionSettings {
  /** Whether captions are shown. */
  readonly isShown: boolean;
  /** BCP 47 tag; empty: as the page and the browser say. */
  readonly lang: string;
  /** Per cent of the page's text size. */
  readonly size: (typeof SIZES)[number];
  /** `page` follows the colours of the page. */
  readonly colours: (typeof COLOURS)[number];
  /** `above` or `below` the rest of the player. */
  readonly position: (typeof POSITIONS)[number];
}

/** Per cent. */
export const SIZES = ['100', '150', '200', '300'] as const;
export const COLOURS = ['page', 'white-on-black', 'yellow-on-black', 'black-on-white'] as const;
export const POSITIONS = ['below', 'above'] as const;

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

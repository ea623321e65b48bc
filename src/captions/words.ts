import type { CaptionSettings } from './settings.ts';

/** The texts of `<earshot-captions>`. */
export interface CaptionWords {
  /** The button that shows and hides the captions. */
  readonly captions: string;
  /** The button that opens the settings. */
  readonly settings: string;
  /** The label of the languages. */
  readonly language: string;
  /** The label of the text sizes. */
  readonly size: string;
  /** The label of the colours. */
  readonly colours: string;
  /** The label of the positions. */
  readonly position: string;
  /** The name of a language of which captions do not say which it is. */
  readonly unknown: string;
  /** The colours. */
  readonly schemes: Readonly<Record<CaptionSettings['colours'], string>>;
  /** The positions. */
  readonly places: Readonly<Record<CaptionSettings['position'], string>>;
}

/** The English texts. */
export const CAPTION_WORDS: CaptionWords = {
  captions: 'Captions',
  settings: 'Caption settings',
  language: 'Language',
  size: 'Text size',
  colours: 'Colours',
  position: 'Position',
  unknown: 'Not stated',
  schemes: {
    page: 'As the page',
    'white-on-black': 'White on black',
    'yellow-on-black': 'Yellow on black',
    'black-on-white': 'Black on white',
  },
  places: { below: 'At the bottom', above: 'At the top' },
};

import { EarshotCaptions } from './captions.ts';

export { CAPTION, type Caption, readCaption } from './caption.ts';
export { type CaptionTrackOptions, captionTrack } from './caption-track.ts';
export type { CaptionElement, CaptionSource } from './captions.ts';
export type { CaptionSettings } from './settings.ts';
export { CAPTION_WORDS, type CaptionWords } from './words.ts';
export { EarshotCaptions };

declare global {
  interface HTMLElementTagNameMap {
    'earshot-captions': EarshotCaptions;
  }
}

const NAME = 'earshot-captions';

// Another copy of the package may have defined it already.
if ('customElements' in globalThis && !customElements.get(NAME)) {
  customElements.define(NAME, EarshotCaptions);
}

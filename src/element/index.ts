import { EarshotListener } from './listener.ts';

export type { Reflecting } from './base.ts';
export type { LiveEdge } from './live-edge.ts';
export type { EarshotListenerEventMap, TypedEvents, TypedListener } from './media-events.ts';
export type { MediaSurface } from './media-surface.ts';
export { type Spoken, WORDS, type Words } from './words.ts';
export { EarshotListener };

declare global {
  interface HTMLElementTagNameMap {
    'earshot-listener': EarshotListener;
  }
}

const NAME = 'earshot-listener';

// Another copy of the package may have defined it already.
if ('customElements' in globalThis && !customElements.get(NAME)) {
  customElements.define(NAME, EarshotListener);
}

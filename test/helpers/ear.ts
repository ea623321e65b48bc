import { browserHost } from '../../src/host/browser.ts';
import type { Host } from '../../src/host/host.ts';
import { Loudness } from './loudness.ts';

/** Hears what elements really play: the samples that come out of the decoder. */
export class Ear {
  /** The browser, except that each element it makes is listened to. */
  readonly host: Host;
  readonly elements: HTMLMediaElement[] = [];
  readonly #loudness = new Loudness();

  constructor() {
    this.host = { ...browserHost, createMedia: () => this.add(browserHost.createMedia()) };
  }

  add<Media extends HTMLMediaElement>(media: Media): Media {
    media.crossOrigin = 'anonymous';
    this.#loudness.add(media);
    this.elements.push(media);
    return media;
  }

  /** Whether there is sound in this very moment. */
  hears(): boolean {
    return this.#loudness.hears();
  }

  async close(): Promise<void> {
    await this.#loudness.context.close();
  }
}

import { browserHost } from '../../src/host/browser.ts';
import type { Host } from '../../src/host/host.ts';

/** Root mean square above which there is sound: 50 dB below full scale. */
const AUDIBLE = 0.003;

/** Hears what elements really play: the samples that come out of the decoder. */
export class Ear {
  /** The browser, except that each element it makes is listened to. */
  readonly host: Host;
  readonly elements: HTMLMediaElement[] = [];
  readonly #context = new AudioContext();
  readonly #analyser = this.#context.createAnalyser();
  readonly #samples = new Float32Array(this.#analyser.fftSize);

  constructor() {
    this.#analyser.connect(this.#context.destination);
    this.host = { ...browserHost, createMedia: () => this.add(browserHost.createMedia()) };
  }

  add<Media extends HTMLMediaElement>(media: Media): Media {
    media.crossOrigin = 'anonymous';
    this.#context.createMediaElementSource(media).connect(this.#analyser);
    this.elements.push(media);
    return media;
  }

  /** Whether there is sound in this very moment. */
  hears(): boolean {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0);
    return Math.sqrt(power / this.#samples.length) > AUDIBLE;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

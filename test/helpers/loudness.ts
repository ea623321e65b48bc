/** Root mean square above which there is sound: 50 dB below full scale. */
const AUDIBLE = 0.003;

/** What is connected to it is listened to, and still heard. */
export class Loudness {
  readonly context = new AudioContext();
  readonly #analyser = this.context.createAnalyser();
  readonly #samples = new Float32Array(this.#analyser.fftSize);

  constructor() {
    this.#analyser.connect(this.context.destination);
  }

  add(media: HTMLMediaElement): void {
    this.context.createMediaElementSource(media).connect(this.#analyser);
  }

  /** Whether there is sound in this very moment. */
  hears(): boolean {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0);
    return Math.sqrt(power / this.#samples.length) > AUDIBLE;
  }
}

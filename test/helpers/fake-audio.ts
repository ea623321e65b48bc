import type { Clock } from './clock.ts';

const RATE = 48_000;
const MS = RATE / 1_000;

/** A jump of a delay: from when on, by the audio clock, and how long it is then. Seconds. */
export interface Jump {
  readonly at: number;
  readonly delay: number;
}

/** Web Audio under virtual time: what comes in is as loud as `loudness` says of each moment. */
export class FakeAudio {
  readonly sampleRate = RATE;
  readonly state = 'running';
  readonly jumps: Jump[] = [];
  /** How often what comes in was looked at. */
  looks = 0;
  readonly #clock: Clock;
  readonly #loudness: (seconds: number) => number;

  constructor(clock: Clock, loudness: (seconds: number) => number) {
    this.#clock = clock;
    this.#loudness = loudness;
  }

  /** For what takes a context. */
  get context(): AudioContext {
    return this as unknown as AudioContext;
  }

  get currentTime(): number {
    return this.#clock.elapsed() / 1_000;
  }

  createMediaStreamSource() {
    return this.#node();
  }

  createMediaStreamDestination() {
    return { ...this.#node(), stream: new MediaStream() };
  }

  createDelay(maxValue: number) {
    const delayTime = {
      maxValue,
      cancelScheduledValues: () => {},
      setValueAtTime: (delay: number, at: number) => void this.jumps.push({ at, delay }),
    };
    return { ...this.#node(), delayTime };
  }

  createAnalyser() {
    return {
      ...this.#node(),
      fftSize: 2_048,
      getFloatTimeDomainData: (samples: Float32Array) => {
        this.looks++;
        const first = this.currentTime - samples.length / RATE;
        // As loud for each whole ms; the sign does not matter to how loud it is.
        for (let from = 0; from < samples.length; from += MS) {
          samples.fill(this.#loudness(first + from / RATE), from, from + MS);
        }
      },
    };
  }

  async close(): Promise<void> {}

  #node() {
    return { connect: <To>(to: To): To => to, disconnect: () => {} };
  }
}

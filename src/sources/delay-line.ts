import type { SourceHost } from './source.ts';

/** A change of the delay, in ms, at a time of the audio clock. */
interface Change {
  readonly at: number;
  readonly delay: number;
}

/** Silence in the input, by the audio clock. */
interface Pause {
  readonly from: number;
  readonly to: number;
}

const BLOCK = 512;
const HISTORY = 8_192;
/** Below this share of the loudness of speech, it counts as a pause. */
const QUIET = 0.06;
const SILENCE = 1e-4;
/** The part of a pause that stays on either side of a cut, ms. */
const GUARD = 40;
const LEAST = 40;
const SOON = 30;
// As short as a jitter buffer: a pause ends before so little can be cut from it.
const ENOUGH = 100;
const FORGETTING = 0.995;
// What the browser's audio graph adds: 57 and 98 ms in two runs of npm run bench:cues, more on a busy machine.
const LAG = 60;

/**
 * Delays a stream by a given time, and catches up by shortening pauses in the speech. A listener who was behind live
 * reaches live without losing a word. Times are in ms; those of the audio clock are named so.
 */
export class DelayLine {
  /** The delayed output. */
  readonly stream: MediaStream;
  readonly #audio: AudioContext;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #line: DelayNode;
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(HISTORY);
  readonly #pump: HTMLMediaElement;
  #changes: readonly Change[] = [{ at: 0, delay: 0 }];
  /** Pauses in the input, from and to by the audio clock; the last may continue. */
  #pauses: readonly Pause[] = [];
  #isQuiet = false;
  #heardTo = 0;
  #loudness = 0;

  /** @param most the longest delay, ms. */
  constructor(host: SourceHost, audio: AudioContext, stream: MediaStream, most: number) {
    this.#audio = audio;
    this.#source = audio.createMediaStreamSource(stream);
    this.#line = audio.createDelay(most / 1_000);
    this.#analyser = audio.createAnalyser();
    this.#analyser.fftSize = HISTORY;
    const out = audio.createMediaStreamDestination();
    this.#source.connect(this.#line).connect(out);
    this.#source.connect(this.#analyser);
    this.stream = out.stream;
    // Chromium pulls a remote stream only while an element plays it.
    this.#pump = host.createMedia();
    this.#pump.muted = true;
    this.#pump.srcObject = stream;
    this.#pump.play()?.catch(() => {});
  }

  /** Whether sound can pass. */
  get isRunning(): boolean {
    return this.#audio.state === 'running';
  }

  /** How late the output is heard: the delay, and what the audio graph adds. */
  get lateness(): number {
    return this.delay + LAG;
  }

  /** The current delay of the line. */
  get delay(): number {
    return this.#changes[this.#current]?.delay ?? 0;
  }

  /** Sets the delay from now on, and cancels planned changes. */
  set(delay: number): void {
    const { delayTime } = this.#line;
    const most = delayTime.maxValue * 1_000;
    const wanted = Math.min(most, Math.max(0, delay));
    delayTime.cancelScheduledValues(0);
    delayTime.setValueAtTime(this.#whole(wanted), this.#audio.currentTime);
    this.#changes = [{ at: this.#now, delay: wanted }];
  }

  /** Finds pauses that are not yet played, and cuts them. Call it often. */
  spend(): void {
    if ((this.#changes.at(-1)?.delay ?? 0) < ENOUGH) {
      this.#pauses = [];
      this.#isQuiet = false;
      return;
    }
    this.#listen();
    const now = this.#now;
    for (const pause of this.#pauses) {
      const { at, delay } = this.#changes.at(-1) as Change;
      if (delay < ENOUGH) return;
      const due = pause.from + GUARD + delay;
      // Cut an open pause only when there is no more time to wait for its end.
      const isOpen = this.#isQuiet && pause === this.#pauses.at(-1);
      if (isOpen && due > now + SOON) return;
      const when = Math.max(now + SOON, at + SOON, due);
      // The sound that plays at `when` came in one delay earlier.
      const cut = Math.min(delay, pause.to - GUARD - (when - delay));
      const rest = { from: pause.to - GUARD, to: pause.to };
      if (cut >= LEAST) this.#plan({ at: when, delay: delay - cut });
      else if (isOpen) return;
      this.#pauses = [...(isOpen ? [rest] : []), ...this.#pauses.slice(1)];
    }
  }

  close(): void {
    this.#pump.srcObject = null;
    this.#source.disconnect();
    void this.#audio.close().catch(() => {});
  }

  #plan(change: Change): void {
    this.#line.delayTime.setValueAtTime(this.#whole(change.delay), change.at / 1_000);
    this.#changes = [...this.#changes.slice(Math.max(0, this.#current)), change];
  }

  /** The index of the change that holds now; -1: the first is yet to come. */
  get #current(): number {
    const now = this.#now;
    return this.#changes.filter(({ at }) => at <= now).length - 1;
  }

  get #now(): number {
    return this.#audio.currentTime * 1_000;
  }

  /** Whole samples: a fractional delay would dull the sound. */
  #whole(delay: number): number {
    const { sampleRate } = this.#audio;
    return Math.round((delay / 1_000) * sampleRate) / sampleRate;
  }

  /** Measures the loudness since the last call, in blocks of about 10 ms. */
  #listen(): void {
    const now = this.#now;
    const block = (BLOCK / this.#audio.sampleRate) * 1_000;
    const known = Math.min(HISTORY / BLOCK, Math.floor((now - this.#heardTo) / block));
    if (known < 1) return;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const first = now - known * block;
    // An unmeasured stretch may have been speech.
    if (first - this.#heardTo > block) this.#isQuiet = false;
    for (let index = 0; index < known; index++) {
      const from = HISTORY - (known - index) * BLOCK;
      this.#take(this.#samples.subarray(from, from + BLOCK), first + index * block, block);
    }
    this.#heardTo = now;
  }

  #take(samples: Float32Array, from: number, length: number): void {
    const loudness = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / BLOCK);
    const isQuiet = loudness < Math.max(SILENCE, this.#loudness * QUIET);
    if (!isQuiet) this.#loudness = Math.max(loudness, this.#loudness * FORGETTING);
    else if (!this.#isQuiet) this.#pauses = [...this.#pauses, { from, to: from + length }];
    else
      this.#pauses = [
        ...this.#pauses.slice(0, -1),
        { from: this.#pauses.at(-1)?.from ?? from, to: from + length },
      ];
    this.#isQuiet = isQuiet;
  }
}

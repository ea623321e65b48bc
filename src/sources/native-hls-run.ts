import type { SourceContext, SourceRun } from './source.ts';

// Native players keep three segments of four seconds.
const TARGET = 12_000;

/** Safari reports the program time of media time 0; no other browser has this method. */
type Dated = HTMLMediaElement & { getStartDate?: () => Date };

/** A run of the browser's own HLS player. It imports nothing from the core, so that it is one small chunk. */
export class NativeHlsRun implements SourceRun {
  readonly #context: SourceContext;
  readonly #aheadOf: (media: HTMLMediaElement) => number;
  readonly #listeners = new AbortController();
  #media: HTMLMediaElement;

  constructor(context: SourceContext, aheadOf: (media: HTMLMediaElement) => number) {
    this.#context = context;
    this.#aheadOf = aheadOf;
    this.#media = context.media;
    this.#start(context.media, context.from);
  }

  programTime(): number | null {
    const start = (this.#media as Dated).getStartDate?.().getTime();
    return start ? start + this.#media.currentTime * 1_000 : null;
  }

  ahead(): number {
    return this.#aheadOf(this.#media);
  }

  target(): number | null {
    return this.#media.duration === Infinity ? TARGET : null;
  }

  latency(): number | null {
    const edge = this.#edge();
    return this.target() === null || edge === null
      ? null
      : (edge - this.#media.currentTime) * 1_000;
  }

  frozen(): boolean {
    return false;
  }

  complete(): boolean {
    return Number.isFinite(this.#media.duration);
  }

  window(): readonly [from: number, to: number] | null {
    const { seekable, currentTime } = this.#media;
    const now = this.programTime();
    const edge = this.#edge();
    if (now === null || edge === null) return null;
    const at = (seconds: number) => now + (seconds - currentTime) * 1_000;
    return [at(seekable.start(0)), at(edge)];
  }

  seek(programTime: number | null): void {
    const now = this.programTime();
    const edge = this.#edge();
    if (programTime !== null && now !== null) {
      this.#media.currentTime += (programTime - now) / 1_000;
    } else if (edge !== null) {
      this.#media.currentTime = Math.max(0, edge - TARGET / 1_000);
    }
  }

  attach(media: HTMLMediaElement, programTime: number | null): void {
    const from = programTime ?? this.programTime();
    this.#release();
    this.#media = media;
    this.#start(media, from);
  }

  close(): void {
    this.#listeners.abort();
    this.#release();
  }

  #edge(): number | null {
    const { seekable } = this.#media;
    return seekable.length ? seekable.end(seekable.length - 1) : null;
  }

  #start(media: HTMLMediaElement, from: number | null): void {
    const { finish, fail, description } = this.#context;
    const { signal } = this.#listeners;
    const on = (type: string, listener: () => void) =>
      media.addEventListener(type, () => media === this.#media && listener(), { signal });
    on('ended', finish);
    on('loadedmetadata', () => {
      if (from !== null) this.seek(from);
    });
    on('error', () => fail(new Error(media.error?.message || 'The media cannot be played.')));
    media.src = description.url;
  }

  #release(): void {
    const media = this.#media;
    media.removeAttribute('src');
    media.load();
  }
}

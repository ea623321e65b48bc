import { EarshotError } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';
import type { Source, SourceContext, SourceRun } from './source.ts';

const TYPE = 'application/vnd.apple.mpegurl';
const TARGET = 12_000;

/** Safari tells the program time of media time 0; no other browser has this. */
type Dated = HTMLMediaElement & { getStartDate?: () => Date };

class NativeHlsRun implements SourceRun {
  readonly #context: SourceContext;
  readonly #listeners = new AbortController();
  #media: HTMLMediaElement;

  constructor(context: SourceContext) {
    this.#context = context;
    this.#media = context.media;
    this.#start(context.media, context.from);
  }

  programTime(): number | null {
    const start = (this.#media as Dated).getStartDate?.().getTime();
    return start ? start + this.#media.currentTime * 1_000 : null;
  }

  ahead(): number {
    return aheadOf(this.#media);
  }

  target(): number | null {
    return this.#media.duration === Number.POSITIVE_INFINITY ? TARGET : null;
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

  seek(programTime: number | null): void {
    const now = this.programTime();
    const edge = this.#edge();
    if (programTime !== null && now !== null) {
      this.#media.currentTime += (programTime - now) / 1_000;
    } else if (edge !== null) {
      this.#media.currentTime = edge - TARGET / 1_000;
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
    const { context, signal } = { context: this.#context, signal: this.#listeners.signal };
    const on = (type: string, listener: () => void) =>
      media.addEventListener(type, () => media === this.#media && listener(), { signal });
    on('ended', () => context.finish());
    on('loadedmetadata', () => {
      if (from !== null) this.seek(from);
    });
    on('error', () => {
      const message = media.error?.message || 'no reason given';
      context.fail(new EarshotError('media', `The media cannot be played: ${message}.`));
    });
    media.src = context.description.url;
  }

  #release(): void {
    const media = this.#media;
    media.removeAttribute('src');
    media.load();
  }
}

/**
 * HLS by the browser itself, where there are no Media Source Extensions. The browser's own requests
 * cannot be governed; what can be is when it starts, so its playlist is asked for first, through
 * the governor, and playback starts when that answers.
 */
export const nativeHls = (): Source => ({
  kinds: ['hls', 'recording'],
  supports: (host) => host.createMedia().canPlayType(TYPE) !== '',
  async open(context) {
    await context.ask({ url: context.description.url, purpose: 'playlist' });
    return new NativeHlsRun(context);
  },
});

import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import { Reflecting } from './base.ts';
import { LiveEdge } from './live-edge.ts';
import { isAdvancing, isPaused } from './media-events.ts';

const NO_RANGE = { length: 0, start: () => 0, end: () => 0 } as TimeRanges;

const [NOTHING, METADATA, ENOUGH] = [0, 1, 4];

/**
 * The API of a media element, computed from one snapshot, so that controls for media elements, such as
 * media-chrome's, work with it. Its time is program time in seconds since the first sound.
 */
export abstract class MediaSurface extends Reflecting {
  /** How close to live the source of this element can play. */
  protected readonly edge = new LiveEdge();
  /** Program time that counts as 0, epoch ms. */
  protected origin: number | null = null;
  /** The current state; `null` before the first press, and after a change of `src`. */
  abstract readonly state: State | null;
  /** The error that ended the session; `null` if there is none. */
  abstract readonly error: EarshotError | null;
  /** Moves to the live edge and skips the sound in between. */
  abstract goLive(): void;
  /** The media element in the slot `media`. */
  protected abstract readonly media: HTMLMediaElement | undefined;

  /** Whether there is proof that the listener can hear sound. */
  get hearing(): boolean {
    return this.state?.hearing ?? false;
  }

  /** True if playback does not continue without an action: not started, paused, blocked or ended. */
  get paused(): boolean {
    return isPaused(this.state);
  }

  /** Whether the event is over and was played to its end. */
  get ended(): boolean {
    return this.state?.status === 'ended';
  }

  /** Always `false`: the only seek is to the live edge. */
  get seeking(): boolean {
    return false;
  }

  /** URL of the source that plays; empty if none plays. */
  get currentSrc(): string {
    return this.state?.source?.url ?? '';
  }

  /** `Infinity`, or `NaN` before the first sound. */
  get duration(): number {
    return this.origin === null ? Number.NaN : Infinity;
  }

  /** `live`; `on-demand` for a recording; `unknown` before the first sound. */
  get streamType(): 'live' | 'on-demand' | 'unknown' {
    if (this.origin === null) return 'unknown';
    return this.state?.source?.kind === 'recording' ? 'on-demand' : 'live';
  }

  /** 4 while media advances, 1 while it does not, 0 before the first sound. */
  get readyState(): number {
    return isAdvancing(this.state) ? ENOUGH : this.origin === null ? NOTHING : METADATA;
  }

  /**
   * Seconds of program time since the first sound. Setting it to {@link liveEdgeStart} or later goes to the live
   * edge; an earlier time has no effect.
   */
  get currentTime(): number {
    return this.#seconds(this.state?.programTime ?? this.origin);
  }

  set currentTime(seconds: number) {
    if (seconds >= this.liveEdgeStart) this.goLive();
  }

  /** The start of the live edge, as close as this source can play; `NaN` if unknown. */
  get liveEdgeStart(): number {
    return this.#live - this.edge.reach / 1_000;
  }

  /** Width of the video in the slot `media`, pixels; 0 without a video. */
  get videoWidth(): number {
    return this.#video.videoWidth ?? 0;
  }

  /** Height of the video in the slot `media`, pixels; 0 without a video. */
  get videoHeight(): number {
    return this.#video.videoHeight ?? 0;
  }

  /**
   * Starts Picture-in-Picture. Call it in a user gesture. Rejects like the method of a video element, and with
   * `NotSupportedError` if the slot `media` has no video or the browser has no Picture-in-Picture. For full screen of
   * the whole element, call `requestFullscreen()`.
   */
  async requestPictureInPicture(): Promise<PictureInPictureWindow> {
    const entered = this.#video.requestPictureInPicture?.();
    if (!entered) throw new DOMException('There is no picture.', 'NotSupportedError');
    return entered;
  }

  /** From the current position to the live edge. */
  get seekable(): TimeRanges {
    const [start, end] = [this.currentTime, this.#live];
    return Number.isNaN(end) ? NO_RANGE : { length: 1, start: () => start, end: () => end };
  }

  /** From the current position to the end of the buffer. */
  get buffered(): TimeRanges {
    const { currentTime: start, state } = this;
    const end = start + (state?.ahead ?? 0) / 1_000;
    return end > start ? { length: 1, start: () => start, end: () => end } : NO_RANGE;
  }

  get #video(): Partial<HTMLVideoElement> {
    return this.media ?? {};
  }

  get #live(): number {
    const { programTime = null, behindLive = null } = this.state ?? {};
    return programTime === null ? Number.NaN : this.#seconds(programTime + (behindLive ?? 0));
  }

  #seconds(programTime: number | null): number {
    return programTime === null ? 0 : (programTime - (this.origin ?? programTime)) / 1_000;
  }
}

import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import { Reflecting } from './base.ts';
import { LiveEdge } from './live-edge.ts';
import { isAdvancing, isPaused } from './media-events.ts';

const NO_RANGE = { length: 0, start: () => 0, end: () => 0 } as TimeRanges;

const [NOTHING, METADATA, ENOUGH] = [0, 1, 4];

/**
 * What a media element tells, read off one snapshot, so that controls that know media elements, such
 * as media-chrome's, can be put around it. Its time is program time in seconds, from the first heard.
 */
export abstract class MediaSurface extends Reflecting {
  /** How close to live the source of this element can play. */
  protected readonly edge = new LiveEdge();
  /** Program time that counts as 0, epoch ms. */
  protected origin: number | null = null;
  /** The state as it is now; `null` before the first press, and after a changed `src`. */
  abstract readonly state: State | null;
  /** What ended it; `null` if nothing did. */
  abstract readonly error: EarshotError | null;
  /** Moves to the live edge; the sound in between is skipped. */
  abstract goLive(): void;
  /** What is in the slot `media`. */
  protected abstract readonly media: HTMLMediaElement | undefined;

  /** Whether there is proof that sound reaches the listener. */
  get hearing(): boolean {
    return this.state?.hearing ?? false;
  }

  /** Whether it would not go on by itself: not begun, paused, blocked or over. */
  get paused(): boolean {
    return isPaused(this.state);
  }

  /** Whether the stage is over and was heard to its end. */
  get ended(): boolean {
    return this.state?.status === 'ended';
  }

  /** Always `false`: nothing but live can be sought. */
  get seeking(): boolean {
    return false;
  }

  /** URL of the source that is heard; empty if none is. */
  get currentSrc(): string {
    return this.state?.source?.url ?? '';
  }

  /** `Infinity`, or `NaN` before anything is heard. */
  get duration(): number {
    return this.origin === null ? Number.NaN : Infinity;
  }

  /** `live`; `on-demand` for a recording; `unknown` before anything is heard. */
  get streamType(): 'live' | 'on-demand' | 'unknown' {
    if (this.origin === null) return 'unknown';
    return this.state?.source?.kind === 'recording' ? 'on-demand' : 'live';
  }

  /** 4 while media advances, 1 while it does not, 0 before anything is heard. */
  get readyState(): number {
    return isAdvancing(this.state) ? ENOUGH : this.origin === null ? NOTHING : METADATA;
  }

  /**
   * Seconds of program time since the first that was heard. Setting it to {@link liveEdgeStart} or
   * later goes to live; what lies before cannot be sought.
   */
  get currentTime(): number {
    return this.#seconds(this.state?.programTime ?? this.origin);
  }

  set currentTime(seconds: number) {
    if (seconds >= this.liveEdgeStart) this.goLive();
  }

  /** Where live begins, as far as this source can reach it; `NaN` if it is unknown. */
  get liveEdgeStart(): number {
    return this.#live - this.edge.reach / 1_000;
  }

  /** Width of the picture in the slot `media`, pixels; 0 without one. */
  get videoWidth(): number {
    return this.#video.videoWidth ?? 0;
  }

  /** Height of the picture in the slot `media`, pixels; 0 without one. */
  get videoHeight(): number {
    return this.#video.videoHeight ?? 0;
  }

  /**
   * Puts the picture over other windows (Picture-in-Picture). Call it in a gesture. Rejects as that of
   * a video does, and with `NotSupportedError` where no video is in the slot `media`, or the browser
   * has no such windows. The whole element goes onto the whole screen by `requestFullscreen()`.
   */
  async requestPictureInPicture(): Promise<PictureInPictureWindow> {
    const entered = this.#video.requestPictureInPicture?.();
    if (!entered) throw new DOMException('There is no picture.', 'NotSupportedError');
    return entered;
  }

  /** From what is heard to live. */
  get seekable(): TimeRanges {
    const [start, end] = [this.currentTime, this.#live];
    return Number.isNaN(end) ? NO_RANGE : { length: 1, start: () => start, end: () => end };
  }

  /** From what is heard to what can still be heard if every request fails. */
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

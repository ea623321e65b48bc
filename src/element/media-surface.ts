import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { Reflecting } from './base.ts';
import { LiveEdge } from './live-edge.ts';
import { isAdvancing, isPaused, isRecording, lengthOf } from './media-events.ts';

/** None if its end is unknown, or not after its start. */
const rangeOf = (start: number, end: number): TimeRanges => ({
  length: Number(end > start),
  start: () => start,
  end: () => end,
});

const NOTHING = 0;
const METADATA = 1;
const ENOUGH = 4;

/**
 * The API of a media element, computed from one snapshot, so that controls for media elements, such as
 * media-chrome's, work with it. Its time is program time in seconds: since the start of a recording, else since the
 * oldest word that could be heard at the first sound.
 */
export abstract class MediaSurface extends Reflecting {
  /** How close to live the source of this element can play. */
  protected readonly edge = new LiveEdge();
  /** Program time that counts as 0, epoch ms. */
  protected origin: number | null = null;
  /** A seek that is on its way, s. */
  #target: number | null = null;
  #isVod = false;
  /** The session; `null` before the first press, and after a change of `src`. */
  abstract readonly session: Session | null;
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

  /** Whether a seek by {@link currentTime} is on its way. */
  get seeking(): boolean {
    return this.#target !== null;
  }

  /** URL of the source that plays; empty if none plays. */
  get currentSrc(): string {
    return this.state?.source?.url ?? '';
  }

  /** Seconds, for a recording; else `Infinity`. `NaN` before the first sound. */
  get duration(): number {
    return this.origin === null ? Number.NaN : lengthOf(this.state) / 1_000;
  }

  /** `live`; `on-demand` for a recording; `unknown` before the first sound. */
  get streamType(): 'live' | 'on-demand' | 'unknown' {
    if (this.origin === null) return 'unknown';
    return isRecording(this.state) ? 'on-demand' : 'live';
  }

  /** `Infinity` if a live source has a window to go back in, 0 if it has none, `NaN` for a recording. */
  get targetLiveWindow(): number {
    const { state } = this;
    return isRecording(state) ? Number.NaN : state?.seekable?.from != null ? Infinity : 0;
  }

  /** 4 while media advances, 1 while it does not, 0 before the first sound. */
  get readyState(): number {
    return isAdvancing(this.state) ? ENOUGH : this.origin === null ? NOTHING : METADATA;
  }

  /**
   * Seconds of program time, of a seek that is on its way too. Setting it goes there, as `seek()` of the session does;
   * {@link liveEdgeStart} or later goes to the live edge. A time that no source has, and `NaN`, have no effect.
   */
  get currentTime(): number {
    return this.#target ?? this.#seconds(this.state?.programTime ?? this.origin);
  }

  set currentTime(seconds: number) {
    if (seconds >= this.liveEdgeStart) this.goLive();
    else void this.#seek(seconds);
  }

  /** The start of the live edge, as close as this source can play; `NaN` if unknown, and for a recording. */
  get liveEdgeStart(): number {
    const { programTime = null, behindLive = null } = this.state ?? {};
    if (programTime === null || isRecording(this.state)) return Number.NaN;
    return this.#seconds(programTime + (behindLive ?? 0) - this.edge.reach);
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

  /** The window of the source, up to the newest word that is published. */
  get seekable(): TimeRanges {
    const { seekable, programTime = null, behindLive } = this.state ?? {};
    const { from = null, to = programTime && programTime + (behindLive ?? 0) } = seekable ?? {};
    return rangeOf(this.#seconds(from ?? programTime), this.#seconds(to));
  }

  /** From the current position to the end of the buffer. */
  get buffered(): TimeRanges {
    const { programTime = null, ahead = 0 } = this.state ?? {};
    const start = this.#seconds(programTime);
    return rangeOf(start, start + ahead / 1_000);
  }

  /** Learns from each state what counts as 0, and how close to live the source plays. */
  protected see(state: State): void {
    this.edge.see(state);
    const { source, programTime, seekable } = state;
    const from = seekable?.from ?? null;
    const isNow = isRecording(state);
    // A recording has a clock of its own, once its start is known.
    const isAnother = isNow ? from !== null : this.#isVod;
    if (!source || programTime === null || (this.origin !== null && !isAnother)) return;
    this.origin = from ?? programTime;
    this.#isVod = isNow;
  }

  async #seek(seconds: number): Promise<void> {
    const { session } = this;
    const to = (this.origin ?? Number.NaN) + seconds * 1_000;
    if (!session || !Number.isFinite(to)) return;
    this.#target = seconds;
    this.dispatchEvent(new Event('seeking'));
    await session.seek(to);
    // Another one may have begun meanwhile.
    if (this.#target !== seconds) return;
    this.#target = null;
    this.dispatchEvent(new Event('seeked'));
  }

  get #video(): Partial<HTMLVideoElement> {
    return this.media ?? {};
  }

  #seconds(programTime: number | null): number {
    return programTime === null ? 0 : (programTime - (this.origin ?? programTime)) / 1_000;
  }
}

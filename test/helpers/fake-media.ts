import type { Clock } from './clock.ts';

const NOT_ALLOWED = () => new DOMException('A gesture is needed.', 'NotAllowedError');
const ABORTED = () => new DOMException('It was interrupted.', 'AbortError');

interface Pending {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * An audio element without sound: its time advances with virtual time while it plays and has
 * buffer. `play()` settles as a real one does: at once with data, when data comes, or with
 * AbortError at a pause or a load.
 */
export class FakeMedia extends EventTarget {
  /** What `play()` meets: `muted`: allowed while muted only, as in a page without a gesture. */
  autoplay: 'allowed' | 'muted' | 'blocked' = 'allowed';
  /** As on iOS, where only the keys of the device change it. */
  hasFixedVolume = false;
  /** Says that it plays, but does not advance: a decoder that hangs. */
  stuck = false;
  src = '';
  paused = true;
  defaultMuted = false;
  readonly #clock: Clock;
  readonly #listeners = new Map<string, Set<unknown>>();
  readonly #pending = new Set<Pending>();
  #position = 0;
  #at = 0;
  #rate = 1;
  #range: [number, number] | null = null;
  #stream: MediaStream | null = null;
  #complete = false;
  #owesPause = false;
  #muted = false;
  #volume = 1;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** For what takes an element. */
  get element(): HTMLMediaElement {
    return this as unknown as HTMLMediaElement;
  }

  /** Listeners that were added and not removed. */
  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Sound comes out of it, or would if it were not muted. */
  get isPlaying(): boolean {
    return !this.paused && this.readyState >= 3;
  }

  get srcObject(): MediaStream | null {
    return this.#stream;
  }

  /** A stream has no end, and its element's clock runs whether or not anything comes. */
  set srcObject(stream: MediaStream | null) {
    this.load();
    this.#stream = stream;
    if (stream) this.#range = [0, Number.POSITIVE_INFINITY];
  }

  get currentTime(): number {
    const elapsed = this.#clock.elapsed();
    if (!this.paused && !this.stuck && this.#range) {
      const [start, end] = this.#range;
      if (this.#position >= start && this.#position < end) {
        const played = ((elapsed - this.#at) / 1_000) * this.#rate;
        this.#position = Math.min(end, this.#position + played);
      }
    }
    this.#at = elapsed;
    return this.#position;
  }

  set currentTime(seconds: number) {
    if (!Number.isFinite(seconds)) throw new TypeError('currentTime must be finite');
    void this.currentTime;
    this.#position = Math.max(0, seconds);
    this.#onData();
  }

  get playbackRate(): number {
    return this.#rate;
  }

  set playbackRate(rate: number) {
    void this.currentTime;
    this.#rate = rate;
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.#tell('volumechange');
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    if (!(volume >= 0 && volume <= 1)) throw new DOMException('Out of range.', 'IndexSizeError');
    if (volume === this.#volume || this.hasFixedVolume) return;
    this.#volume = volume;
    this.#tell('volumechange');
  }

  get buffered(): TimeRanges {
    const range = this.#range;
    return {
      length: range ? 1 : 0,
      start: () => range?.[0] ?? 0,
      end: () => range?.[1] ?? 0,
    };
  }

  get seekable(): TimeRanges {
    return this.buffered;
  }

  get duration(): number {
    return this.#complete ? (this.#range?.[1] ?? 0) : Number.POSITIVE_INFINITY;
  }

  get ended(): boolean {
    return this.#complete && this.#range !== null && this.currentTime >= this.#range[1];
  }

  get readyState(): number {
    if (!this.#range) return 0;
    const { currentTime } = this;
    return currentTime >= this.#range[0] && currentTime < this.#range[1] ? 4 : 2;
  }

  get error(): null {
    return null;
  }

  play(): Promise<void> {
    const refused =
      this.autoplay === 'blocked' ||
      (this.autoplay === 'muted' && !this.#muted && this.#volume > 0);
    if (refused) return Promise.reject(NOT_ALLOWED());
    void this.currentTime;
    if (this.paused) {
      this.paused = false;
      this.#tell('play');
    }
    if (this.readyState >= 3) return Promise.resolve();
    return new Promise((resolve, reject) => this.#pending.add({ resolve, reject }));
  }

  pause(): void {
    void this.currentTime;
    if (this.paused) return;
    this.paused = true;
    this.#interrupt();
    this.#tell('pause');
  }

  /** The browser pauses it in a page that it freezes: the event waits there too. */
  suspend(): void {
    void this.currentTime;
    if (this.paused) return;
    this.paused = true;
    this.#interrupt();
    this.#owesPause = true;
  }

  /** The page goes on. */
  wake(): void {
    if (this.#owesPause) this.#tell('pause');
    this.#owesPause = false;
  }

  /** As when an element gets another resource, or none: it stops without a `pause` event. */
  load(): void {
    this.clear(0);
    this.#position = 0;
    this.paused = true;
    this.#complete = false;
    this.#interrupt();
  }

  removeAttribute(name: string): void {
    if (name === 'src') this.src = '';
  }

  canPlayType(): string {
    return '';
  }

  /** The buffer is empty and grows from `seconds` on. */
  clear(seconds: number): void {
    void this.currentTime;
    this.#range = [seconds, seconds];
  }

  /** More media arrived. */
  append(seconds: number): void {
    void this.currentTime;
    const [start, end] = this.#range ?? [0, 0];
    this.#range = [start, end + seconds];
    this.#onData();
  }

  /** No more media will come. */
  complete(): void {
    this.#complete = true;
  }

  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void {
    super.addEventListener(type, listener, options);
    const signal = typeof options === 'object' ? options.signal : undefined;
    if (signal?.aborted) return;
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    signal?.addEventListener('abort', () => listeners.delete(listener));
  }

  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: EventListenerOptions | boolean,
  ): void {
    super.removeEventListener(type, listener, options);
    this.#listeners.get(type)?.delete(listener);
  }

  #onData(): void {
    if (this.readyState < 3) return;
    for (const { resolve } of this.#pending) resolve();
    this.#pending.clear();
  }

  #interrupt(): void {
    for (const { reject } of this.#pending) reject(ABORTED());
    this.#pending.clear();
  }

  #tell(type: string): void {
    // Elements queue a task for each of their events.
    this.#clock.schedule(() => this.dispatchEvent(new Event(type)), 0);
  }
}

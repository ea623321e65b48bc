import type { Host } from '../../src/host/host.ts';
import { EarshotError } from '../../src/policy/errors.ts';
import type { Source, SourceContext, SourceRun } from '../../src/sources/source.ts';
import type { FakeMedia } from './fake-media.ts';
import { type FakePlaylist, SEGMENT_MS, WINDOW_MS } from './fake-origins.ts';

const TARGET_MS = 3 * SEGMENT_MS;
const MOST_AHEAD_MS = 30_000;

const sleep = (host: Pick<Host, 'timer'>, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = host.timer(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

const textOf = (body: ArrayBuffer): string => new TextDecoder().decode(body);

/** Live HLS in small: a playlist and a segment each 4 s, asked for through the governor. */
class FakeRun implements SourceRun {
  readonly #context: SourceContext;
  readonly #options: FakeSourceOptions;
  #media: FakeMedia;
  #playlist: FakePlaylist | null = null;
  /** Program time of media time 0. */
  #origin = 0;
  #grewAt = 0;
  #loadedAt = 0;
  #next = 0;
  #epoch = 0;
  #onPlaylist: () => void = () => {};

  constructor(context: SourceContext, options: FakeSourceOptions) {
    this.#context = context;
    this.#options = options;
    this.#media = context.media as unknown as FakeMedia;
    this.#media.src = context.description.url;
    void this.#guard(() => this.#follow());
    void this.#guard(() => this.#load());
  }

  programTime(): number | null {
    const { tells = (time: number) => time } = this.#options;
    const time = this.#time();
    return time === null ? null : tells(time, this.#context.description.url);
  }

  ahead(): number {
    const { buffered, currentTime } = this.#media;
    if (!buffered.length || buffered.start(0) > currentTime) return 0;
    return Math.max(0, (buffered.end(0) - currentTime) * 1_000);
  }

  target(): number | null {
    return this.#isLive ? (this.#options.target ?? TARGET_MS) : null;
  }

  latency(): number | null {
    const now = this.#time();
    if (!this.#isLive || !this.#playlist || now === null) return null;
    return this.#playlist.edge + (this.#context.host.now() - this.#loadedAt) - now;
  }

  frozen(): boolean {
    return this.#isLive && this.#loadedAt - this.#grewAt > 3 * SEGMENT_MS;
  }

  complete(): boolean {
    return this.#playlist?.ended === true;
  }

  window(): readonly [from: number, to: number] | null {
    return this.#playlist && [this.#playlist.first, this.#playlist.edge];
  }

  seek(programTime: number | null): void {
    if (!this.#playlist) return;
    const isPublished = this.#isPublished(programTime);
    const program = isPublished ? programTime : this.#playlist.edge - TARGET_MS;
    const seconds = (program - this.#origin) / 1_000;
    const { buffered } = this.#media;
    const isBuffered = seconds >= buffered.start(0) && seconds < buffered.end(0);
    if (isBuffered) this.#media.currentTime = seconds;
    else this.#startAt(program);
  }

  attach(media: HTMLMediaElement, programTime: number | null): void {
    const from = this.#isPublished(programTime) ? programTime : this.#time();
    this.#release();
    this.#media = media as unknown as FakeMedia;
    this.#media.src = this.#context.description.url;
    if (this.#playlist) this.#startAt(from ?? this.#playlist.edge - TARGET_MS);
  }

  close(): void {
    this.#release();
    this.#onPlaylist();
  }

  /** What is not published yet cannot be sought. */
  #isPublished(programTime: number | null): programTime is number {
    return programTime !== null && programTime < (this.#playlist?.edge ?? 0);
  }

  /** Epoch ms of what plays. */
  #time(): number | null {
    return this.#playlist && this.#origin + this.#media.currentTime * 1_000;
  }

  get #isLive(): boolean {
    return this.#playlist !== null && !this.#playlist.ended;
  }

  #release(): void {
    this.#media.removeAttribute('src');
    this.#media.load();
  }

  /** The loops end with the run; any other error is the run's own. */
  async #guard(loop: () => Promise<void>): Promise<void> {
    try {
      await loop();
    } catch (error) {
      if (!this.#context.signal.aborted) this.#context.fail(error as EarshotError);
    }
  }

  async #follow(): Promise<void> {
    const { host, signal, description } = this.#context;
    while (!signal.aborted) {
      const answer = await this.#context.request({ url: description.url, purpose: 'playlist' });
      if (signal.aborted) return;
      this.#take(JSON.parse(textOf(answer.body)) as FakePlaylist);
      if (this.#playlist?.ended) return;
      await sleep(host, SEGMENT_MS, signal);
    }
  }

  #take(playlist: FakePlaylist): void {
    const { host, from } = this.#context;
    const known = this.#playlist;
    this.#loadedAt = host.now();
    if (playlist.edge !== known?.edge) this.#grewAt = this.#loadedAt;
    this.#playlist = playlist;
    if (!known) {
      this.#origin = playlist.first - WINDOW_MS;
      const edge = playlist.ended ? playlist.first : playlist.edge - TARGET_MS;
      const latest = playlist.ended ? playlist.edge : edge;
      this.#startAt(from === null ? edge : Math.max(playlist.first, Math.min(from, latest)));
    }
    this.#onPlaylist();
  }

  #startAt(program: number): void {
    this.#epoch++;
    this.#next = Math.floor(program / SEGMENT_MS);
    this.#media.clear((this.#next * SEGMENT_MS - this.#origin) / 1_000);
    this.#media.currentTime = (program - this.#origin) / 1_000;
    // It loads from there at once, whatever it waited for.
    this.#onPlaylist();
  }

  async #load(): Promise<void> {
    const { host, signal } = this.#context;
    while (!signal.aborted) {
      const playlist = this.#playlist;
      if (!playlist || (this.#next + 1) * SEGMENT_MS > playlist.edge) {
        if (playlist?.ended) return this.#playOut();
        await new Promise<void>((resolve) => {
          this.#onPlaylist = resolve;
        });
      } else if (this.ahead() >= MOST_AHEAD_MS) {
        await sleep(host, SEGMENT_MS, signal);
      } else {
        await this.#loadSegment();
      }
    }
  }

  async #loadSegment(): Promise<void> {
    const epoch = this.#epoch;
    const url = new URL(`${this.#next}.seg`, this.#context.description.url).href;
    const answer = await this.#context.request({ url, purpose: 'segment', tries: 2 });
    if (epoch !== this.#epoch || this.#context.signal.aborted) return;
    if (textOf(answer.body) !== 'sound') {
      throw new EarshotError('media', 'The segment is corrupt.', { url });
    }
    this.#next++;
    this.#media.append(SEGMENT_MS / 1_000);
  }

  async #playOut(): Promise<void> {
    const { host, signal } = this.#context;
    this.#media.complete();
    while (!signal.aborted && !this.#media.ended) await sleep(host, 1_000, signal);
    if (!signal.aborted) this.#context.finish();
  }
}

export interface FakeSourceOptions {
  readonly kinds?: readonly string[];
  /** Ms that `open()` takes, as when a chunk is loaded first. */
  readonly opensIn?: number;
  /** Told of each run before it opens. */
  readonly onOpen?: (context: SourceContext) => void;
  /** What it says it aims for behind live, ms; a low-latency source says little. */
  readonly target?: number;
  /** What the source of a URL tells of a program time. Default: the truth. */
  readonly tells?: (time: number, url: string) => number | null;
}

/** The source of FakeHosts, so that whole sessions run without a browser's media. */
export const fakeSource = (options: FakeSourceOptions = {}): Source => ({
  kinds: options.kinds ?? ['hls', 'recording'],
  supports: () => true,
  async open(context) {
    options.onOpen?.(context);
    if (options.opensIn) await sleep(context.host, options.opensIn, context.signal);
    return new FakeRun(context, options);
  },
});

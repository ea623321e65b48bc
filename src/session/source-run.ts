import type { Governor } from '../governor/api.ts';
import type { Guard } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription } from '../policy/document.ts';
import { type EarshotError, earshotError, errorAt, type Purpose } from '../policy/errors.ts';
import { addLook, isAdvancing, type Look } from '../policy/hearing.ts';
import type { Facts } from '../policy/model.ts';
import type { Wait } from '../policy/state.ts';
import type { Climb, Source, SourceRequest, SourceRun } from '../sources/source.ts';

/** What one generation is started with. */
export interface RunningSourceOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly description: SourceDescription;
  readonly sources: readonly Source[];
  readonly media: HTMLMediaElement;
  readonly from: number | null;
  readonly joins: Climb | null;
  /** Program time that the listener hears now. */
  heard(): number | null;
  /** What goes along with each request to the source's own origin. */
  readonly guard: Guard | undefined;
  /** It has its element. */
  onOpen(): void;
  onFail(error: EarshotError): void;
  /** Something to be told that the run lives on with. */
  tell(error: EarshotError): void;
  onFinish(): void;
}

/** What browsers tell of an element's sound besides its time, each in its own way. */
type Decoding = HTMLMediaElement & {
  readonly videoWidth?: number;
  readonly webkitAudioDecodedByteCount?: number;
  readonly mozHasAudio?: boolean;
};

/** One generation of a source: its signal, its requests, its looks. A late word of it is dropped. */
export class RunningSource {
  run: SourceRun | null = null;
  media: HTMLMediaElement;
  readonly description: SourceDescription;
  readonly #options: RunningSourceOptions;
  readonly #controller = new AbortController();
  /** Aborts as it is dropped. */
  readonly signal = this.#controller.signal;
  /** The last request for each purpose. */
  readonly #asked = new Map<Purpose, SourceRequest>();
  #looks: readonly Look[] = [];
  /** Bytes of sound that were decoded at the last look, and the media time until then. */
  #decoded = Number.NaN;
  #soundedAt = 0;
  /** What it waits for at its door. */
  #queued: Wait | null = null;

  constructor(options: RunningSourceOptions) {
    const { media, description, onFail } = options;
    this.#options = options;
    this.media = media;
    this.description = description;
    const fail = (error: unknown) => {
      if (this.#controller.signal.aborted) return;
      onFail(earshotError(error, description.url, 'media'));
    };
    this.#open(options, fail).catch(fail);
  }

  /** Looks at the element once more and tells what that shows. */
  facts(wanted: boolean): Facts {
    const { run, media } = this;
    const { host, governor } = this.#options;
    const now = host.now();
    // Liveness first: it brings what the rest is judged by up to date.
    const liveness = run?.liveness?.() ?? null;
    const sounded = run?.soundedMs?.() ?? this.#sounded();
    this.#looks = wanted && !media.paused ? addLook(this.#looks, [host.elapsed(), sounded]) : [];
    const waits = [...this.#asked.values()].map((ask) => governor.waitOf(ask.url, ask));
    const [asked = null] = waits.sort((a, b) => (b?.until ?? 0) - (a?.until ?? 0));
    // At a door that has drawn anew its requests wait for the turn, whether or not one was refused.
    const turn = this.#options.guard?.position().turn ?? 0;
    const isQueued = turn > Math.max(now, asked?.until ?? 0);
    this.#queued = isQueued ? (this.#queued ?? this.#wait(now)) : null;
    const wait = this.#queued ? { ...(asked ?? this.#queued), until: turn } : asked;
    return {
      isAdvancing: liveness === 'lost' && !run?.ahead() ? false : isAdvancing(this.#looks),
      ahead: run?.ahead() ?? 0,
      target: run?.target() ?? null,
      isFrozen: run?.frozen() ?? false,
      isComplete: run?.complete?.() ?? false,
      liveness,
      wait,
    };
  }

  #wait(since: number): Wait {
    const error = errorAt(this.description.url, 'turned-away', 'the door has drawn anew.');
    return { until: since, since, attempt: 0, error };
  }

  /** Media time in ms up to which sound has come: a picture that moves on without any is no proof. */
  #sounded(): number {
    const { currentTime, videoWidth, webkitAudioDecodedByteCount, mozHasAudio } = this
      .media as Decoding;
    const decoded = webkitAudioDecodedByteCount ?? Number.NaN;
    const isMute = videoWidth && (mozHasAudio === false || decoded === this.#decoded);
    this.#decoded = decoded;
    if (!isMute) this.#soundedAt = currentTime * 1_000;
    return this.#soundedAt;
  }

  /** The run goes on in another element. */
  move(media: HTMLMediaElement, programTime: number | null): void {
    this.run?.attach(media, programTime);
    this.media = media;
    this.#looks = [];
  }

  close(): void {
    this.#controller.abort();
    this.run?.close();
    this.run = null;
  }

  async #open(options: RunningSourceOptions, fail: (error: unknown) => void): Promise<void> {
    const { sources, governor, guard, onOpen, onFinish, ...context } = options;
    const { host, description } = context;
    const { origin } = new URL(description.url);
    const { signal } = this.#controller;
    const guardOf = (url: string) => (new URL(url).origin === origin ? guard : undefined);
    const source = sources.find(
      (one) => one.kinds.includes(description.kind) && one.supports(host),
    );
    if (!source) {
      const { kind, url } = description;
      throw errorAt(url, 'unsupported', `nothing in the option sources plays ${kind} here.`);
    }
    const run = await source.open({
      ...context,
      signal,
      fail,
      finish: () => signal.aborted || onFinish(),
      sendBeforeLeaving: (ask) => governor.sendBeforeLeaving({ ...ask, guard: guardOf(ask.url) }),
      request: (ask) => {
        this.#asked.set(ask.purpose, ask);
        return governor.request({ signal, ...ask, guard: guardOf(ask.url) });
      },
    });
    if (signal.aborted) return run.close();
    this.run = run;
    onOpen();
  }
}

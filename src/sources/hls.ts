import type Hls from 'hls.js';
import type { ErrorData, HlsConfig, LevelDetails, LoaderConfig } from 'hls.js';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';
import { governedLoader } from './hls-loader.ts';
import { mediaTimeAt, programTimeAt } from './hls-time.ts';
import type { Source, SourceContext, SourceRun } from './source.ts';

/** hls.js's class: the full build, the light one, or one's own that extends either. */
export type HlsClass = typeof Hls;

/** What {@link hls} can be told. */
export interface HlsOptions {
  /** The class, or what imports it when it is first needed. Default: `hls.js/light`, lazily. */
  readonly Hls?: HlsClass | (() => Promise<HlsClass>);
  /** More configuration for hls.js. Its loader and its retries remain the governor's. */
  readonly config?: Partial<HlsConfig>;
}

const LIGHT = async (): Promise<HlsClass> => (await import('hls.js/light')).default;

// The governor owns the time limits and the retries of every request.
const ungoverned: LoaderConfig = {
  maxTimeToFirstByteMs: Number.POSITIVE_INFINITY,
  maxLoadTimeMs: Number.POSITIVE_INFINITY,
  timeoutRetry: null,
  errorRetry: null,
};
// A retry configuration, if of none, is what lets hls.js skip a segment that is gone.
const skipping: LoaderConfig = {
  ...ungoverned,
  errorRetry: { maxNumRetry: 0, retryDelayMs: 0, maxRetryDelayMs: 0, shouldRetry: () => false },
};

const configOf = (context: SourceContext, own: Partial<HlsConfig>): Partial<HlsConfig> => ({
  // An event lasts for hours: what was heard is let go, and workers would need a CSP exception.
  backBufferLength: 30,
  enableWorker: false,
  liveDurationInfinity: true,
  ...own,
  autoStartLoad: false,
  loader: governedLoader(context),
  manifestLoadPolicy: { default: ungoverned },
  playlistLoadPolicy: { default: ungoverned },
  keyLoadPolicy: { default: ungoverned },
  steeringManifestLoadPolicy: { default: ungoverned },
  fragLoadPolicy: { default: skipping },
});

const RECOVER_EVERY = 10_000;

class HlsRun implements SourceRun {
  readonly #hls: Hls;
  readonly #context: SourceContext;
  #media: HTMLMediaElement;
  #from: number | null;
  #end = -1;
  #grewAt = 0;
  #loadedAt = 0;
  #recoveredAt = Number.NEGATIVE_INFINITY;

  constructor(HlsJs: HlsClass, context: SourceContext, config: Partial<HlsConfig>) {
    this.#context = context;
    this.#media = context.media;
    this.#from = context.from;
    const { Events } = HlsJs;
    const hls = new HlsJs(configOf(context, config));
    this.#hls = hls;
    hls.on(Events.MANIFEST_PARSED, () => hls.startLoad(this.#take() ?? -1));
    hls.on(Events.LEVEL_UPDATED, (_event, { details }) => this.#onPlaylist(details));
    hls.on(Events.ERROR, (_event, data) => this.#onError(data));
    hls.on(Events.MEDIA_ENDED, () => context.finish());
    hls.loadSource(context.description.url);
    hls.attachMedia(context.media);
  }

  programTime(): number | null {
    const details = this.#details;
    return details && programTimeAt(details, this.#media.currentTime);
  }

  ahead(): number {
    return aheadOf(this.#media);
  }

  target(): number | null {
    const target = this.#details?.live ? this.#hls.targetLatency : null;
    return target === null ? null : target * 1_000;
  }

  latency(): number | null {
    const details = this.#details;
    if (!details?.live) return null;
    return (details.edge + details.age - this.#media.currentTime) * 1_000;
  }

  frozen(): boolean {
    const details = this.#details;
    return !!details?.live && this.#loadedAt - this.#grewAt > 3_000 * details.targetduration;
  }

  seek(programTime: number | null): void {
    const details = this.#details;
    const seconds =
      (programTime !== null && details && mediaTimeAt(details, programTime)) ||
      this.#hls.liveSyncPosition;
    if (seconds) this.#media.currentTime = seconds;
  }

  attach(media: HTMLMediaElement, programTime: number | null): void {
    const hls = this.#hls;
    const details = this.#details;
    const seconds =
      (details && programTime !== null && mediaTimeAt(details, programTime)) ||
      this.#media.currentTime;
    hls.detachMedia();
    this.#media = media;
    hls.attachMedia(media);
    hls.startLoad(seconds);
  }

  close(): void {
    this.#hls.destroy();
  }

  get #details(): LevelDetails | null {
    return this.#hls.latestLevelDetails;
  }

  /** Where to start, in seconds of media time, once the window is known; told once. */
  #take(): number | null {
    const details = this.#details;
    if (this.#from === null || !details) return null;
    const seconds = mediaTimeAt(details, this.#from);
    this.#from = null;
    return seconds;
  }

  #onPlaylist(details: LevelDetails): void {
    const now = this.#context.host.now();
    this.#loadedAt = now;
    const end = details.endSN + details.lastPartIndex / 1_000;
    if (end !== this.#end) this.#grewAt = now;
    this.#end = end;
    // A multivariant playlist tells its window only with its first level.
    const start = this.#take();
    if (start !== null) this.#hls.startLoad(start);
  }

  #onError(data: ErrorData): void {
    if (!data.fatal) return;
    const now = this.#context.host.now();
    if (data.type === 'mediaError' && now - this.#recoveredAt > RECOVER_EVERY) {
      this.#recoveredAt = now;
      return this.#hls.recoverMediaError();
    }
    const cause: unknown = data.networkDetails;
    this.#context.fail(
      isEarshotError(cause)
        ? cause
        : new EarshotError('media', `The media cannot be played: ${data.details}.`, {
            cause: data.error,
          }),
    );
  }
}

/**
 * HLS and Low-Latency HLS by hls.js, wherever there are Media Source Extensions. hls.js is loaded
 * when the first source opens; all its requests pass the governor, and none of its own retries is on.
 */
export const hls = ({ Hls: given = LIGHT, config = {} }: HlsOptions = {}): Source => {
  let loading: Promise<HlsClass> | undefined;
  const load = () => ('isSupported' in given ? Promise.resolve(given) : given());
  return {
    kinds: ['hls', 'recording'],
    supports: () => 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis,
    async open(context) {
      loading ??= load();
      let HlsJs: HlsClass;
      try {
        HlsJs = await loading;
      } catch (cause) {
        // A chunk that did not arrive may arrive next time.
        loading = undefined;
        throw new EarshotError('network', 'hls.js could not be loaded.', { cause });
      }
      context.signal.throwIfAborted();
      if (!HlsJs.isSupported()) {
        throw new EarshotError('unsupported', 'hls.js cannot play in this browser.');
      }
      return new HlsRun(HlsJs, context, config);
    },
  };
};

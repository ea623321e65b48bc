import type Hls from 'hls.js';
import type { ErrorData, HlsConfig, LevelDetails } from 'hls.js';
import type { GovernedResponse } from '../governor/exchange.ts';
import { errorAt, isEarshotError } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';
import type { Cmcd } from './cmcd.ts';
import { leaveOut, worthOf } from './hls-alternatives.ts';
import { resetAtInit } from './hls-init.ts';
import { governedLoader } from './hls-loader.ts';
import type { HlsClass, HlsOptions } from './hls-options.ts';
import { watchRestarts } from './hls-restart-watch.ts';
import { startingAt } from './hls-start.ts';
import { mediaTimeAt, programTimeAt } from './hls-time.ts';
import { needsWhole } from './playlist-checks.ts';
import type { SourceContext, SourceRun } from './source.ts';

const RECOVER_EVERY = 10_000;
// Two stalls within this, and parts are no longer played as soon as they come.
const STALLS_WITHIN = 30_000;
// A playlist without news is asked for again after half a target duration.
const MISSES = 6;

// The governor owns the time limits and the retries of every request.
const load = { maxTimeToFirstByteMs: Infinity, maxLoadTimeMs: Infinity, timeoutRetry: null };
const ungoverned = { default: { ...load, errorRetry: null } };
// A retry configuration, if of none, is what lets hls.js skip a segment that is gone.
const none = { maxNumRetry: 0, retryDelayMs: 0, maxRetryDelayMs: 0, shouldRetry: () => false };

/** One run of hls.js: its settings, its errors, and its element. */
export class HlsRun implements SourceRun {
  #hls!: Hls;
  #media: HTMLMediaElement;
  #recoveredAt = -Infinity;
  #stalledAt = -Infinity;
  /** The playlist that showed that another build is needed: it is not asked for again. */
  #kept: readonly [url: string, answer: GovernedResponse] | null = null;

  constructor(
    HlsJs: HlsClass,
    context: SourceContext,
    { config = {}, cmcd = (asked) => asked }: HlsOptions,
    whole: () => Promise<HlsClass>,
  ) {
    this.#media = context.media;
    this.#start(HlsJs, context, config, cmcd, whole);
  }

  #start(
    HlsJs: HlsClass,
    context: SourceContext,
    config: Partial<HlsConfig>,
    cmcd: Cmcd,
    whole: () => Promise<HlsClass>,
  ): void {
    const { host, fail, finish, from, description, signal } = context;
    const { Events, ErrorDetails, DefaultConfig } = HlsJs;
    const media = this.#media;
    let start = from;
    let startsAt = 0;
    const restarts = watchRestarts();
    const edit = async (given: string, url: string, answer: GovernedResponse) => {
      if (!DefaultConfig.audioStreamController && needsWhole(given)) {
        this.#kept = [url, answer];
        hls.destroy();
        const go = async () => {
          const Whole = await whole();
          if (!signal.aborted) this.#start(Whole, context, config, cmcd, whole);
        };
        go().catch(fail);
      }
      const playlist = await restarts.edit(given, url);
      return start === null ? playlist : startingAt(playlist, start);
    };
    const request: SourceContext['request'] = async (asked) => {
      const [url, answer] = this.#kept ?? [];
      if (!answer || asked.url !== url) return context.request(asked);
      this.#kept = null;
      return answer;
    };
    const hls = new HlsJs({
      // An event lasts for hours: what was heard is let go.
      backBufferLength: 30,
      // A worker from a blob, and a text track from a data URL, would need exceptions in a strict CSP.
      enableWorker: false,
      enableID3MetadataCues: false,
      enableEmsgMetadataCues: false,
      liveDurationInfinity: true,
      // The first segment need not wait for an element that is still opening: else it may wait 100 ms for the next look.
      startFragPrefetch: true,
      ...config,
      autoStartLoad: false,
      loader: governedLoader(
        config.loader ?? DefaultConfig.loader,
        { request, host },
        edit,
        ({ url, ...asked }, loading) =>
          cmcd(
            { ...asked, url: restarts.urlOf(url), ...worthOf(hls, loading, aheadOf(this.#media)) },
            loading,
            hls,
          ),
        (loading) => leaveOut(hls, loading),
      ),
      manifestLoadPolicy: ungoverned,
      playlistLoadPolicy: ungoverned,
      keyLoadPolicy: ungoverned,
      steeringManifestLoadPolicy: ungoverned,
      fragLoadPolicy: { default: { ...load, errorRetry: none } },
    });
    this.#hls = hls;
    hls.on(Events.BUFFER_CREATED, (_, { tracks }) => {
      for (const { buffer } of Object.values(tracks)) resetAtInit(buffer);
    });
    hls.on(Events.MANIFEST_PARSED, () => hls.startLoad());
    hls.on(Events.LEVEL_UPDATED, (_, { details: { edge, startTimeOffset } }) => {
      if (start !== null && startTimeOffset !== null) startsAt = edge + startTimeOffset;
      start = null;
    });
    // hls.js goes to the start only when it has no more parts to load: over a slow network, a second late.
    hls.on(Events.BUFFER_APPENDED, () => {
      const { buffered } = media;
      if (!startsAt || !buffered.length || buffered.end(0) <= startsAt) return;
      media.currentTime = Math.max(startsAt, buffered.start(0), media.currentTime);
      startsAt = 0;
    });
    hls.on(
      Events.ERROR,
      (_, { fatal, type, networkDetails, details, error, response }: ErrorData) => {
        if (details === ErrorDetails.BUFFER_STALLED_ERROR) {
          if (host.now() - this.#stalledAt < STALLS_WITHIN) hls.lowLatencyMode = false;
          this.#stalledAt = host.now();
        }
        if (!fatal) return;
        if (type === 'mediaError' && host.now() - this.#recoveredAt > RECOVER_EVERY) {
          this.#recoveredAt = host.now();
          hls.recoverMediaError();
          // It goes on by itself only from a position, and there may be none yet.
          return media.currentTime ? undefined : hls.startLoad();
        }
        const cause: unknown = networkDetails;
        const { url = description.url, code: status } = response ?? {};
        const what = `hls.js: ${details}. ${error.message}`;
        fail(isEarshotError(cause) ? cause : errorAt(url, 'media', what, { status, cause: error }));
      },
    );
    hls.on(Events.MEDIA_ENDED, finish);
    hls.loadSource(description.url);
    hls.attachMedia(media);
  }

  programTime(): number | null {
    return this.#details && programTimeAt(this.#details, this.#media.currentTime);
  }

  ahead(): number {
    return aheadOf(this.#media);
  }

  target(): number | null {
    return this.#details?.live ? (this.#hls.targetLatency ?? 0) * 1_000 : null;
  }

  latency(): number | null {
    const details = this.#details;
    return details?.live ? (details.edge + details.age - this.#media.currentTime) * 1_000 : null;
  }

  frozen(): boolean {
    const details = this.#details;
    return !!details?.live && details.misses >= MISSES;
  }

  complete(): boolean {
    return this.#details?.live === false;
  }

  seek(programTime: number | null): void {
    const seconds = this.#secondsOf(programTime) || this.#hls.liveSyncPosition;
    if (seconds) this.#media.currentTime = seconds;
  }

  attach(media: HTMLMediaElement, programTime: number | null): void {
    const hls = this.#hls;
    const seconds = this.#secondsOf(programTime) || this.#media.currentTime;
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

  #secondsOf(programTime: number | null): number {
    return programTime !== null && this.#details ? mediaTimeAt(this.#details, programTime) : 0;
  }
}

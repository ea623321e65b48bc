import type { ErrorData, LevelDetails } from 'hls.js';
import type { GovernedResponse } from '../governor/exchange.ts';
import { errorAt, isEarshotError } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';
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
// After two stalls within this time, hls.js no longer plays parts as soon as they arrive.
const STALLS_WITHIN = 30_000;
// A playlist without news is reloaded after half a target duration.
const MISSES = 6;

// The governor controls the timeouts and retries of every request.
const load = { maxTimeToFirstByteMs: Infinity, maxLoadTimeMs: Infinity, timeoutRetry: null };
const ungoverned = { default: { ...load, errorRetry: null } };
// hls.js skips a missing segment only if there is a retry configuration, even one of zero retries.
const none = { maxNumRetry: 0, retryDelayMs: 0, maxRetryDelayMs: 0, shouldRetry: () => false };

/**
 * One run of hls.js: its settings, its errors, and its element.
 *
 * @param whole loads the full hls.js, for a playlist that the light build cannot play.
 */
export const runHls = (
  Hls: HlsClass,
  context: SourceContext,
  { config = {}, cmcd = (asked) => asked }: HlsOptions,
  whole: () => Promise<HlsClass>,
): SourceRun => {
  const { host, fail, finish, from, description, signal } = context;
  let { media } = context;
  let hls: InstanceType<HlsClass>;
  let recoveredAt = -Infinity;
  let stalledAt = -Infinity;
  /** The playlist that needs the full build: it is not requested again. */
  let kept: readonly [url: string, answer: GovernedResponse] | null = null;

  const request: SourceContext['request'] = async (asked) => {
    const [url, answer] = kept ?? [];
    if (!answer || asked.url !== url) return context.request(asked);
    kept = null;
    return answer;
  };

  const start = (Class: HlsClass) => {
    const { Events, ErrorDetails, DefaultConfig } = Class;
    let wanted = from;
    let startsAt = 0;
    const restarts = watchRestarts();
    const edit = async (given: string, url: string, answer: GovernedResponse) => {
      if (!DefaultConfig.audioStreamController && needsWhole(given)) {
        kept = [url, answer];
        hls.destroy();
        const restart = async () => {
          const Whole = await whole();
          if (!signal.aborted) start(Whole);
        };
        restart().catch(fail);
      }
      const playlist = await restarts.edit(given, url);
      return wanted === null ? playlist : startingAt(playlist, wanted);
    };
    hls = new Class({
      // An event lasts for hours: drop what has played.
      backBufferLength: 30,
      // A worker from a blob, or a text track from a data URL, would need exceptions in a strict CSP.
      enableWorker: false,
      enableID3MetadataCues: false,
      enableEmsgMetadataCues: false,
      enableDateRangeMetadataCues: false,
      liveDurationInfinity: true,
      // Load the first segment before the element has opened; otherwise it may wait 100 ms for the next check.
      startFragPrefetch: true,
      ...config,
      autoStartLoad: false,
      loader: governedLoader(
        config.loader ?? DefaultConfig.loader,
        { request, host },
        edit,
        ({ url, ...asked }, loading) =>
          cmcd(
            { ...asked, url: restarts.urlOf(url), ...worthOf(hls, loading, aheadOf(media)) },
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
    hls.on(Events.BUFFER_CREATED, (_, { tracks }) => {
      for (const { buffer } of Object.values(tracks)) resetAtInit(buffer);
    });
    hls.on(Events.MANIFEST_PARSED, () => hls.startLoad());
    hls.on(Events.LEVEL_UPDATED, (_, { details: { edge, startTimeOffset } }) => {
      if (wanted !== null && startTimeOffset !== null) startsAt = edge + startTimeOffset;
      wanted = null;
    });
    // hls.js seeks to the start only when it has no more parts to load: on a slow network, a second late.
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
          if (host.now() - stalledAt < STALLS_WITHIN) hls.lowLatencyMode = false;
          stalledAt = host.now();
        }
        if (!fatal) return;
        if (type === 'mediaError' && host.now() - recoveredAt > RECOVER_EVERY) {
          recoveredAt = host.now();
          hls.recoverMediaError();
          // hls.js resumes by itself only from a position, and there may be none yet.
          return media.currentTime ? undefined : hls.startLoad();
        }
        const cause: unknown = networkDetails;
        const { url = description.url, code: status } = response ?? {};
        const what = `hls.js: ${details}. ${error.message}`;
        fail(isEarshotError(cause) ? cause : errorAt(url, 'media', what, { status, cause: error }));
      },
    );
    hls.on(Events.MEDIA_ENDED, finish);
    context.cues?.follow(hls, context);
    hls.loadSource(description.url);
    hls.attachMedia(media);
  };

  /** The details of the last playlist. */
  const details = (): LevelDetails | null => hls.latestLevelDetails;
  const secondsOf = (programTime: number | null): number => {
    const known = details();
    return programTime !== null && known ? mediaTimeAt(known, programTime) : 0;
  };

  start(Hls);
  return {
    programTime() {
      const known = details();
      return known && programTimeAt(known, media.currentTime);
    },
    ahead: () => aheadOf(media),
    target: () => (details()?.live ? (hls.targetLatency ?? 0) * 1_000 : null),
    latency() {
      const known = details();
      return known?.live ? (known.edge + known.age - media.currentTime) * 1_000 : null;
    },
    frozen() {
      const known = details();
      return !!known?.live && known.misses >= MISSES;
    },
    complete: () => details()?.live === false,
    window() {
      const known = details();
      // The first segment of a live playlist may be gone before it has loaded.
      const first = known?.fragments[known.live ? 1 : 0];
      const from = known && first && programTimeAt(known, first.start);
      return known && from ? [from, programTimeAt(known, known.edge) ?? from] : null;
    },
    seek(programTime) {
      const seconds = secondsOf(programTime) || hls.liveSyncPosition;
      if (seconds) media.currentTime = seconds;
    },
    attach(next, programTime) {
      const seconds = secondsOf(programTime) || media.currentTime;
      hls.detachMedia();
      media = next;
      hls.attachMedia(media);
      hls.startLoad(seconds);
    },
    close: () => hls.destroy(),
  };
};

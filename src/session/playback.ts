import type { Host } from '../host/host.ts';
import { LATE_AFTER_MS } from '../policy/defaults.ts';
import { CATCH_UP_RATE, catchUpRate, HOLD_BACK_RATE } from '../policy/hearing.ts';
import type { Loop } from './loop.ts';
import type { ListenerAction, MediaElements } from './media-elements.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import type { Runs } from './runs.ts';
import type { Swaps } from './swap.ts';

/** The options of the playback. */
export interface PlaybackOptions {
  readonly host: Host;
  readonly loop: Loop;
  readonly runs: Runs;
  readonly outputs: MediaElements;
  readonly swaps: Pick<Swaps, 'swappedAt'>;
  readonly hush: PauseAfterFall;
  /** The listener pauses. */
  onPause(): void;
}

/** Keeps the active element playing, with all rules for autoplay, hidden pages and iOS. */
export interface Playback {
  /** Plays. If the browser requires a user gesture, the status becomes `blocked`. */
  play(): void;
  /** Keeps the active element playing, at the rate that brings it back to live. */
  keepPlaying(): void;
  goLive(): void;
  /** The listener wants sound, or has paused. */
  want(wanted: boolean): void;
  /** An action at an element, by the listener or by the browser. */
  onAction(action: ListenerAction): void;
  stop(): void;
}

export const createPlayback = (options: PlaybackOptions): Playback => {
  const { host, loop, runs, outputs, swaps, hush, onPause } = options;
  /** Since when the page is hidden, monotonic ms; NaN: visible. */
  let hiddenAt = Number.NaN;
  let isStarting = false;
  let stopReturn = () => {};

  const start = async () => {
    if (isStarting) return;
    isStarting = true;
    try {
      await outputs.active.play();
    } catch (error) {
      // Only this error means blocked; the others come from a source that failed or was replaced.
      const blocked = (error as Error).name === 'NotAllowedError' && loop.model.playWhenReady;
      if (blocked) loop.dispatch({ type: 'blocked', blocked });
    }
    isStarting = false;
  };
  const play = () => void start();

  const goLive = () => {
    hush(runs.active(), runs.word, null, true);
    const run = runs.active()?.run;
    run?.seek(null);
    // Also in a pause: playback must not continue at the word before it.
    runs.word = run?.programTime() ?? null;
    // The empty buffer is no fault, except where there is none.
    if (!run?.liveness)
      loop.dispatch({ type: 'seek', now: host.now(), from: null, isReplaying: false });
  };

  const want = (wanted: boolean) => {
    runs.noteWord();
    if (!wanted) onPause();
    loop.dispatch({ type: 'wanted', wanted });
  };

  const stopPage = host.onPage((event) => {
    if (event === 'hidden') hiddenAt = host.elapsed();
    if (event !== 'visible' && event !== 'pageshow') return;
    hiddenAt = Number.NaN;
    if (!loop.model.playWhenReady || !outputs.active.paused) return;
    // Jitter: many listeners return from the same break at once.
    stopReturn();
    stopReturn = host.timer(() => {
      goLive();
      play();
    }, host.random() * LATE_AFTER_MS);
  });

  return {
    play,
    goLive,
    want,
    keepPlaying() {
      const { playWhenReady, isBlocked, standby, active, isReplaying } = loop.model;
      const { run, media: element } = runs.active() ?? {};
      if (!run || !element || !playWhenReady || isBlocked) return;
      // Do not play what the browser paused in a hidden tab, nor live while the last word is on its way.
      if (element.paused && standby?.from == null && !(hiddenAt >= 0 && active?.hasPlayed)) play();
      const rate = element.playbackRate;
      // Any other rate is the listener's choice.
      if (standby || (rate !== 1 && rate !== CATCH_UP_RATE && rate !== HOLD_BACK_RATE)) return;
      const latency = isReplaying ? null : run.latency();
      element.playbackRate = catchUpRate(latency, run.target() ?? 0, run.ahead(), rate);
    },
    onAction(action) {
      const isJust = host.now() - swaps.swappedAt < LATE_AFTER_MS;
      if (action === 'volumechange') loop.publish();
      // So soon after a swap, the browser has paused the element, not the listener.
      else if (action === 'pause' && loop.model.playWhenReady && isJust) play();
      // A browser pauses hidden media at once; a later pause comes from the lock screen or a headset.
      else if (action === 'play' || !(host.elapsed() - hiddenAt < LATE_AFTER_MS))
        want(action === 'play');
    },
    stop() {
      stopReturn();
      stopPage();
    },
  };
};

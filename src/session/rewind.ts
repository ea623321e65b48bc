import type { Host } from '../host/host.ts';
import { OVERLAP_MS } from '../policy/defaults.ts';
import type { createEvents } from './events.ts';
import type { Loop } from './loop.ts';
import type { MediaElements } from './media-elements.ts';
import type { Resolved } from './options.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import type { Playback } from './playback.ts';
import type { Runs } from './runs.ts';
import type { Swaps } from './swap.ts';

/** The options of {@link createRewinding}. */
export interface RewindingOptions {
  readonly host: Host;
  readonly options: Resolved;
  readonly loop: Loop;
  readonly runs: Runs;
  readonly outputs: MediaElements;
  readonly swaps: Pick<Swaps, 'tellSwitch'>;
  readonly playback: Pick<Playback, 'goLive'>;
  readonly hush: PauseAfterFall;
  readonly on: ReturnType<typeof createEvents>['on'];
  observe(): void;
}

/** Goes to another program time: in the source that plays, or by a step down to one that has kept it. */
export interface Rewinding {
  /** See {@link Session.seek}. */
  seek(programTime: number): Promise<boolean>;
  /** See {@link Session.back}. */
  back(seconds: number): Promise<boolean>;
}

// A handover that is under way ends within this time.
const SWAP_WITHIN_MS = 10_000;
// A shorter pause just plays on.
const SHORT_PAUSE_MS = 1_000;
// A jump to live that gains less than this is not worth the skipped sound.
const WORTH_A_SKIP_MS = 4_000;
const SAME_WORD_MS = 250;
// What hides the first sound of a word (npm run bench:rewind). A browser plays from the next whole AAC frame on: half a
// frame earlier is the nearest. A change of sources adds the cross-fade and the start of the decoder.
const HIDDEN_MS = 10;
const HIDDEN_BY_CHANGE_MS = 60;

/**
 * Winds back, continues after a pause at the last word, and jumps to live if the options ask for it. Only a session
 * that needs one of these loads this code: at its first pause, for the last two.
 */
export const createRewinding = (options: RewindingOptions): Rewinding => {
  const { host, loop, runs, swaps, playback, hush, observe, on } = options;
  const { catchUp, maxBehind = Infinity, resume } = options.options;
  /** Program time up to which the listener has heard everything before. */
  let replayUntil = -Infinity;
  /** Monotonic ms of the listener's pause; NaN: not paused. */
  let pausedAt = loop.model.playWhenReady ? Number.NaN : host.elapsed();

  /** Resolves once `check` knows; it is called after every change of the state. */
  const outcome = (check: () => boolean | null): Promise<boolean> =>
    new Promise((resolve) => {
      const settle = () => {
        const known = loop.isOver() ? false : check();
        if (known === null) return;
        stop();
        resolve(known);
      };
      const stop = on('state', settle);
      settle();
    });

  const dispatch = (from: number | null, isReplaying: boolean) =>
    loop.dispatch({ type: 'seek', now: host.now(), from, isReplaying });

  /** Opens a source that has kept the word, and waits until it has taken over. */
  const stepBack = async (to: number, isReplaying: boolean): Promise<boolean> => {
    dispatch(to, isReplaying);
    const { standby } = loop.model;
    if (standby?.from !== to) return false;
    const { generation } = standby;
    return outcome(() => {
      const { active, standby: now } = loop.model;
      if (active?.generation === generation) return true;
      return now?.generation === generation ? null : false;
    });
  };

  const seekWithin = (to: number, isReplaying: boolean) => {
    const active = runs.active();
    // A deliberate step ends every pause after a fall.
    hush(active, runs.word, null, true);
    // First the seek: the next state must not show the old position as heard again.
    active?.run?.seek(to - HIDDEN_MS);
    runs.word = to;
    dispatch(null, isReplaying);
    observe();
  };

  /** A handover cannot be stopped. */
  const handedOver = async () => {
    let isLate = false;
    const cancel = host.timer(() => {
      isLate = true;
    }, SWAP_WITHIN_MS);
    await outcome(() => !loop.model.standby?.isSwapping || isLate || null);
    cancel();
  };

  const seek = async (to: number): Promise<boolean> => {
    if (!Number.isFinite(to)) return false;
    if (loop.model.standby?.isSwapping) await handedOver();
    const run = runs.active()?.run;
    const heard = runs.position();
    if (!run || heard === null || loop.isOver()) return false;
    const { isReplaying, playWhenReady } = loop.model;
    const until = Math.max(heard, isReplaying ? replayUntil : heard);
    const window = run.window?.();
    if (window) {
      const [from, edge] = window;
      const target = run.target();
      if (target !== null && to > edge - target) playback.goLive();
      else {
        // Nothing before the window can hide the first sound of its first word.
        const at = Math.max(from + HIDDEN_MS, Math.min(to, edge));
        replayUntil = until;
        seekWithin(at, at < until);
      }
      return true;
    }
    if (to >= heard) {
      run.seek(to);
      return true;
    }
    if (!playWhenReady) {
      // The source that has this word opens once the listener resumes.
      runs.word = to;
      loop.publish();
      return loop.state.seekable !== null;
    }
    replayUntil = until;
    return stepBack(to - HIDDEN_BY_CHANGE_MS, true);
  };

  /** Continues at the last word if a source still has it, else at the nearest. */
  const continueAtWord = () => {
    const { word } = runs;
    const active = runs.active();
    const { run } = active ?? {};
    const at = run?.programTime() ?? null;
    if (word === null || at === null || !active || !run) return;
    const tell = (shift: number) => swaps.tellSwitch(active.description, shift);
    const window = run.window?.();
    if (window) {
      const to = Math.max(word, window[0] + HIDDEN_MS);
      if (Math.abs(at - to) > SAME_WORD_MS) seekWithin(to, false);
      if (to > word) tell(to - word);
    } else if (run.liveness && at - word > SAME_WORD_MS) {
      // What came in part is heard again.
      stepBack(word - OVERLAP_MS, false).then((isBack) => {
        const now = runs.active()?.run?.programTime();
        if (!isBack && now) tell(now - word);
      });
    }
  };

  const onResume = () => {
    const paused = host.elapsed() - pausedAt;
    pausedAt = Number.NaN;
    if (!(paused > SHORT_PAUSE_MS)) return;
    if (resume === 'live') playback.goLive();
    else continueAtWord();
  };

  on('state', ({ status, programTime }) => {
    const { isReplaying, playWhenReady, standby } = loop.model;
    if (status === 'paused') pausedAt = Number.isNaN(pausedAt) ? host.elapsed() : pausedAt;
    else if (playWhenReady && !Number.isNaN(pausedAt)) onResume();
    if (isReplaying && standby?.from == null && (programTime ?? -Infinity) >= replayUntil)
      loop.dispatch({ type: 'replayed' });
    const run = runs.active()?.run;
    const latency = run?.latency() ?? 0;
    const most = Math.max(
      catchUp === 'skip' ? 0 : maxBehind,
      (run?.target() ?? 0) + WORTH_A_SKIP_MS,
    );
    if (loop.state.hearing && !isReplaying && latency > most) playback.goLive();
  });

  return {
    seek,
    async back(seconds) {
      const heard = loop.model.standby?.from ?? runs.position();
      return heard === null ? false : seek(heard - seconds * 1_000);
    },
  };
};

import type { CuesRun } from '../cues/cues.ts';
import type { Governor } from '../governor/api.ts';
import type { Host } from '../host/host.ts';
import type { Source } from '../sources/source.ts';
import type { Doors } from './doors.ts';
import type { Inbox } from './inbox.ts';
import type { Loop } from './loop.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import type { Playback } from './playback.ts';
import type { Runs } from './runs.ts';
import type { Swaps } from './swap.ts';

const OBSERVE_EVERY_MS = 250;
/** Packets are observed more often: each late tick is silence. */
const OBSERVE_REALTIME_EVERY_MS = 50;

/** The options of an observer. */
export interface ObserverOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly doors: Doors;
  readonly sources: readonly Source[];
  readonly loop: Loop;
  readonly runs: Runs;
  readonly swaps: Swaps;
  readonly playback: Playback;
  readonly hush: PauseAfterFall;
  readonly inbox: Inbox;
  readonly cues: CuesRun | undefined;
}

/** Observes the elements and the gates, and reports to the loop: four times a second, and on demand. */
export interface Observer {
  observe(): void;
  /** Starts to observe at intervals; the first observation is at once. */
  start(): void;
  stop(): void;
}

export const createObserver = (options: ObserverOptions): Observer => {
  const { host, governor, doors, sources, loop, runs } = options;
  const { swaps, playback, hush, inbox, cues } = options;
  let observedAt = 0;
  let stop = () => {};

  const observe = () => {
    const { active, standby, rungs } = loop.model;
    const now = host.now();
    const seen = runs.facts(active);
    hush(runs.active(), runs.word, seen?.isAdvancing);
    runs.noteWord();
    loop.dispatch({
      type: 'observed',
      now,
      waits: rungs.map(({ description }) => governor.waitOf(description.url)),
      positions: rungs.map(({ description }) => doors.position(description)),
      active: seen,
      standby: runs.facts(standby),
      documentWait: inbox.wait(),
      draw: host.random(),
    });
    if (loop.isOver()) return;
    const { hearing, source } = loop.state;
    const generation = loop.model.active?.generation;
    const running = runs.active();
    // Its first sound: the word before and the word after are both known.
    const isFirst = hearing && !active?.hasPlayed && generation !== swaps.generation;
    const first = (running?.run?.programTime() ?? Number.NaN) - (running?.advanced() ?? 0);
    const shift = isFirst && runs.word !== null ? first - runs.word : null;
    governor.hearing = hearing;
    const at = host.elapsed();
    if (hearing) {
      governor.creditHearing(Math.min(at - observedAt, 4 * OBSERVE_EVERY_MS));
      if (source) swaps.tellSwitch(source, shift);
      swaps.generation = generation;
      // When packets stop, there is no time left to load the code of the next source.
      if (runs.active()?.run?.liveness) for (const one of sources) one.prepare?.();
    }
    observedAt = at;
    playback.keepPlaying();
    cues?.observe();
  };

  const start = () => {
    observe();
    const isRealtime = [...runs.all.values()].some(({ run }) => run?.liveness);
    if (!loop.isOver())
      stop = host.timer(start, isRealtime ? OBSERVE_REALTIME_EVERY_MS : OBSERVE_EVERY_MS);
  };

  return { observe, start, stop: () => stop() };
};

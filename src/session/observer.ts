import type { Governor } from '../governor/api.ts';
import type { Host } from '../host/host.ts';
import type { Source } from '../sources/source.ts';
import type { Doors } from './doors.ts';
import type { Inbox } from './inbox.ts';
import type { Loop } from './loop.ts';
import type { MediaElements } from './media-elements.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import type { Playback } from './playback.ts';
import type { Runs } from './runs.ts';
import type { Swaps } from './swap.ts';

const OBSERVE_EVERY_MS = 250;
/** Packets are looked at more often: each tick that is late is silence. */
const OBSERVE_REALTIME_EVERY_MS = 50;

/** What an observer is made with. */
export interface ObserverOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly doors: Doors;
  readonly sources: readonly Source[];
  readonly loop: Loop;
  readonly outputs: MediaElements;
  readonly runs: Runs;
  readonly swaps: Swaps;
  readonly playback: Playback;
  readonly hush: PauseAfterFall;
  readonly inbox: Inbox;
}

/** Looks at the elements and the gates, and tells the loop what it saw: four times a second, and when asked to. */
export interface Observer {
  observe(): void;
  /** Begins to look at intervals; the first look is at once. */
  start(): void;
  stop(): void;
}

export const createObserver = (options: ObserverOptions): Observer => {
  const { host, governor, doors, sources, loop, outputs, runs } = options;
  const { swaps, playback, hush, inbox } = options;
  let observedAt = 0;
  let stop = () => {};

  const observe = () => {
    const { active, standby, rungs } = loop.model;
    const now = host.now();
    const seen = runs.facts(active);
    hush(runs.active(), runs.word, seen?.isAdvancing);
    if (outputs.pause === null) runs.word = runs.position();
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
    governor.hearing = hearing;
    const at = host.elapsed();
    if (hearing) {
      governor.creditHearing(Math.min(at - observedAt, 4 * OBSERVE_EVERY_MS));
      if (source) swaps.tellSwitch(source, null);
      // When packets stop there is no time left to load the code of what comes next.
      if (runs.active()?.run?.liveness) for (const one of sources) one.prepare?.();
    }
    observedAt = at;
    playback.keepPlaying();
  };

  const start = () => {
    observe();
    const isRealtime = [...runs.all.values()].some(({ run }) => run?.liveness);
    if (!loop.isOver())
      stop = host.timer(start, isRealtime ? OBSERVE_REALTIME_EVERY_MS : OBSERVE_EVERY_MS);
  };

  return { observe, start, stop: () => stop() };
};

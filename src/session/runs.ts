import type { Governor } from '../governor/api.ts';
import type { Host } from '../host/host.ts';
import { OVERLAP_MS } from '../policy/defaults.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Facts, Run } from '../policy/model.ts';
import type { Climb, Source } from '../sources/source.ts';
import type { Doors } from './doors.ts';
import type { Loop } from './loop.ts';
import type { MediaElements } from './media-elements.ts';
import { type RunningSource, runSource } from './source-run.ts';

/** What runs are made with. */
export interface RunsOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly doors: Doors;
  readonly sources: readonly Source[];
  readonly climb: Climb;
  readonly outputs: MediaElements;
  readonly loop: Loop;
  onError(error: EarshotError): void;
  observe(): void;
}

/** The sources that run: the one that is heard, and the one that is prepared. */
export interface Runs {
  /** Program time that was heard last, so that what comes next can go on from there; `null` if unknown. */
  word: number | null;
  readonly all: Map<number, RunningSource>;
  /** The one that is heard, or would be. */
  active(): RunningSource | undefined;
  /** Program time of the one that is heard, or what was heard last. */
  position(): number | null;
  facts(run: Run | null): Facts | null;
  open(run: Run, standby: boolean): void;
  drop(generation: number): void;
  fail(generation: number, error: EarshotError): void;
}

export const createRuns = (options: RunsOptions): Runs => {
  const { host, governor, sources, doors, outputs, climb, onError, observe, loop } = options;
  const all = new Map<number, RunningSource>();
  const runs: Runs = {
    word: null,
    all,
    active: () => all.get(loop.model.active?.generation ?? 0),
    position: () => runs.active()?.run?.programTime() ?? runs.word,
    facts(run) {
      const { playWhenReady, isBlocked } = loop.model;
      return all.get(run?.generation ?? 0)?.facts(playWhenReady && !isBlocked) ?? null;
    },
    open({ generation, rung }, standby) {
      const { word } = runs;
      const description = loop.model.rungs[rung]?.description;
      if (!description || loop.isOver()) return;
      const run = runSource({
        ...{ host, governor, sources, description },
        media: standby ? outputs.standby : outputs.active,
        // Of a realtime source the last word may have come in part.
        from: word !== null && runs.active()?.run?.liveness ? word - OVERLAP_MS : word,
        joins: standby ? climb : null,
        heard: runs.position,
        guard: doors.guard(description),
        // An element that got another resource has to be played anew.
        onOpen: observe,
        onFail: (error) => runs.fail(generation, error),
        tell: onError,
        onFinish: () => loop.dispatch({ type: 'finished', now: host.now(), generation }),
      });
      all.set(generation, run);
    },
    drop(generation) {
      all.get(generation)?.close();
      all.delete(generation);
    },
    fail(generation, error) {
      loop.dispatch({ type: 'failed', now: host.now(), generation, error });
      observe();
    },
  };
  return runs;
};

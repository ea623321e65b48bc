import type { Governor } from '../governor/api.ts';
import type { Host } from '../host/host.ts';
import { OVERLAP_MS } from '../policy/defaults.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Facts, Run } from '../policy/model.ts';
import type { CatchUp, Source, SourceCues, SourceRun } from '../sources/source.ts';
import type { Doors } from './doors.ts';
import type { Loop } from './loop.ts';
import type { MediaElements } from './media-elements.ts';
import { type RunningSource, runSource } from './source-run.ts';

/** The options of the runs. */
export interface RunsOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly doors: Doors;
  readonly sources: readonly Source[];
  readonly catchUp: CatchUp;
  readonly cues: SourceCues | undefined;
  readonly outputs: MediaElements;
  readonly loop: Loop;
  onError(error: EarshotError): void;
  observe(): void;
}

/** The running sources: the active one, and the standby. */
export interface Runs {
  /** Program time of the last sound, from which the next source can continue; `null` if unknown. */
  word: number | null;
  readonly all: Map<number, RunningSource>;
  /** The run that plays, or is about to. */
  active(): RunningSource | undefined;
  /** Notes the position as the last sound, unless the listener hears nothing of it. */
  noteWord(): void;
  /** Program time of the active run, or of the last sound. */
  position(): number | null;
  facts(run: Run | null): Facts | null;
  open(run: Run, standby: boolean): void;
  drop(generation: number): void;
  fail(generation: number, error: EarshotError): void;
}

export const createRuns = (options: RunsOptions): Runs => {
  const { host, governor, sources, cues, doors, outputs, catchUp, onError, observe, loop } =
    options;
  const all = new Map<number, RunningSource>();
  /** What has arrived still plays, unless its element is taken away. The last word may have come only in part. */
  const lastWord = (word: number, run: SourceRun) =>
    word - OVERLAP_MS + (run.handTo && !outputs.given ? run.ahead() : 0);
  const runs: Runs = {
    word: null,
    all,
    active: () => all.get(loop.model.active?.generation ?? 0),
    noteWord() {
      const { active, standby, playWhenReady } = loop.model;
      // Until it has played, a run may report any position; in a pause a realtime source goes on.
      const isHeard = active?.hasPlayed && playWhenReady && (standby?.from ?? null) === null;
      if (isHeard && outputs.pause === null) runs.word = runs.position();
    },
    position: () => runs.active()?.run?.programTime() ?? runs.word,
    facts(run) {
      const { playWhenReady, isBlocked } = loop.model;
      return all.get(run?.generation ?? 0)?.facts(playWhenReady && !isBlocked) ?? null;
    },
    open({ generation, rung, from }, standby) {
      const { word } = runs;
      const { run: playing } = runs.active() ?? {};
      const description = loop.model.rungs[rung]?.description;
      if (!description || loop.isOver()) return;
      const run = runSource({
        ...{ host, governor, sources, cues, description },
        media: standby ? outputs.standby : outputs.active,
        from: from ?? (word !== null && playing?.liveness ? lastWord(word, playing) : word),
        joins: standby ? catchUp : null,
        heard: runs.position,
        guard: doors.guard(description),
        // An element with a new resource must be played again.
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
      runs.noteWord();
      loop.dispatch({ type: 'failed', now: host.now(), generation, error });
      observe();
    },
  };
  return runs;
};

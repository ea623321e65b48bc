import type { Governor } from '../governor/api.ts';
import type { Guard } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { QueuePosition } from '../policy/state.ts';
import type { Admission, AdmissionRun } from '../stage/admission.ts';
import { lots } from '../stage/lots.ts';
import { playOnce } from './first-play.ts';
import type { Loop } from './loop.ts';

/** The options for the doors of a session. */
export interface DoorsOptions {
  readonly host: Host;
  readonly governor: Governor;
  /** `null`: `lots()`. */
  readonly admission: Admission | null;
  /** The URL of the stage document, or the document itself. */
  readonly stage: string | StageDocument;
  readonly loop: Pick<Loop, 'model'>;
  readonly signal: AbortSignal;
  onError(error: EarshotError): void;
}

/** One admission run for each door that a document has named. */
export interface DoorRuns {
  /** @param ahead by how many ms the server's clock is ahead of the host's. */
  update(document: StageDocument, ahead: number): void;
  /** `undefined` if the source has no door. */
  position(source: SourceDescription): QueuePosition | undefined;
  guard(source: SourceDescription): Guard | undefined;
}

export const createDoorRuns = (options: DoorsOptions): DoorRuns => {
  const { host, governor, stage, loop, signal, onError } = options;
  const admission = options.admission ?? lots();
  const runs = new Map<string, AdmissionRun>();
  // A browser that has no room for another audio graph only loses this help.
  playOnce(host, signal).catch(() => {});

  const runOf = ({ door }: SourceDescription) => runs.get(door ?? '');

  const open = ({ door = '', url }: SourceDescription, { sources }: StageDocument) => {
    const run = admission.open({
      door,
      stage: typeof stage === 'string' ? stage : (sources[0]?.url ?? url),
      source: url,
      host,
      signal,
      request: (ask) => governor.request({ signal, ...ask }),
      onError,
    });
    runs.set(door, run);
    return run;
  };

  return {
    update(document, ahead) {
      const { sources, doors, serverTime, spread } = document;
      const at = serverTime === null ? host.now() : serverTime - ahead;
      for (const [name, door] of Object.entries(doors)) {
        const source = sources.find((one) => one.door === name);
        if (source) (runOf(source) ?? open(source, document)).update(door, at, spread);
      }
      // Nothing asks for the position at a door that is gone.
      for (const [name, run] of runs) if (!doors[name]) run.observe?.(false);
    },
    position(source) {
      const { active, rungs } = loop.model;
      const run = runOf(source);
      run?.observe?.(!!active && rungs[active.rung]?.description.door === source.door);
      return run?.position();
    },
    guard: runOf,
  };
};

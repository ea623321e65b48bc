import type { Guard } from '../governor/exchange.ts';
import type { Governor } from '../governor/governor.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Model } from '../policy/model.ts';
import type { Standing } from '../policy/state.ts';
import type { Admission, AdmissionRun } from '../stage/admission.ts';

/** What the doors of a session are made with. */
export interface DoorsOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly admission: Admission;
  /** The URL of the stage document, or the document itself. */
  readonly stage: string | StageDocument;
  readonly signal: AbortSignal;
  onError(error: EarshotError): void;
}

/** The doors of a stage, and where this listener stands at each. */
export interface Doors {
  /** @param ahead how many ms the server's clock is ahead of the host's. */
  update(document: StageDocument, ahead: number): void;
  /** `null` if no door guards the source. */
  standing(source: SourceDescription): Standing | null;
  guard(source: SourceDescription): Guard | undefined;
  /** Milliseconds until what the document promises next, a turn or the start; 0: nothing. */
  due(model: Model): number;
}

export const createDoors = (options: DoorsOptions): Doors => {
  const { host, governor, admission, stage, signal, onError } = options;
  const runs = new Map<string, AdmissionRun>();
  let startsAt = 0;

  const runOf = ({ door }: SourceDescription) => runs.get(door ?? '');

  const open = ({ door = '', url }: SourceDescription, { sources }: StageDocument) => {
    const run = admission.open({
      door,
      stage: typeof stage === 'string' ? stage : (sources[0]?.url ?? url),
      source: url,
      host,
      signal,
      ask: (ask) => governor.ask({ signal, ...ask }),
      onError,
    });
    runs.set(door, run);
    return run;
  };

  return {
    update(document, ahead) {
      const { sources, doors, serverTime, spread } = document;
      const now = host.now();
      startsAt = document.state === 'scheduled' ? (document.startsAt ?? ahead) - ahead : 0;
      const at = serverTime === null ? now : serverTime - ahead;
      for (const [name, door] of Object.entries(doors)) {
        const source = sources.find((one) => one.door === name);
        if (source) (runOf(source) ?? open(source, document)).update(door, at, spread);
      }
    },
    standing: (source) => runOf(source)?.standing() ?? null,
    guard: runOf,
    due({ rungs, active }) {
      const turns = rungs
        .slice(0, active?.rung)
        .map(({ description }) => runOf(description)?.standing().turn ?? 0);
      const ahead = [startsAt, ...turns]
        .map((at) => at - host.now())
        .filter((ms) => ms > 0 && ms < Infinity);
      return ahead.length ? Math.min(...ahead) : 0;
    },
  };
};

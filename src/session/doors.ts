import type { Guard } from '../governor/exchange.ts';
import type { Governor } from '../governor/governor.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import type { Model } from '../policy/model.ts';
import type { Standing } from '../policy/state.ts';
import type { Admission, AdmissionRun } from '../stage/admission.ts';

/** What the doors of a session are made with. */
export interface DoorsOptions {
  readonly host: Host;
  readonly governor: Governor;
  /** `null`: by lots, whose code is loaded once a document names a door. */
  readonly admission: Admission | null;
  /** The URL of the stage document, or the document itself. */
  readonly stage: string | StageDocument;
  readonly signal: AbortSignal;
  onError(error: EarshotError): void;
}

/** The doors of a stage, and where this listener stands at each. */
export interface Doors {
  /**
   * What has to be waited for before a document is taken: the code of its doors. It never rejects; what could not be
   * loaded is tried again with the next document, and guarded sources are left alone until then.
   */
  load(document: StageDocument): Promise<void> | null;
  /** @param ahead how many ms the server's clock is ahead of the host's. */
  update(document: StageDocument, ahead: number): void;
  /** `null` if no door guards the source. */
  standing(source: SourceDescription): Standing | null;
  guard(source: SourceDescription): Guard | undefined;
  /** Milliseconds until what the document promises next, a turn or the start; 0: nothing. */
  due(model: Model): number;
}

/** Of a guarded source whose door is not known here. */
const SHUT: Standing = { turn: Infinity, margin: null, admitted: false };

export const createDoors = (options: DoorsOptions): Doors => {
  const { host, governor, stage, signal, onError } = options;
  let { admission } = options;
  let loading: Promise<void> | null = null;
  const runs = new Map<string, AdmissionRun>();
  let startsAt = 0;

  const runOf = ({ door }: SourceDescription) => runs.get(door ?? '');

  const open = ({ door = '', url }: SourceDescription, { sources }: StageDocument) => {
    const run = admission?.open({
      door,
      stage: typeof stage === 'string' ? stage : (sources[0]?.url ?? url),
      source: url,
      host,
      signal,
      ask: (ask) => governor.ask({ signal, ...ask }),
      onError,
    });
    if (run) runs.set(door, run);
    return run;
  };

  return {
    load({ doors }) {
      if (admission || !Object.keys(doors).length) return null;
      const load = async () => {
        try {
          admission = (await import('../stage/lots.ts')).lots();
        } catch (cause) {
          onError(new EarshotError('network', 'The code of the door was not loaded.', { cause }));
        }
        loading = null;
      };
      loading ??= load();
      return loading;
    },
    update(document, ahead) {
      const { sources, doors, serverTime, spread } = document;
      const now = host.now();
      startsAt = document.state === 'scheduled' ? (document.startsAt ?? ahead) - ahead : 0;
      const at = serverTime === null ? now : serverTime - ahead;
      for (const [name, door] of Object.entries(doors)) {
        const source = sources.find((one) => one.door === name);
        if (source) (runOf(source) ?? open(source, document))?.update(door, at, spread);
      }
    },
    standing: (source) => runOf(source)?.standing() ?? (source.door ? SHUT : null),
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

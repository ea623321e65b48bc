import type { Guard } from '../governor/exchange.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import type { Model } from '../policy/model.ts';
import type { QueuePosition } from '../policy/state.ts';
import type { DoorRuns, DoorsOptions } from './door-runs.ts';

/** The doors of a stage, and where this listener stands at each. */
export interface Doors {
  /**
   * Loads the code for listeners who wait, at a door or for the start. Doors have to be waited for before a document is
   * taken. It never rejects; what could not be loaded is tried again with the next document, and guarded sources are left
   * alone until then.
   */
  load(document: StageDocument): Promise<void> | null;
  /** @param ahead how many ms the server's clock is ahead of the host's. */
  update(document: StageDocument, ahead: number): void;
  /** `null` if no door guards the source. */
  position(source: SourceDescription): QueuePosition | null;
  guard(source: SourceDescription): Guard | undefined;
  /** Milliseconds until what the document promises next, a turn or the start; 0: nothing. */
  due(model: Model): number;
}

/** Of a guarded source whose door is not known here. */
const SHUT: QueuePosition = { turn: Infinity, uncertainty: null, admitted: false };

export const createDoors = (options: DoorsOptions): Doors => {
  const { host, onError } = options;
  let runs: DoorRuns | null = null;
  let loading: Promise<void> | null = null;
  let startsAt = 0;

  const load = async () => {
    try {
      runs = (await import('./door-runs.ts')).createDoorRuns(options);
    } catch (cause) {
      onError(new EarshotError('network', 'The code of the door was not loaded.', { cause }));
    }
    loading = null;
  };

  const position = (source: SourceDescription) =>
    runs?.position(source) ?? (source.door ? SHUT : null);

  return {
    load({ doors, state }) {
      const [door] = Object.keys(doors);
      if (!runs && (door || state === 'scheduled')) loading ??= load();
      return door ? loading : null;
    },
    update(document, ahead) {
      startsAt = document.state === 'scheduled' ? (document.startsAt ?? ahead) - ahead : 0;
      runs?.update(document, ahead);
    },
    position,
    guard: (source) => runs?.guard(source),
    due({ rungs, active }) {
      const turns = rungs
        .slice(0, active?.rung)
        .map(({ description }) => position(description)?.turn ?? 0);
      const ahead = [startsAt, ...turns]
        .map((at) => at - host.now())
        .filter((ms) => ms > 0 && ms < Infinity);
      return ahead.length ? Math.min(...ahead) : 0;
    },
  };
};

import type { Guard } from '../governor/exchange.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import type { QueuePosition } from '../policy/state.ts';
import type { DoorRuns, DoorsOptions } from './door-runs.ts';

/** The doors of a stage, and this listener's position at each. */
export interface Doors {
  /**
   * Loads the code for listeners who wait, at a door or for the start; it must load before the session takes a
   * document with doors. Never rejects. If loading fails, the next document tries again, and guarded sources are not
   * requested until then.
   */
  load(document: StageDocument): Promise<void> | null;
  /** @param ahead by how many ms the server's clock is ahead of the host's. */
  update(document: StageDocument, ahead: number): void;
  /** `null` if the source has no door. */
  position(source: SourceDescription): QueuePosition | null;
  guard(source: SourceDescription): Guard | undefined;
  /** Milliseconds until the next promise of the document, a turn or the start; 0: none. */
  due(): number;
}

/** The position at a door that is not known yet. */
const SHUT: QueuePosition = { turn: Infinity, uncertainty: null, admitted: false };

export const createDoors = (options: DoorsOptions): Doors => {
  const { host, loop, onError } = options;
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
    due() {
      const { rungs, active } = loop.model;
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

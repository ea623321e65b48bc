import type { IncidentName } from '../../../src/herd/index.ts';
import type { Settings } from './settings.ts';

/** What a sample may take, ms: fast enough to follow a hand. */
const QUICK = 60;
/** Before it is known what an incident takes, ms for each listener. */
const GUESS = 0.002;
const LEAST = 10_000;

/** How large a sample a machine can simulate while somebody drags: learnt from the runs before. */
export class Sketches {
  readonly #cost = new Map<IncidentName, number>();

  learn(incident: IncidentName, listeners: number, ms: number): void {
    // Small runs tell of what a run costs at all, not of what each listener does.
    if (listeners >= LEAST) this.#cost.set(incident, ms / listeners);
  }

  /** The whole crowd, if that is quick. Rounded, so that the picture does not twitch with it. */
  sizeOf({ incident, listeners }: Settings): number {
    const fits = QUICK / (this.#cost.get(incident) ?? GUESS);
    if (listeners <= fits) return listeners;
    const octave = 2 ** Math.floor(Math.log2(Math.max(1, fits / LEAST)));
    return Math.min(listeners, LEAST * octave);
  }
}

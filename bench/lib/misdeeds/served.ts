import { type Stage, startStage } from '../../../demo/stage/stage.ts';
import { Origin } from './origin.ts';

/** An origin in front of a stage, whose encoder can begin anew. */
export class Served {
  readonly origin: Origin;
  #restarted: Stage | null = null;

  private constructor(origin: Origin) {
    this.origin = origin;
  }

  static async open(stage: Stage): Promise<Served> {
    return new Served(await Origin.open(stage.cdn.a));
  }

  /** The encoder begins anew: other segments, numbered and timed from 0. */
  async restart(): Promise<void> {
    this.#restarted = await startStage({ program: 'sweep', startsAt: Date.now() - 4_500 });
    this.origin.upstream = this.#restarted.cdn.a;
  }

  async close(): Promise<void> {
    await this.origin.close();
    await this.#restarted?.close();
  }
}

/** What befalls it. */
export type Harm = (served: Served) => void | Promise<void>;

import type { StageOptions } from '../../demo/stage/stage.ts';
import type { State } from '../../src/policy/state.ts';
import type { Session } from '../../src/session/api.ts';
import { listen } from '../../src/session/listen.ts';
import type { ListenOptions } from '../../src/session/options.ts';
import { until } from './condition.ts';
import { Ear } from './ear.ts';
import { LiveStage } from './live-stage.ts';

/** One real listener of a real stage, and all that must be put away after the test. */
export class Audience {
  readonly stage: LiveStage;
  readonly ear: Ear;
  readonly session: Session;
  /** Statuses in the order they were told, without repetition. */
  readonly statuses: string[] = [];

  constructor(stage: LiveStage, ear: Ear, options: Partial<ListenOptions>) {
    this.stage = stage;
    this.ear = ear;
    this.session = listen({ stage: stage.documentUrl, host: ear.host, ...options });
    this.session.subscribe(({ status }) => {
      if (this.statuses.at(-1) !== status) this.statuses.push(status);
    });
  }

  get state(): State {
    return this.session.state;
  }

  /** The CDN that is heard, or would be. */
  get cdn(): 'a' | 'b' | null {
    const url = this.state.source?.url ?? '';
    const { a, b } = this.stage.cdn;
    return url.startsWith(a) ? 'a' : url.startsWith(b) ? 'b' : null;
  }

  async hears(): Promise<void> {
    const what = () => `it hears, but ${this.statuses.join(', ')}`;
    await until(what(), () => this.state.hearing && this.ear.hears());
  }

  async close(): Promise<void> {
    this.session.close();
    await this.ear.close();
    await this.stage.close();
  }
}

/** Somebody hears a stage whose programme is a sound without a pause. */
export const audience = async (
  options: Partial<ListenOptions> | ((ear: Ear) => Partial<ListenOptions>) = {},
  stage: StageOptions = {},
): Promise<Audience> => {
  sessionStorage.clear();
  localStorage.clear();
  const ear = new Ear();
  const own = typeof options === 'function' ? options(ear) : options;
  const one = new Audience(await LiveStage.start({ program: 'sweep', ...stage }), ear, own);
  await one.hears();
  return one;
};

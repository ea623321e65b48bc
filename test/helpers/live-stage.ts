import { executeServerCommand } from '@web/test-runner-commands';
import type { Fault, Origin, RequestRecord, StageOptions } from '../../demo/stage/stage.ts';
import type { StageCommand } from './stage-commands.ts';

interface Started {
  readonly url: string;
  readonly cdn: { readonly a: string; readonly b: string };
  readonly documentUrl: string;
}

const command = (call: StageCommand): Promise<unknown> => executeServerCommand('stage', call);

/** An embedded stage of a test's own, which runs beside the test runner. */
export class LiveStage {
  readonly url: string;
  readonly cdn: Started['cdn'];
  readonly documentUrl: string;

  private constructor({ url, cdn, documentUrl }: Started) {
    this.url = url;
    this.cdn = cdn;
    this.documentUrl = documentUrl;
  }

  static async start(options: StageOptions = {}): Promise<LiveStage> {
    return new LiveStage((await command({ id: '', call: 'start', payload: options })) as Started);
  }

  /** Sets what is wrong with an origin. */
  async fault(origin: Origin | 'all', fault: Fault): Promise<void> {
    await command({ id: this.url, call: 'fault', payload: { origin, fault } });
  }

  async requests(): Promise<RequestRecord[]> {
    return (await command({ id: this.url, call: 'requests' })) as RequestRecord[];
  }

  /** Epoch ms by the stage's clock. */
  async now(): Promise<number> {
    return (await command({ id: this.url, call: 'now' })) as number;
  }

  /** The stage is over: its playlists end. */
  async end(): Promise<void> {
    await command({ id: this.url, call: 'end' });
  }

  async close(): Promise<void> {
    await command({ id: this.url, call: 'close' });
  }
}

import { type Stage, type StageOptions, startStage } from '../../demo/stage/stage.ts';
import type { StageCommand } from './stage-commands.ts';

/** The part of a test runner plugin that is used here. */
interface Plugin {
  readonly name: string;
  executeCommand(call: { command: string; payload?: unknown }): Promise<unknown>;
  serverStop(): Promise<void>;
}

/**
 * Starts embedded stages in the test runner's own process, at the word of the tests: see
 * `live-stage.ts` for their side of it.
 */
export const stagePlugin = (): Plugin => {
  const stages = new Map<string, Stage>();

  const run = async ({ id, call, payload }: StageCommand): Promise<unknown> => {
    if (call === 'start') {
      const stage = await startStage(payload as StageOptions);
      stages.set(stage.url, stage);
      const { url, cdn, documentUrl } = stage;
      return { url, cdn, documentUrl };
    }
    const stage = stages.get(id);
    if (!stage) throw new Error(`No stage ${id}.`);
    switch (call) {
      case 'fault': {
        const { origin, fault } = payload as { origin: 'a' | 'b' | 'stage' | 'all'; fault: never };
        await stage.setFault(origin, fault);
        return true;
      }
      case 'requests':
        return stage.requests;
      case 'now':
        return Date.now();
      case 'end':
        stage.end();
        return true;
      case 'close':
        stages.delete(id);
        await stage.close();
        return true;
    }
  };

  return {
    name: 'embedded-stage',
    async executeCommand({ command, payload }) {
      return command === 'stage' ? run(payload as StageCommand) : undefined;
    },
    async serverStop() {
      await Promise.all([...stages.values()].map((stage) => stage.close()));
    },
  };
};

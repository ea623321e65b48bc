import { fileJournal } from '../stage-server/node/file-journal.ts';
import type { Journal } from '../stage-server/store/journal.ts';
import { memoryStore } from '../stage-server/store/memory-store.ts';
import type { Store } from '../stage-server/store/store.ts';
import { CommandError, EXIT_RUNTIME } from './command-error.ts';
import type { CommandLog } from './log.ts';
import { stageSecrets } from './secrets.ts';
import type { StageArguments } from './stage-arguments.ts';

/** Where a stage keeps what must outlive a request. */
export interface Storage {
  readonly store: Store;
  readonly secrets: readonly string[];
  /** For the log: `memory`, `journal` or `redis`. */
  readonly kind: 'memory' | 'journal' | 'redis';
  /** Releases what the store does not. */
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandError(Object(error).message, EXIT_RUNTIME);
  }
}

function openInMemory(path: string | undefined, environment: Environment): Storage {
  const journal: Journal | null = path === undefined ? null : attempt(() => fileJournal(path));
  const secrets = stageSecrets({ environment, journal, hasRedis: false });
  const store = attempt(() => memoryStore(journal ? { journal } : {}));
  return { store, secrets, kind: journal ? 'journal' : 'memory', close: async () => {} };
}

/**
 * Opens what `--journal` or `--redis` names, or the memory of this process.
 *
 * @throws CommandError that says what is wrong with it.
 */
export async function openStorage(
  { redis, journal }: Pick<StageArguments, 'redis' | 'journal'>,
  stage: string,
  environment: Environment,
  log: CommandLog,
): Promise<Storage> {
  if (redis === undefined) return openInMemory(journal, environment);
  const secrets = stageSecrets({ environment, journal: null, hasRedis: true });
  const { openRedis } = await import('./redis.ts');
  return { ...openRedis(redis, stage, log), secrets, kind: 'redis' };
}

/// <reference types="node" />
import { randomBytes } from 'node:crypto';
import type { Journal } from '../stage-server/store/journal.ts';
import { CommandError } from './command-error.ts';

/** The name of the secret in a journal. */
export const SECRET = 'secret';

const LEAST_BYTES = 32;
const MAKE_ONE = `  export EARSHOT_SECRET=$(node -p "crypto.randomBytes(32).toString('base64url')")`;

/** The secrets of the environment, the signing one first. @throws CommandError if one is too short. */
export function environmentSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return ['EARSHOT_SECRET', 'EARSHOT_SECRET_PREVIOUS'].flatMap((name) => {
    const secrets = (environment[name] ?? '').split(',').map((one) => one.trim());
    const given = secrets.filter((one) => one !== '');
    if (given.some((one) => Buffer.byteLength(one) < LEAST_BYTES)) {
      throw new CommandError(
        `${name}: each secret needs ${LEAST_BYTES} bytes or more. To make one:\n${MAKE_ONE}`,
      );
    }
    if (name !== 'EARSHOT_SECRET' && given.length > 0 && !environment.EARSHOT_SECRET) {
      throw new CommandError(`${name} needs EARSHOT_SECRET, which signs.`);
    }
    return given;
  });
}

/** What the secrets of a stage depend on. */
export interface SecretPlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly journal: Journal | null;
  readonly hasRedis: boolean;
}

/**
 * The secrets of a stage, the signing one first: from the environment, from the journal, or made at random.
 *
 * @throws CommandError if several nodes would have different ones.
 */
export function stageSecrets({ environment, journal, hasRedis }: SecretPlace): string[] {
  const given = environmentSecrets(environment);
  if (given.length > 0) return given;
  if (hasRedis) {
    throw new CommandError(
      `With Redis, all nodes need the same EARSHOT_SECRET. To make one:\n${MAKE_ONE}`,
    );
  }
  const made = journal?.get(SECRET) ?? randomBytes(LEAST_BYTES).toString('base64url');
  if (journal && journal.get(SECRET) === null) journal.set(SECRET, made);
  return [made];
}

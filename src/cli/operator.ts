/// <reference types="node" />
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSigner } from '../stage-server/door/tokens.ts';
import { createOperators } from '../stage-server/operator/operators.ts';
import { readArguments, urlOption } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { readConfig } from './config-file.ts';
import { urlAt } from './places.ts';
import { environmentSecrets, SECRET } from './secrets.ts';

const NAMES = ['config', 'journal', 'public-url', 'name'];
const DEFAULT_STAGE = 'stage';
const DEFAULT_URL = 'http://localhost:8080';

/** The secret that a journal keeps. Its process has the journal locked, but the values can be read. */
function journalSecret(path: string): string {
  try {
    const secret: unknown = JSON.parse(readFileSync(`${path}.values`, 'utf8'))[SECRET];
    if (typeof secret === 'string') return secret;
  } catch {}
  throw new CommandError(
    `${path} keeps no secret. Give the journal of the stage, or EARSHOT_SECRET.`,
  );
}

/** `earshot operator`: an invitation, signed with the secret of the stage. */
export async function printOperatorUrl(args: readonly string[]): Promise<void> {
  const { values, rest } = readArguments(args, NAMES);
  if (rest.length > 0) throw new CommandError(`"${rest[0]}" is no option of earshot operator.`);
  const { config: path, journal, name = 'operator' } = values;
  const config = path === undefined ? {} : readConfig(path, process.env);
  const given = environmentSecrets(process.env);
  if (given.length === 0 && journal === undefined) {
    throw new CommandError(
      'Set EARSHOT_SECRET to that of the stage, or give its journal with --journal FILE.',
    );
  }
  const secrets = given.length > 0 ? given : [journalSecret(journal ?? '')];
  const operators = createOperators({
    stage: config.stage ?? DEFAULT_STAGE,
    signer: createSigner(secrets),
    clock: { now: Date.now },
    store: { once: () => Promise.reject(new Error('An invitation is used at the stage.')) },
    newId: () => randomBytes(12).toString('base64url'),
  });
  const base = urlOption(values, 'public-url', ['http:', 'https:']) ?? config.publicUrl;
  console.log(urlAt(base ?? DEFAULT_URL, `/operator/#token=${await operators.invite(name)}`));
}

/// <reference types="node" />
// The command `earshot`. Whatever goes wrong ends in one or a few plain lines and an exit code.
import { VERSION } from '../version.ts';
import { CommandError, EXIT_RUNTIME } from './command-error.ts';
import { HELP, OPERATOR_HELP, STAGE_HELP } from './help.ts';
import { printOperatorUrl } from './operator.ts';
import { runStage } from './stage.ts';

const OF_THE_COMMAND: Readonly<Record<string, () => string>> = {
  '--help': () => HELP,
  '-h': () => HELP,
  help: () => HELP,
  '--version': () => VERSION,
  '-v': () => VERSION,
};

async function run(args: readonly string[]): Promise<void> {
  const [command = '--help', ...rest] = args;
  const asksForHelp = rest.includes('--help') || rest.includes('-h');
  const text = Object.hasOwn(OF_THE_COMMAND, command) ? OF_THE_COMMAND[command] : undefined;
  if (text) return console.log(text());
  // The files of the package lie beside this one.
  if (command === 'stage') {
    return asksForHelp ? console.log(STAGE_HELP) : runStage(rest, new URL('./', import.meta.url));
  }
  if (command === 'operator') {
    return asksForHelp ? console.log(OPERATOR_HELP) : printOperatorUrl(rest);
  }
  throw new CommandError(`There is no command "${command}".\n\n${HELP}`);
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof CommandError;
  console.error(isExpected ? error.message : `earshot: ${String(error)}`);
  process.exit(isExpected ? error.exitCode : EXIT_RUNTIME);
});

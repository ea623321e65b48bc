/** Exit code: the command line, the environment or the configuration is wrong. */
export const EXIT_USAGE = 1;
/** Exit code: something failed that is right as it was asked for. */
export const EXIT_RUNTIME = 2;

/** What the command prints before it ends. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = EXIT_USAGE) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A configuration, or a change of it, is not valid. */
export class ConfigError extends Error {
  /** Distinguishes it from other errors. */
  override readonly name = 'ConfigError';
  /** One line for each wrong field: its path, what is wrong, and what was given. */
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

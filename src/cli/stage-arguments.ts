import { positiveNumber, readArguments, urlOption, wholeNumber } from './arguments.ts';
import { CommandError } from './command-error.ts';

/** The options of `earshot stage`. */
export interface StageArguments {
  /** The sources of a stage without a configuration. */
  readonly urls: readonly string[];
  readonly config: string | undefined;
  readonly capacity: number | undefined;
  readonly most: number | undefined;
  readonly port: number;
  readonly host: string | undefined;
  readonly publicUrl: string | undefined;
  readonly redis: string | undefined;
  readonly journal: string | undefined;
  readonly logLevel: string;
}

const NAMES = [
  ...['config', 'capacity', 'most', 'port', 'host', 'public-url', 'redis', 'journal', 'log-level'],
];
const DEFAULT_PORT = 8_080;
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
const MOST_PEOPLE = 100_000_000;

/** @throws CommandError that says what is wrong, and what to give. */
export function readStageArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StageArguments {
  const { values, rest } = readArguments(args, NAMES);
  const { config, host, journal, 'log-level': logLevel = 'info' } = values;
  const capacity = positiveNumber(values, 'capacity');
  const most = wholeNumber(values, 'most', 1, MOST_PEOPLE);
  if (rest.length === 0 && config === undefined) {
    throw new CommandError('Give the URL of a source, or --config FILE. See earshot stage --help.');
  }
  if (rest.length > 0 && config !== undefined) {
    throw new CommandError(
      'Give URLs or --config FILE, not both: the configuration lists the sources.',
    );
  }
  if (config !== undefined && (capacity ?? most) !== undefined) {
    throw new CommandError(
      '--capacity and --most belong to URLs. Write doors into the configuration.',
    );
  }
  if (!LEVELS.includes(logLevel)) {
    throw new CommandError(`--log-level: ${LEVELS.join(', ')}, not "${logLevel}".`);
  }
  const protocols = ['redis:', 'rediss:'];
  const given = urlOption(values, 'redis', protocols);
  if (given !== undefined && journal !== undefined) {
    throw new CommandError(
      'Give --redis or --journal, not both: Redis keeps what the journal would.',
    );
  }
  const { REDIS_URL } = environment;
  const byDefault = journal === undefined && REDIS_URL ? { REDIS_URL } : {};
  return {
    urls: rest,
    ...{ config, capacity, most, host, journal, logLevel },
    port: wholeNumber(values, 'port', 0, 65_535) ?? DEFAULT_PORT,
    publicUrl: urlOption(values, 'public-url', ['http:', 'https:']),
    redis: given ?? urlOption(byDefault, 'REDIS_URL', protocols),
  };
}

import * as v from 'valibot';
import { ConfigError } from './config-error.ts';
import { describeIssue } from './config-issue.ts';
import type { CompleteConfig, StageChange, StageConfig, StageSaying } from './config-types.ts';
import { isShallow, MAX_JSON_LEVELS } from './json-depth.ts';

const TIME = 'a time in ISO 8601 with its zone, as 2026-11-22T20:00:00Z';
const URL_OF_THE_WEB = 'an absolute URL of http: or https:, without a user name';

// A name that needs no escaping in a URL.
const name = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, 1 to 64'));
const messageType = v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/, 'letters, digits and _.:-'));
const date = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/, TIME),
  v.check((text) => !Number.isNaN(Date.parse(text)), TIME),
);
const number = (least: number, most: number) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const whole = (least: number, most: number) => v.pipe(number(least, most), v.integer());
const http = v.pipe(
  v.string(),
  v.regex(/^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/, URL_OF_THE_WEB),
  v.check((text) => URL.canParse(text), URL_OF_THE_WEB),
);

const source = v.strictObject({
  kind: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  url: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048)),
  door: v.optional(name),
  cushion: v.optional(number(0, 4)),
  lang: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  role: v.optional(v.picklist(['main', 'interpretation', 'description'])),
  isOut: v.optional(v.boolean()),
});

const door = v.strictObject({
  capacity: number(0, 10_000_000),
  most: v.optional(v.nullable(whole(0, 100_000_000)), null),
  listeners: v.optional(whole(1, Number.MAX_SAFE_INTEGER), 1_000),
  opensIn: v.optional(number(0, 86_400), 0),
  tickets: v.optional(v.boolean(), true),
  ticketLife: v.optional(number(60, 86_400), 21_600),
  passLife: v.optional(number(10, 3_600), 300),
  retryAfter: v.optional(number(1, 3_600), 5),
  refusalCost: v.optional(number(0, 1), 0.1),
});

const MAX_PAYLOAD_CHARACTERS = 16_384;
const isSmall = (value: unknown) =>
  isShallow(value) && JSON.stringify(value ?? null).length <= MAX_PAYLOAD_CHARACTERS;
const payload = v.optional(
  v.pipe(
    v.unknown(),
    v.check(
      isSmall,
      `JSON of at most ${MAX_PAYLOAD_CHARACTERS} characters and ${MAX_JSON_LEVELS} levels`,
    ),
  ),
);

const cue = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  at: date,
  until: v.optional(date),
  type: messageType,
  payload,
});

// A player reads a document of at most 256 KiB, and what is written here is not all of it.
const MAX_CUES_BYTES = 196_608;
const cues = v.pipe(
  v.array(cue),
  v.maxLength(1_000),
  v.check(
    (all) => new TextEncoder().encode(JSON.stringify(all)).length <= MAX_CUES_BYTES,
    `at most ${MAX_CUES_BYTES} bytes of JSON`,
  ),
);

const channel = v.strictObject({
  ping: v.optional(number(5, 120), 25),
  pace: v.optional(number(0.2, 50), 5),
  terminal: v.optional(v.pipe(v.array(whole(4_000, 4_999)), v.maxLength(16)), []),
  accepts: v.optional(v.pipe(v.array(messageType), v.maxLength(100)), []),
  origins: v.optional(v.nullable(v.array(http)), null),
  socketsPerAddress: v.optional(whole(1, 1_000_000), 1_000),
});

const upstream = v.strictObject({
  upstream: http,
  door: v.optional(name),
  authorization: v.optional(v.string()),
});

const ration = v.strictObject({
  perMinute: v.optional(number(0.1, 1_000_000), 60),
  burst: v.optional(whole(1, 1_000_000), 60),
});

const record = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(v.record(name, schema), v.maxEntries(16));

/** The schema of {@link StageConfig}, which has a description of each field. */
export const configSchema: v.GenericSchema<StageConfig, CompleteConfig> = v.strictObject({
  $schema: v.optional(v.string()),
  stage: v.optional(name, 'stage'),
  title: v.optional(v.pipe(v.string(), v.maxLength(200))),
  state: v.optional(v.picklist(['scheduled', 'live', 'held', 'ended']), 'live'),
  startsAt: v.optional(date),
  sources: v.optional(v.pipe(v.array(source), v.maxLength(16)), []),
  doors: v.optional(record(door), {}),
  spread: v.optional(number(1, 3_600), 5),
  refresh: v.optional(number(5, 3_600), 10),
  cues: v.optional(cues, []),
  publicUrl: v.optional(http),
  channel: v.optional(v.union([v.literal(false), channel]), {}),
  whep: v.optional(record(upstream), {}),
  tickets: v.optional(ration, {}),
  trustedProxies: v.optional(whole(0, 16), 0),
  metrics: v.optional(v.picklist(['private', 'public', 'off']), 'private'),
});

/** No field of the schema lies deeper. */
const MOST_LEVELS = 4;

/** Names of every object, such as `constructor`: the library leaves some of them out, and takes others for known. */
function reservedNames(value: unknown, path: string, levels = MOST_LEVELS): string[] {
  if (typeof value !== 'object' || value === null || levels === 0) return [];
  return Object.keys(value).flatMap((key) => {
    if (key in Object.prototype) return [`${path}${key}: this name cannot be used.`];
    const inner = (value as Record<string, unknown>)[key];
    return key === 'payload' ? [] : reservedNames(inner, `${path}${key}.`, levels - 1);
  });
}

/** @throws ConfigError that names the path of each wrong field. */
function parseWith<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  if (!isShallow(input, MOST_LEVELS + MAX_JSON_LEVELS))
    throw new ConfigError([
      `(the whole): no payload may have more than ${MAX_JSON_LEVELS} levels.`,
    ]);
  const reserved = reservedNames(input, '');
  if (reserved.length > 0) throw new ConfigError(reserved);
  const result = v.safeParse(schema, input, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw new ConfigError(result.issues.flatMap((issue) => describeIssue(issue)));
}

function checkReferences(config: CompleteConfig): void {
  const doors = new Set(Object.keys(config.doors));
  const problems: string[] = [];
  const check = (path: string, named: string | undefined) => {
    if (named === undefined || doors.has(named)) return;
    problems.push(`${path}: there is no door "${named}" in doors.`);
  };
  config.sources.forEach(({ door: named }, index) => {
    check(`sources.${index}.door`, named);
  });
  for (const [key, { door: named }] of Object.entries(config.whep))
    check(`whep.${key}.door`, named);
  if (config.sources.length === 0 && config.state !== 'scheduled') {
    problems.push('sources: at least one, unless state is "scheduled".');
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/**
 * Reads a configuration.
 *
 * @throws ConfigError that names the path of each wrong field.
 */
export function parseConfig(input: unknown): CompleteConfig {
  const config = parseWith(configSchema, input);
  checkReferences(config);
  return config;
}

/** What an operator may change while the stage runs. Absent fields stay as they are. */
const changeSchema = v.strictObject({
  title: v.optional(v.pipe(v.string(), v.maxLength(200))),
  state: v.optional(v.picklist(['scheduled', 'live', 'held', 'ended'])),
  startsAt: v.optional(v.nullable(date)),
  sources: v.optional(v.pipe(v.array(source), v.maxLength(16))),
  doors: v.optional(
    v.record(
      name,
      v.strictObject({
        capacity: v.optional(door.entries.capacity),
        most: v.optional(v.nullable(whole(0, 100_000_000))),
        tickets: v.optional(v.boolean()),
        restart: v.optional(v.literal(true)),
      }),
    ),
  ),
  spread: v.optional(number(1, 3_600)),
  refresh: v.optional(number(5, 3_600)),
  cues: v.optional(cues),
  moveChannel: v.optional(v.literal(true)),
  restartChannel: v.optional(number(1, 3_600)),
});

/**
 * Reads a change of the settings.
 *
 * @throws ConfigError that names the path of each wrong field.
 */
export function parseChange(input: unknown): StageChange {
  return parseWith(changeSchema, input);
}

/** What goes to all listeners over the channel: a message of the app, or a cue. */
const saySchema = v.union([
  v.strictObject({ message: v.strictObject({ type: messageType, payload }) }),
  v.strictObject({ cue }),
]);

/**
 * Reads what is to be said.
 *
 * @throws ConfigError that names the path of each wrong field.
 */
export function parseSaying(input: unknown): StageSaying {
  return parseWith(saySchema, input);
}

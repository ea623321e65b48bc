/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { parseConfig } from '../stage-server/config.ts';
import { ConfigError } from '../stage-server/config-error.ts';
import type { StageConfig } from '../stage-server/config-types.ts';
import { CommandError } from './command-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /^env:(\w+)$/;

/** The value with each `env:NAME` replaced, and a line for each that is missing. */
function resolve(
  value: unknown,
  path: string,
  environment: Environment,
  missing: string[],
): unknown {
  if (typeof value === 'string') {
    const name = REFERENCE.exec(value)?.[1];
    if (name === undefined) return value;
    const found = environment[name];
    if (!found) missing.push(`${path}: the environment variable ${name} is not set.`);
    return found ?? '';
  }
  const at = (key: string | number) => (path ? `${path}.${key}` : `${key}`);
  if (Array.isArray(value)) {
    return value.map((item, index) => resolve(item, at(index), environment, missing));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    resolve(item, at(key), environment, missing),
  ]);
  return Object.fromEntries(entries);
}

function readJson(path: string): unknown {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${Object(error).code}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${path} is no JSON: ${Object(error).message}`);
  }
}

/** @throws CommandError with a line for each wrong field. */
export function checkedConfig(config: unknown, where: string): StageConfig {
  try {
    parseConfig(config);
    return config as StageConfig;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems } = error;
    throw new CommandError([`${where} is not valid:`, ...problems].join('\n  '));
  }
}

/**
 * Reads a configuration.
 *
 * @throws CommandError that names the path of each wrong field, and of each missing environment variable.
 */
export function readConfig(path: string, environment: Environment): StageConfig {
  const missing: string[] = [];
  const config = resolve(readJson(path), '', environment, missing);
  if (missing.length > 0) throw new CommandError([`${path}:`, ...missing].join('\n  '));
  return checkedConfig(config, path);
}

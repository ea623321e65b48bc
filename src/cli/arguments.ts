/// <reference types="node" />
import { parseArgs } from 'node:util';
import { parseUrl } from '../stage-server/url.ts';
import { CommandError } from './command-error.ts';

type Values = Readonly<Record<string, string | undefined>>;

/**
 * Reads options that have a value each.
 *
 * @throws CommandError that names the option.
 */
export function readArguments(
  args: readonly string[],
  names: readonly string[],
): { readonly values: Values; readonly rest: readonly string[] } {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]));
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
    });
    return { values: values as Values, rest: positionals };
  } catch (error) {
    throw new CommandError(Object(error).message);
  }
}

/** The whole number of an option, or `undefined`. @throws CommandError if it is none, or out of bounds. */
export function wholeNumber(
  values: Values,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new CommandError(`--${name}: a whole number from ${least} to ${most}, not "${text}".`);
}

/** The positive number of an option, or `undefined`. @throws CommandError if it is none. */
export function positiveNumber(values: Values, name: string): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new CommandError(`--${name}: a number above 0, not "${text}".`);
}

/** The URL of an option, or `undefined`. @throws CommandError if it is none of these protocols. */
export function urlOption(
  values: Values,
  name: string,
  protocols: readonly string[],
): string | undefined {
  const text = values[name];
  if (text === undefined || protocols.includes(parseUrl(text)?.protocol ?? '')) return text;
  // It may hold a password, so it is not repeated.
  throw new CommandError(`--${name}: a URL that begins with ${protocols.join(' or ')}.`);
}

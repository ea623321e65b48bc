import type { Tools } from './tools.ts';

/** Runs one check, counts it, prints what it tells, if that is text, and goes on after a failure. */
export type Check = (name: string, body: () => Promise<unknown>) => Promise<void>;

/** One part of what is proved of the package. */
export interface Part {
  readonly name: string;
  run(tools: Tools, check: Check, options: Options): Promise<void>;
}

/** What the command line asked for. */
export interface Options {
  /** Only what `npm test` has the time for. */
  readonly short: boolean;
  /** Figures fail by their bounds. */
  readonly check: boolean;
}

/** Fails with what was found, one a line. */
export const none = (found: readonly string[]): void => {
  if (found.length) throw new Error(found.join('\n'));
};

import type { Tools } from './tools.ts';

/** Runs one check, counts it, and prints what it tells, if that is text. Tells whether it passed; never rejects. */
export type Check = (name: string, body: () => Promise<unknown>) => Promise<boolean>;

/** One part of what is proved of the package. */
export interface Part {
  readonly name: string;
  /** @param isBounded figures fail by their bounds. */
  run(tools: Tools, check: Check, isBounded: boolean): Promise<void>;
}

/** Fails with what was found, one a line. */
export const none = (found: readonly string[]): void => {
  if (found.length) throw new Error(found.join('\n'));
};

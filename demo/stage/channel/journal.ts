import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Send } from './frames.ts';

/** What was decided on a message. */
export interface Decision extends Omit<Send, 'op'> {
  /** Epoch ms. */
  readonly at: number;
  /** Why it was refused; `null`: it was accepted. */
  readonly reason: string | null;
}

/** Where decisions outlive the process. */
export interface Journal {
  /** What an earlier process has decided, oldest first. */
  read(): readonly Decision[];
  /** Returns when the decision is safe from the death of the process. */
  record(decision: Decision): void;
  close(): void;
}

/** Forgets with the process. */
export const memoryJournal: Journal = { read: () => [], record() {}, close() {} };

/**
 * An append-only file, one decision a line. What was written is the system's before the call
 * returns, so a killed process takes nothing back.
 */
export function fileJournal(path: string): Journal {
  const before = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  // A kill in the middle of a line leaves half of one, which nobody was told of.
  const whole = before.subarray(0, before.lastIndexOf('\n') + 1);
  const file = openSync(path, 'a');
  if (whole.length < before.length) ftruncateSync(file, whole.length);

  return {
    read: () => readDecisions(whole.toString()),
    record(decision) {
      writeSync(file, `${JSON.stringify(decision)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** The decisions in the text of a journal. */
export const readDecisions = (text: string): Decision[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Decision);

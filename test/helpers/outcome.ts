import type { EarshotError } from '../../src/policy/errors.ts';
import { settle } from './clock.ts';

/** What became of a promise so far. */
export interface Outcome<T> {
  settled: boolean;
  value?: T;
  error?: EarshotError;
}

/** Watches a promise without waiting for it; a rejection counts as seen. */
export const watch = <T>(promise: Promise<T>): Outcome<T> => {
  const outcome: Outcome<T> = { settled: false };
  promise.then(
    (value) => Object.assign(outcome, { settled: true, value }),
    (error: unknown) => Object.assign(outcome, { settled: true, error }),
  );
  return outcome;
};

/** What the promise is rejected with in this instant. */
export const rejection = async (promise: Promise<unknown>): Promise<unknown> => {
  const { settled, error } = await after(watch(promise));
  if (!settled || error === undefined) throw new Error('It was not rejected.');
  return error;
};

const after = async <T>(outcome: Outcome<T>): Promise<Outcome<T>> => {
  await settle();
  return outcome;
};

/** What `call` throws. */
export const thrown = (call: () => unknown): EarshotError => {
  try {
    call();
  } catch (error) {
    return error as EarshotError;
  }
  throw new Error('It did not throw.');
};

import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import { isAdvancing, isPaused } from './media-events.ts';

interface Pending {
  resolve(): void;
  reject(error: Error): void;
}

const interrupted = () => new DOMException('It was interrupted.', 'AbortError');

/** The promises of `play()`. Each settles once media advances, or cannot advance without the listener. */
export interface Plays {
  /** Returns a promise for the outcome of `state`, or of a later state. */
  promise(state: State | null, error: EarshotError | null): Promise<void>;
  settle(state: State, error: EarshotError | null): void;
}

export const createPlays = (): Plays => {
  let pending: Pending[] = [];
  return {
    async promise(state, error) {
      if (error) throw error;
      if (isAdvancing(state)) return;
      if (isPaused(state)) throw interrupted();
      await new Promise<void>((resolve, reject) => pending.push({ resolve, reject }));
    },
    settle(state, error) {
      if (!isAdvancing(state) && !isPaused(state)) return;
      const settled = pending;
      pending = [];
      for (const { resolve, reject } of settled) {
        if (isAdvancing(state)) resolve();
        else if (error) reject(error);
        else if (state.status === 'blocked')
          reject(new DOMException('The browser wants a gesture.', 'NotAllowedError'));
        else reject(interrupted());
      }
    },
  };
};

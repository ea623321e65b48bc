import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import { isAdvancing, isPaused } from './media-events.ts';

interface Pending {
  resolve(): void;
  reject(error: Error): void;
}

const interrupted = () => new DOMException('It was interrupted.', 'AbortError');

/** The promises of `play()`: each is kept once media advances, or will not by itself. */
export class Plays {
  #pending: Pending[] = [];

  /** A promise for what comes of `state`, or of a later one. */
  async promise(state: State | null, error: EarshotError | null): Promise<void> {
    if (error) throw error;
    if (isAdvancing(state)) return;
    if (isPaused(state)) throw interrupted();
    await new Promise<void>((resolve, reject) => this.#pending.push({ resolve, reject }));
  }

  settle(state: State, error: EarshotError | null): void {
    if (!isAdvancing(state) && !isPaused(state)) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const { resolve, reject } of pending) {
      if (isAdvancing(state)) resolve();
      else if (error) reject(error);
      else if (state.status === 'blocked')
        reject(new DOMException('The browser wants a gesture.', 'NotAllowedError'));
      else reject(interrupted());
    }
  }
}

import { EarshotError } from '../policy/errors.ts';
import type { Gate } from '../policy/gate.ts';
import type { Wait } from '../policy/state.ts';

/** A gate at work: what is remembered, and who is at it now. */
export class Entry {
  readonly key: string;
  gate: Gate;
  error: EarshotError | null = null;
  /** A request is finding out whether a failing gate is open again. */
  probing = false;
  /** Grows with each failure, so that what was asked before it does not count twice. */
  round = 0;
  readonly #wakers = new Set<() => void>();

  constructor(key: string, gate: Gate) {
    this.key = key;
    this.gate = gate;
  }

  /** Resolves at the next change of this gate; the returned function forgets about it. */
  changed(waker: () => void): () => void {
    this.#wakers.add(waker);
    return () => this.#wakers.delete(waker);
  }

  wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }

  get wait(): Wait | null {
    const { failing, until, attempt, code } = this.gate;
    if (!failing && until === 0) return null;
    const error =
      this.error ?? new EarshotError(code ?? 'overload', 'It failed before this page was loaded.');
    return { until, attempt, error };
  }
}

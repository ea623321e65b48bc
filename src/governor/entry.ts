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
  /** The latest deadline that this page knows from storage, its own writing included. */
  seen = 0;
  /** Those who wait for a change of this gate. */
  readonly waiters = new Set<() => void>();

  constructor(key: string, gate: Gate) {
    this.key = key;
    this.gate = gate;
  }

  get why(): EarshotError {
    return this.error ?? new EarshotError(this.gate.code ?? 'timeout', 'It failed before.');
  }

  get wait(): Wait {
    const { until, since, attempt } = this.gate;
    return { until, since, attempt, error: this.why };
  }
}

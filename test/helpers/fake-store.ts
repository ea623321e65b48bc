import type { Store } from '../../src/host/host.ts';

/** Storage that can be told to misbehave. It outlives the page that wrote to it. */
export class FakeStore implements Store {
  readonly values = new Map<string, string>();
  /** `throws`: forbidden. `full`: reads, but keeps nothing new. */
  mood: 'good' | 'throws' | 'full' = 'good';

  get(key: string): string | null {
    this.#check();
    return this.values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.#check();
    if (this.mood === 'full') throw new DOMException('It is full.', 'QuotaExceededError');
    this.values.set(key, value);
  }

  remove(key: string): void {
    this.#check();
    this.values.delete(key);
  }

  #check(): void {
    if (this.mood === 'throws') throw new DOMException('It is forbidden.', 'SecurityError');
  }
}

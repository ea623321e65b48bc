import type { Host } from '../host/host.ts';

/**
 * The few lines of an emitter that a session needs, held privately so that only the session emits.
 * A listener that throws harms nobody else, and its error still reaches the page's own handler.
 */
export class Emitter<Events extends { [Name in keyof Events]: (value: never) => void }> {
  readonly #host: Host;
  #listeners: { readonly name: keyof Events; readonly call: (value: never) => void }[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  on<Name extends keyof Events>(name: Name, call: Events[Name]): () => void {
    const listener = { name, call };
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  emit<Name extends keyof Events>(name: Name, value: Parameters<Events[Name]>[0]): void {
    for (const listener of this.#listeners) {
      if (listener.name === name) this.guard(() => listener.call(value as never));
    }
  }

  guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#host.timer(() => {
        throw error;
      }, 0);
    }
  }

  clear(): void {
    this.#listeners = [];
  }
}

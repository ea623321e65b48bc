import type { Host } from '../host/host.ts';

/** The listeners of a session. Only the session emits. */
export interface Emitter<Events> {
  on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void;
  emit<Name extends keyof Events>(name: Name, value: First<Events[Name]>): void;
  /** A listener that throws harms nobody else, and its error still reaches the page's own handler. */
  guard(call: () => void): void;
  clear(): void;
}

type First<Call> = Call extends (value: infer Value) => void ? Value : never;

export const createEmitter = <Events>(host: Host): Emitter<Events> => {
  let listeners: { readonly name: unknown; readonly call: unknown }[] = [];
  const guard = (call: () => void) => {
    try {
      call();
    } catch (error) {
      host.timer(() => {
        throw error;
      }, 0);
    }
  };
  return {
    guard,
    on(name, call) {
      const listener = { name, call };
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
    emit(name, value) {
      for (const listener of listeners) {
        if (listener.name === name) guard(() => (listener.call as (value: unknown) => void)(value));
      }
    },
    clear() {
      listeners = [];
    },
  };
};

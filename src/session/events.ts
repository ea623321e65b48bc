import { EventEmitter } from 'eventemitter3';
import type { Host } from '../host/host.ts';
import type { SessionEvents } from './api.ts';

/** The methods that the build keeps of the class (rollup.config.mjs). */
type Emitter = Pick<EventEmitter<SessionEvents>, 'emit' | 'off' | 'on'>;

/** The events of a session. It holds the emitter privately: only the session emits. */
export const createEvents = (host: Host) => {
  let emitter: Emitter = new EventEmitter<SessionEvents>();
  /** A listener that throws harms nobody else, and its error still reaches the page's own handler. */
  const isolate = (call: () => void) => {
    try {
      call();
    } catch (error) {
      host.timer(() => {
        throw error;
      }, 0);
    }
  };
  const emit: Emitter['emit'] = (name, ...told) => emitter.emit(name, ...told);
  return {
    isolate,
    emit,
    /** @returns what stops it; a second call does nothing. */
    on<Name extends keyof SessionEvents>(
      name: Name,
      listener: SessionEvents[Name],
      isOnce?: boolean,
    ) {
      const call = listener as (value: unknown) => void;
      const isolated = (value: unknown) => {
        if (isOnce) stop();
        isolate(() => call(value));
      };
      const stop = () => void emitter.off(name, isolated);
      emitter.on(name, isolated);
      return stop;
    },
    /** Nobody is told anything from now on. */
    close() {
      emitter = new EventEmitter<SessionEvents>();
    },
  };
};

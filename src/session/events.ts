import { EventEmitter } from 'eventemitter3';
import type { Host } from '../host/host.ts';
import type { SessionEvents } from './api.ts';

/** The methods that the build keeps of this class (rollup.config.mjs). */
type Emitter = Pick<EventEmitter<SessionEvents>, 'emit' | 'off' | 'on'>;

/** The events of a session. The emitter stays private: only the session may emit. */
export const createEvents = (host: Host) => {
  let emitter: Emitter = new EventEmitter<SessionEvents>();
  /** If a listener throws, the other listeners still run, and the error reaches the page's error handler. */
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
    /** @returns a function that removes the listener. A second call does nothing. */
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
    /** No listener is called after this. */
    close() {
      emitter = new EventEmitter<SessionEvents>();
    },
  };
};

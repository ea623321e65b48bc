import { EventEmitter } from 'eventemitter3';
import type { Host } from '../host/host.ts';
import type { SessionEvents } from './api.ts';

/** The methods that the build keeps of the class (rollup.config.mjs). */
type Emitter = Pick<EventEmitter<SessionEvents>, 'emit' | 'off' | 'on' | 'removeAllListeners'>;

/** The events of a session. It holds the emitter privately: only the session emits. */
export const createEvents = (host: Host) => {
  const emitter: Emitter = new EventEmitter<SessionEvents>();
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
  /** @returns what stops it; a second call does nothing. */
  const on = <Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]) => {
    const call = listener as (value: unknown) => void;
    const isolated = (value: unknown) => isolate(() => call(value));
    emitter.on(name, isolated);
    return () => void emitter.off(name, isolated);
  };
  return { emitter, isolate, on };
};

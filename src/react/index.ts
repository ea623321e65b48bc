import { useEffect, useState, useSyncExternalStore } from 'react';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { listen } from '../session/listen.ts';
import type { ListenOptions } from '../session/options.ts';

export {
  EarshotListener,
  type EarshotListenerElement,
  type EarshotListenerHandler,
  type EarshotListenerHandlers,
  type EarshotListenerProps,
} from './earshot-listener.ts';
export type { EarshotListenerAttributes, EarshotListenerEvent } from './jsx.ts';

/** What {@link useListener} gives. */
export interface Listener {
  /** The state as it is now; `null` before `start()`, and while a server renders. */
  readonly state: State | null;
  /** The session; `null` before `start()`. */
  readonly session: Session | null;
  /**
   * Listens, with the options of the last render; call it in a gesture. Ends a session that was there.
   *
   * @throws EarshotError `bad-option`.
   */
  readonly start: () => Session;
  /** Closes the session. Its last state stays until the next `start()`. */
  readonly close: () => void;
}

/** One component's session, and what it is drawn from. */
class Store {
  options: ListenOptions;
  session: Session | null = null;
  readonly #listeners = new Set<() => void>();
  #stop = () => {};

  constructor(options: ListenOptions) {
    this.options = options;
  }

  readonly start = (): Session => {
    this.close();
    this.#stop();
    const session = listen(this.options);
    this.session = session;
    this.#stop = session.subscribe(() => {
      for (const listener of [...this.#listeners]) listener();
    });
    return session;
  };

  readonly close = (): void => this.session?.close();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): State | null => this.session?.state ?? null;
}

const onServer = () => null;

/**
 * A session for one component: draws it anew after every change of the state, and closes it when the
 * component goes. Nothing is requested before `start()`.
 *
 * @param options what `listen()` is given. A change of them counts at the next `start()`.
 */
export const useListener = (options: ListenOptions): Listener => {
  const [store] = useState(() => new Store(options));
  const state = useSyncExternalStore(store.subscribe, store.state, onServer);
  useEffect(() => {
    store.options = options;
  });
  useEffect(() => store.close, [store]);
  const { session, start, close } = store;
  return { state, session, start, close };
};

import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
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
export interface Listener<Selected = State | null> {
  /** The state as it is now, or what was selected of it; `null` before `start()`, and while a server renders. */
  readonly state: Selected;
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

const noSession = () => null;
const wholeState = (state: State | null) => state;

/** Whether its members are all that it is: a Date, a Map or an error has none that say so. */
const isPlain = (value: unknown): value is object =>
  Array.isArray(value) || (value as object | null)?.constructor === Object;

/** Equal, or plain objects or arrays of equal members. */
const isSame = (one: unknown, other: unknown): boolean => {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  const members = Object.entries(one);
  return (
    members.length === Object.keys(other).length &&
    members.every(([name, value]) => Object.is(value, (other as Record<string, unknown>)[name]))
  );
};

/**
 * A session for one component: draws it anew after every change of the state, and closes it when the
 * component goes. Nothing is requested before `start()`.
 *
 * @param options what `listen()` is given. A change of them counts at the next `start()`.
 */
export function useListener(options: ListenOptions): Listener;
/**
 * The same, drawn anew only when what it selects changes.
 *
 * @param options what `listen()` is given. A change of them counts at the next `start()`.
 * @param select what the component needs of the state: it is drawn anew only when that changes, and not each second while
 * times move. A value, or an object or array of values, such as `(state) => state?.status`; what is nested deeper counts as
 * changed with each state.
 */
export function useListener<Selected>(
  options: ListenOptions,
  select: (state: State | null) => Selected,
): Listener<Selected>;
export function useListener(
  options: ListenOptions,
  select: (state: State | null) => unknown = wholeState,
): Listener<unknown> {
  const [store] = useState(() => new Store(options));
  const selected = useRef<unknown>(undefined);
  let seen: State | null | undefined;
  // Once for each state: React reads it again, and what is new each time would have no end.
  const pick = (state: State | null) => {
    if (state === seen) return selected.current;
    seen = state;
    const next = select(state);
    if (!isSame(selected.current, next)) selected.current = next;
    return selected.current;
  };
  const state = useSyncExternalStore(
    store.subscribe,
    () => pick(store.state()),
    () => pick(null),
  );
  const session = useSyncExternalStore(store.subscribe, () => store.session, noSession);
  useEffect(() => {
    store.options = options;
  });
  useEffect(() => store.close, [store]);
  const { start, close } = store;
  return { state, session, start, close };
}

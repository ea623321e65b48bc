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

/** The result of {@link useListener}. */
export interface Listener<Selected = State | null> {
  /** The current state, or the selected part of it; `null` before `start()`, and during server rendering. */
  readonly state: Selected;
  /** The session; `null` before `start()`. */
  readonly session: Session | null;
  /**
   * Starts a session with the options of the last render, and ends an earlier one. Call it in a user gesture.
   *
   * @throws EarshotError `bad-option`.
   */
  readonly start: () => Session;
  /** Closes the session. Its last state stays until the next `start()`. */
  readonly close: () => void;
}

/** The session of one component, and its snapshot for rendering. */
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

/** A plain object or an array. A Date, a Map or an error has no members that could tell two of them apart. */
const isPlain = (value: unknown): value is object =>
  Array.isArray(value) || (value as object | null)?.constructor === Object;

/** Equal values, or plain objects or arrays with equal members. */
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
 * A session for one component. The component renders again after every change of the state; unmounting closes the
 * session. Earshot makes no request before `start()`.
 *
 * @param options the options of `listen()`. A change applies at the next `start()`.
 */
export function useListener(options: ListenOptions): Listener;
/**
 * The same, but the component renders again only if the selected value changes.
 *
 * @param options the options of `listen()`. A change applies at the next `start()`.
 * @param select returns the part of the state that the component needs, so that it does not render every second while
 * times change. A value, or an object or array of values, such as `(state) => state?.status`. Anything nested deeper
 * counts as changed with each state.
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

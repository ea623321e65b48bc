import { onAbort } from '../host/host.ts';
import { EarshotError } from '../policy/errors.ts';
import type { State, Status } from '../policy/state.ts';
import type { Session } from './api.ts';

/** The options of {@link until}. */
export interface UntilOptions {
  /** Stops waiting: the promise rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a session has a state: `await until(session, 'hearing')` for the first sound. The wait may be long,
 * because a session does not give up by itself.
 *
 * @param wanted a status, or a predicate for a state.
 * @returns the first state that matches; at once if the current state does.
 * @throws EarshotError the error that closed the session, or `stopped` if it ended without one; the signal's reason
 * if it aborts.
 */
export const until = (
  session: Pick<Session, 'subscribe'>,
  wanted: Status | ((state: State) => boolean),
  { signal }: UntilOptions = {},
): Promise<State> => {
  const isWanted = typeof wanted === 'function' ? wanted : ({ status }: State) => status === wanted;
  const controller = new AbortController();
  const waiting = new Promise<State>((resolve, reject) => {
    const see = (state: State) => {
      if (isWanted(state)) return resolve(state);
      const error = state.status === 'closed' && state.error;
      const isOver = state.status === 'closed' || state.status === 'ended';
      if (isOver) reject(error || new EarshotError('stopped', `The session is ${state.status}.`));
    };
    const stop = session.subscribe((state) => {
      try {
        see(state);
      } catch (error) {
        reject(error);
      }
    });
    onAbort(controller.signal, stop);
    if (signal)
      onAbort(
        controller.signal,
        onAbort(signal, () => reject(signal.reason)),
      );
  });
  return waiting.finally(() => controller.abort());
};

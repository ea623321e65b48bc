import { onAbort } from '../host/host.ts';
import { EarshotError } from '../policy/errors.ts';
import type { State, Status } from '../policy/state.ts';
import type { Session } from './api.ts';

/** What {@link until} can be told. */
export interface UntilOptions {
  /** Gives up waiting; the promise rejects with its reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a session is somewhere: `await until(session, 'hearing')` for the first sound. It may wait for long, since a
 * session does not give up by itself.
 *
 * @param wanted a status, or what says of a state whether it is the one.
 * @returns the state that was waited for; at once if it is that already.
 * @throws EarshotError what closed the session, or `stopped` if it was over without one; the signal's reason if it aborts.
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

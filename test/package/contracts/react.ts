// What a user's code may rely on, and what must not compile. Nothing here runs.
import type { Session, State } from 'earshot';
import { type Listener, useListener } from 'earshot/react';

/** A component, so far as it matters here. */
export function Talk(): null {
  const listener: Listener = useListener({ stage: '/stage.json' });
  const { start, close } = listener;
  const session: Session = start();
  const state: State | null = listener.state;
  close();
  void [session, state];
  // @ts-expect-error a stage is needed
  useListener({});
  // @ts-expect-error null before start()
  listener.state.status;
  // @ts-expect-error null before start()
  listener.session.close();
  // @ts-expect-error not the caller's to set
  listener.state = null;
  return null;
}

// What a user's code may rely on, and what must not compile. Nothing here runs.
import { EarshotError, type Session, type State } from 'earshot';
import { type ScriptedSession, scriptedSession, stateOf } from 'earshot/testing';

const scripted: ScriptedSession = scriptedSession(stateOf('blocked'));
const session: Session = scripted.session;
const state: State = stateOf('waiting', { ahead: 1_000 });
const error = new EarshotError('timeout', 'It took too long.');
scripted.show(stateOf('closed', { error }));
scripted.emit('error', error);
const { until } = stateOf('waiting').wait;
const calls: readonly string[] = scripted.calls;
void [session, state, until, calls];
// @ts-expect-error no such status
stateOf('playing');
// @ts-expect-error only `closed` has an error
stateOf('hearing', { error });
// @ts-expect-error states are shown, not emitted
scripted.emit('state', state);

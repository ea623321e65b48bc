// What a user's code may rely on, and what must not compile. Nothing here runs.
import type { EarshotError, Session, State } from 'earshot';
import { EarshotListener, WORDS, type Words } from 'earshot/element';

const listener: EarshotListener = document.createElement('earshot-listener');
const found: EarshotListener | null = document.querySelector('earshot-listener');
const own = new EarshotListener();
void found;
listener.options = { catchUp: 'skip' };
listener.volume = 0.5;
listener.muted = true;
listener.words = { ...WORDS, allow: 'Let me hear' };
EarshotListener.words = {};
const played: Promise<void> = own.play();
const state: State | null = own.state;
const session: Session | null = own.session;
const error: EarshotError | null = own.error;
const words: Words = WORDS;
listener.addEventListener('statechange', (event) => event.currentTarget.state?.hearing);
listener.addEventListener('error', ({ currentTarget }) => currentTarget.error?.code);
listener.addEventListener('click', ({ clientX, currentTarget }) => [clientX, currentTarget.state]);
const onState = (event: Event & { readonly currentTarget: EarshotListener }) =>
  event.currentTarget.state;
listener.addEventListener('statechange', onState, { once: true });
listener.removeEventListener('statechange', onState);
listener.addEventListener('play', function () {
  this.hidden = true;
});
listener.addEventListener('own', (event) => event.type);
listener.addEventListener('pause', { handleEvent: (event) => event.type });
// @ts-expect-error not a property of the state
listener.addEventListener('statechange', (event) => event.currentTarget.state?.heard);
void [played, state, session, error, words];
// @ts-expect-error no such option
listener.options = { retries: 1 };
// @ts-expect-error derived, not set
listener.state = null;
// @ts-expect-error null before it listens
own.session.close();
// @ts-expect-error no such word
listener.words = { listenn: '' };

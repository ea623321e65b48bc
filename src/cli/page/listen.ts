// The page at `/` of a stage: the element, a hand to raise, and the messages of the stage.
import { channel } from '../../channel/channel.ts';
import type { EarshotListener } from '../../element/listener.ts';

const MOST_MESSAGES = 20;

const byId = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const listener = document.querySelector('earshot-listener') as EarshotListener;
const hand = byId<HTMLButtonElement>('hand');
const sent = byId('sent');
const messages = byId<HTMLUListElement>('messages');

/** The session that the page has subscribed to. */
let followed: EarshotListener['session'] = null;

function show(type: string, payload: unknown): void {
  const item = document.createElement('li');
  item.textContent = typeof payload === 'string' ? payload : `${type} ${JSON.stringify(payload)}`;
  messages.append(item);
  while (messages.children.length > MOST_MESSAGES) messages.firstElementChild?.remove();
}

function follow(): void {
  hand.disabled = !listener.session;
  if (listener.session === followed) return;
  followed = listener.session;
  followed?.on('message', ({ type, payload }) => show(type, payload));
}

const SENT: Readonly<Record<string, string>> = {
  refused: 'The stage refused the message.',
  expired: 'The message was not delivered.',
};

let isRaised = false;

async function raise(): Promise<void> {
  isRaised = !isRaised;
  hand.textContent = isRaised ? 'Lower hand' : 'Raise hand';
  sent.textContent = 'Sending…';
  const result = await followed?.send('hand', { raised: isRaised }, { key: 'hand' });
  if (result?.outcome === 'acknowledged') {
    sent.textContent = isRaised ? 'Your hand is raised.' : 'Your hand is lowered.';
  } else if (result?.outcome !== 'dropped') {
    sent.textContent = SENT[result?.outcome ?? 'expired'] ?? '';
  }
}

listener.options = { channel: channel() };
listener.addEventListener('loadstart', follow);
listener.addEventListener('emptied', follow);
listener.addEventListener('statechange', follow);
hand.addEventListener('click', raise);

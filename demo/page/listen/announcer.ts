import type { Session, State } from '../earshot.js';
import { byId, say } from '../ui/dom.ts';
import { atDoor, doorAnnouncement } from './words/queue.ts';
import { announcement, switchWords } from './words/state.ts';

/** A status that passes by sooner than this is not worth a listener's attention. */
const SETTLES = 700;

/** Tells a screen reader of each change of status, source or standing at the door, and of nothing else. */
export function createAnnouncer(): (session: Session) => void {
  const region = byId('announcer');
  const told = { status: '', door: '' };
  let seen = '';
  /** What the last change of source did, until it is told. */
  let change = '';
  let timer = 0;

  function tell(state: State, keys: typeof told): void {
    const words = [change];
    // What a change of source did says where it leads to as well.
    if (keys.status !== told.status && !(change && state.hearing)) words.push(announcement(state));
    change = '';
    if (keys.door !== told.door) words.push(doorAnnouncement(atDoor(state, Date.now())));
    Object.assign(told, keys);
    const text = words.filter(Boolean).join(' ');
    if (text) say(region, text);
  }

  function onState(state: State): void {
    const status = `${state.status} ${state.hearing ? state.source?.url : ''}`;
    // Not the turn itself: where it moves to is no news for the ear.
    const door = atDoor(state, Date.now())?.phase ?? '';
    if (`${status} ${door}` === seen) return;
    seen = `${status} ${door}`;
    clearTimeout(timer);
    timer = window.setTimeout(() => tell(state, { status, door }), SETTLES);
  }

  return (session) => {
    session.on('switch', (made) => {
      change = `${switchWords(made, session.state.ladder)}.`;
    });
    session.subscribe(onState);
  };
}

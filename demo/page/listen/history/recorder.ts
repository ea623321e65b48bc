import type { Session, State, Wait } from '../../earshot.js';
import { SERVER, waitsOf } from '../waits-of.ts';
import { channelNews } from '../words/channel.ts';
import { clock, span } from '../words/clock.ts';
import { IN_TEXT, type KnownPlace, NAMES, PLACES, placeOf, sourceName } from '../words/names.ts';
import { type AtDoor, atDoor } from '../words/queue.ts';
import { headline, reason, switchWords } from '../words/state.ts';
import type { History } from './history.ts';
import { toneOf } from './tone.ts';

/** A turn that moves by less is no news; it may move every second. */
const LOGGED_MOVE_MS = 5_000;

/** Writes into the history what the session tells. */
export function createRecorder(history: History) {
  const waits = new Map<KnownPlace, Wait | null>();
  let status: State['status'] | null = null;
  let stood: AtDoor | null = null;
  let channel: string | null = null;

  function onWaits(state: State, now: number): void {
    const current = waitsOf(state);
    for (const place of PLACES) {
      const [before, after] = [waits.get(place) ?? null, current[place]];
      waits.set(place, after);
      if (after && after.until > now && after.until !== before?.until) {
        const words = `${NAMES[place]} ${reason(after.error)}: next try at ${clock(after.until)}`;
        history.mark(now, 'error', words);
      } else if (before && !after) {
        const who = SERVER.includes(place) ? `The server of ${IN_TEXT[place]}` : NAMES[place];
        history.mark(now, 'note', `${who} responds again`);
      }
    }
  }

  function onDoor(state: State, now: number): void {
    const at = atDoor(state, now);
    const before = stood;
    stood = at;
    if (at?.phase === 'in' && before?.phase !== 'in') {
      history.mark(now, 'door', before ? 'You were admitted' : 'Your pass is still valid');
    } else if (at?.phase === 'queued') {
      const moved = before?.phase === 'queued' ? at.turn - before.turn : null;
      const turn = clock(at.turn);
      if (moved === null) history.mark(now, 'note', `In the waiting room: your turn is at ${turn}`);
      else if (Math.abs(moved) < LOGGED_MOVE_MS) stood = { ...at, turn: before?.turn ?? at.turn };
      else {
        const way = moved > 0 ? 'later' : 'earlier';
        history.mark(now, 'note', `Your turn is ${span(Math.abs(moved))} ${way}, at ${turn}`);
      }
    }
  }

  function onChannel(state: State, now: number): void {
    const words = channelNews(state);
    if (words && words !== channel) history.mark(now, 'note', words);
    // What passes by is told by its error, and by its wait.
    if (words || state.channel.status === 'waiting') channel = words;
  }

  function onState(state: State, now: number): void {
    if (state.status !== status) history.mark(now, 'note', hears(state));
    status = state.status;
    onWaits(state, now);
    onDoor(state, now);
    onChannel(state, now);
    extend(state, now);
  }

  function hears(state: State): string {
    const { source, ladder, hearing } = state;
    return headline(state) + (hearing && source ? `: ${sourceName(source, ladder)}` : '');
  }

  function extend(state: State, now: number): void {
    history.extend(now, toneOf(state), hears(state));
  }

  return {
    extend,
    follow(session: Session): void {
      status = null;
      stood = null;
      channel = null;
      waits.clear();
      session.subscribe((state) => onState(state, Date.now()));
      session.on('switch', (change) =>
        history.mark(Date.now(), 'switch', switchWords(change, session.state.ladder)),
      );
      session.on('error', (error) => {
        const who = error.url ? NAMES[placeOf(error.url, session.state.ladder)] : 'A source';
        history.mark(Date.now(), 'error', `${who} ${reason(error)}`);
      });
    },
  };
}

import type { State } from '../earshot.js';
import { byId, say, set } from '../ui/dom.ts';
import { sourceName } from './words/names.ts';
import { type AtDoor, atDoor, meanwhile, sureness, turnDetail, turnWords } from './words/queue.ts';

const WAITS = { title: 'Waiting room: your turn', what: 'You wait for', how: 'How reliable' };
const IS_IN = { title: 'Waiting room', what: 'For', how: 'Your place' };

/** The queue as the listener sees it: the turn, how sure it is, what is heard meanwhile. */
export function createQueueView(): (state: State, now: number) => void {
  const view = byId('queue');
  const names = { title: byId('queue-title'), what: byId('queue-for'), how: byId('queue-how') };
  const [big, small] = [byId('queue-turn'), byId('queue-detail')];
  const [what, sure, heard] = [byId('queue-source'), byId('queue-sure'), byId('queue-meanwhile')];
  const bar = byId<HTMLProgressElement>('queue-bar');
  /** When the wait that the bar shows began. */
  let since: number | null = null;

  const passed = ({ phase, turn }: AtDoor, now: number): number => {
    if (phase === 'in' || phase === 'turn') return 1;
    since ??= now;
    return phase === 'queued' ? (now - since) / Math.max(1, turn - since) : 0;
  };

  return (state, now) => {
    const at = atDoor(state, now);
    // Whoever plays what is behind the door has no more use for this.
    view.hidden = !at || (at.phase === 'in' && at.rung.status === 'active');
    if (!at) return;
    set(view, 'data-at', at.phase);
    const { title, what: guarded, how } = at.phase === 'in' ? IS_IN : WAITS;
    say(names.title, title);
    say(names.what, guarded);
    say(names.how, how);
    say(big, turnWords(at));
    say(small, turnDetail(at, state, now));
    say(what, sourceName(at.rung, state.ladder));
    say(sure, sureness(at));
    say(heard, meanwhile(state));
    bar.value = passed(at, now);
    if (at.phase === 'in') since = null;
  };
}

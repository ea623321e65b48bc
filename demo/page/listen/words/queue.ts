import type { Rung, State } from '../../earshot.js';
import { clock, span } from './clock.ts';
import { sourceName } from './names.ts';
import { due, reason } from './state.ts';

/**
 * Where the listener stands at the door of the best guarded rung. `unknown`: nobody can tell the
 * turn. `drawing`: no lot is drawn yet. `queued`: the turn is known. `turn`: it has come. `in`: let
 * in, and the pass holds.
 */
export interface AtDoor {
  readonly phase: 'unknown' | 'drawing' | 'queued' | 'turn' | 'in';
  readonly rung: Rung;
  /** Epoch ms. */
  readonly turn: number;
  readonly uncertainty: number | null;
}

/** A move of the turn that is smaller than this is the clocks' doing. */
export const MOVED = 1_000;

/** `null` if there is no door, nobody at it any more, or a source behind it that cannot be played here. */
export function atDoor(state: State, now: number): AtDoor | null {
  const { ladder, queue, status } = state;
  const rung =
    ladder.find(({ url }) => url === queue?.source.url) ?? ladder.find((one) => one.position);
  if (!rung?.position || status === 'closed' || status === 'ended') return null;
  if (rung.error?.code === 'unsupported') return null;
  const { turn, uncertainty, admitted } = rung.position;
  const waits = turn === Infinity ? 'unknown' : uncertainty === null ? 'drawing' : 'queued';
  return { phase: turn > now ? waits : admitted ? 'in' : 'turn', rung, turn, uncertainty };
}

/** What stands in the largest letters. */
export function turnWords({ phase, turn }: AtDoor): string {
  if (phase === 'in') return 'You are in';
  if (phase === 'turn') return 'Now';
  return phase === 'queued' ? clock(turn) : 'Not known yet';
}

/** What follows them; it may count. */
export function turnDetail({ phase, rung, turn }: AtDoor, state: State, now: number): string {
  const { wait, status, error } = rung;
  const isHeld = wait && wait.until > now;
  const asksAgain = isHeld && `It ${reason(wait.error)}: next try ${due(wait, now)}`;
  if (phase === 'queued') return `in ${span(turn - now)}`;
  if (phase === 'drawing') return 'Drawing a number';
  if (phase === 'unknown') return 'The server has not said it';
  if (error) return `Not admitted: it ${reason(error)}`;
  if (asksAgain) return asksAgain;
  if (phase === 'turn') return status === 'standby' ? 'Connecting' : 'Asking the server';
  return status === 'active' && state.hearing ? 'Playing now' : 'Your place is kept';
}

/** How far the turn can be relied on. */
export function sureness({ phase, uncertainty }: AtDoor): string {
  if (phase === 'in') return 'Kept, even after a reload';
  if (phase === 'turn') return 'Your turn has come';
  if (phase === 'unknown') return 'Unknown';
  if (uncertainty === null) return 'Unknown until the number is drawn';
  return uncertainty < MOVED
    ? 'It has not changed'
    : `It changed by ${span(uncertainty)} at the last update`;
}

/** What is heard while the turn is waited for. */
export function meanwhile({ hearing, source, ladder }: State): string {
  return hearing && source ? sourceName(source, ladder) : 'Nothing';
}

/** What the live region says of the door: when the turn is known, and when one is in. */
export function doorAnnouncement(at: AtDoor | null): string {
  if (at?.phase === 'queued') return `In the waiting room. Your turn is at ${clock(at.turn)}.`;
  return at?.phase === 'in' ? 'You are admitted.' : '';
}

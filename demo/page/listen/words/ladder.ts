import type { Rung, State } from '../../earshot.js';
import { clock } from './clock.ts';
import { sourceName } from './names.ts';
import { due, reason, whoFailed } from './state.ts';

/** What a rung is called at the head of its row. */
export const rungName = (rung: Rung, { ladder }: State): string =>
  rung.kind === 'whep' ? 'WebRTC, live' : sourceName(rung, ladder);

const heardAt = ({ ladder }: State): number => ladder.findIndex((rung) => rung.status === 'active');

/** A recording is for a stage that is over, or that is nothing but one. */
export function fits({ kind }: Rung, { ladder, stage }: State): boolean {
  const isOver = stage.state === 'ended' || ladder.every((rung) => rung.kind === 'recording');
  return (kind === 'recording') === isOver;
}

/** What takes over if the rung that is heard falls now. */
const nextOf = (state: State): Rung | undefined =>
  state.ladder.find(({ status }) => status === 'standby') ??
  state.ladder.find((rung) => rung.status === 'ready' && fits(rung, state));

/** Epoch ms at which a better rung is tried; who comes to the door at its turn need not rest. */
function triedAt({ wait, position }: Rung, { climbsAt }: State): number {
  const rested = position && !position.admitted ? 0 : (climbsAt ?? Infinity);
  return Math.max(wait?.until ?? 0, position?.turn ?? 0, rested);
}

const SOUNDS: Partial<Record<State['status'], string>> = {
  hearing: 'Playing now',
  muted: 'Playing, muted',
  paused: 'Paused',
  blocked: 'Blocked by the browser',
  waiting: 'Silent',
  stalled: 'Silent',
  rejoining: 'Silent until it reaches the word heard last',
};

function readyWords(rung: Rung, state: State, now: number): string {
  const { ladder } = state;
  const at = heardAt(state);
  const isNext = rung === nextOf(state);
  if (ladder.indexOf(rung) < at) {
    const tried = triedAt(rung, state);
    if (tried <= now) return 'Next try at any moment';
    const when = tried === Infinity ? 'after a minute without a stall' : `at ${clock(tried)}`;
    const fall =
      isNext && ladder[at] ? `, or at once if ${sourceName(ladder[at], ladder)} fails` : '';
    return `Next try ${when}${fall}`;
  }
  const heard = ladder[at];
  if (!isNext) return 'Ready';
  return heard ? `Next, if ${sourceName(heard, ladder)} fails` : 'Next';
}

/** What a rung is in the life of the session just now. */
export function rungWords(rung: Rung, state: State, now: number): string {
  const { wait, position, error, status } = rung;
  if (status === 'active') {
    return `${SOUNDS[state.status] ?? 'Opening'}${position?.admitted ? ', admitted' : ''}`;
  }
  if (status === 'standby') {
    const isBetter = state.ladder.indexOf(rung) < heardAt(state);
    return isBetter ? 'Being tried silently' : 'Being prepared to take over';
  }
  if (status !== 'excluded' && !fits(rung, state)) return 'For after the event';
  if (status === 'queued') {
    const { turn = Infinity, uncertainty = null } = position ?? {};
    if (turn === Infinity) return 'In the waiting room; the turn is not known yet';
    return uncertainty === null
      ? 'In the waiting room; drawing a number'
      : `Its turn is at ${clock(turn)}`;
  }
  if (status === 'waiting' && wait) {
    return `Next try at ${clock(wait.until)}: it ${reason(wait.error)}`;
  }
  if (status === 'excluded') return error ? `Not used: it ${reason(error)}` : 'Not used';
  return readyWords(rung, state, now);
}

function turnWords(name: string, { position }: Rung, now: number): string {
  const { turn = Infinity, uncertainty = null } = position ?? {};
  if (turn === Infinity) return `In the waiting room of ${name}. The turn is not known yet.`;
  if (uncertainty === null) return `Draws a number in the waiting room of ${name}.`;
  return `In the waiting room of ${name}. Its turn is ${due({ until: turn }, now)}.`;
}

/** When it climbs from the rung that is heard, and why not yet; empty if there is none above. */
function climbWords(heard: Rung, better: readonly Rung[], state: State, now: number): string {
  const { ladder } = state;
  const open = better.filter((rung) => rung.status !== 'excluded' && fits(rung, state));
  const [first] = open.sort((one, other) => triedAt(one, state) - triedAt(other, state));
  const stays = `Stays on ${sourceName(heard, ladder)}`;
  if (!first) {
    const left = better.find(({ error }) => error);
    return left?.error ? `${stays}: ${sourceName(left, ladder)} ${reason(left.error)}.` : '';
  }
  const { status, wait, position } = first;
  const name = sourceName(first, ladder);
  const tried = triedAt(first, state);
  if (status === 'queued' && tried === position?.turn) return turnWords(name, first, now);
  if (status === 'waiting' && wait && (tried === wait.until || tried === Infinity)) {
    return `${stays}: ${name} ${reason(wait.error)}, next try at ${clock(wait.until)}.`;
  }
  if (tried === Infinity) return `Goes back to ${name} after a minute without a stall.`;
  if (tried <= now) return `Tries ${name} at any moment.`;
  return `Goes back to ${name} at ${clock(tried)}, if nothing stalls until then.`;
}

/** What may be taken, and when, while the rung that is meant brings no sound. */
function silentWords(heard: Rung, next: Rung | undefined, state: State, now: number): string {
  const is = `${sourceName(heard, state.ladder)} is silent`;
  if (next) return `${is}: ${sourceName(next, state.ladder)} plays next.`;
  const waits = state.ladder.filter((rung) => rung.wait && rung !== heard && fits(rung, state));
  const [first] = waits.sort((one, other) => (one.wait?.until ?? 0) - (other.wait?.until ?? 0));
  if (!first?.wait) return `${is}, and no other source is available.`;
  return `${is}: ${sourceName(first, state.ladder)} is tried ${due(first.wait, now)}.`;
}

const STILL: Partial<Record<State['status'], string>> = {
  opening: 'The stage document lists the sources.',
  scheduled: 'No requests until the event starts.',
  paused: 'Nothing changes until you resume.',
  blocked: 'Nothing changes until you turn on sound.',
  ended: 'The event is over.',
  closed: 'No more requests.',
};

/** What happens next, from this one snapshot. */
export function nextWords(state: State, now: number): string {
  const { ladder, status } = state;
  const still = STILL[status];
  if (still) return still;
  if (status === 'waiting')
    return `Tries ${whoFailed(state.wait, state)} again ${due(state.wait, now)}.`;
  const at = heardAt(state);
  const heard = ladder[at];
  const next = nextOf(state);
  if (!heard) {
    const guarded = ladder.find(({ url }) => url === state.queue?.source.url);
    if (guarded) return turnWords(sourceName(guarded, ladder), guarded, now);
    return next ? `${sourceName(next, ladder)} plays next.` : 'No source is available now.';
  }
  const name = sourceName(heard, ladder);
  if (next?.status === 'standby') {
    const other = sourceName(next, ladder);
    return ladder.indexOf(next) < at
      ? `Tries ${other} silently.`
      : `${name} is unreliable: ${other} is being prepared to take over.`;
  }
  if (status === 'stalled') return silentWords(heard, next, state, now);
  return (
    climbWords(heard, ladder.slice(0, at), state, now) ||
    (next
      ? `If ${name} fails, ${sourceName(next, ladder)} takes over.`
      : `If ${name} fails, no source is ready to take over.`)
  );
}

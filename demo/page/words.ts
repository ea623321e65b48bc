import { clock, span, spoken, tenths } from './clock.ts';
import type { EarshotError, State, Switch, Wait } from './earshot.js';
import { IN_TEXT, placeOf, sourceName } from './names.ts';

/** Why something failed, to follow "since it ...". */
export function reason({ code, status }: EarshotError): string {
  const because = status ? ` (${status})` : '';
  switch (code) {
    case 'overload':
      return `was overloaded${because}`;
    case 'network':
      return 'gave no answer';
    case 'timeout':
      return 'took too long to answer';
    case 'gone':
      return `no longer had it${because}`;
    case 'turned-away':
      return `turned you away${because}`;
    case 'refused':
      return `refused it${because}`;
    case 'media':
      return 'sent what cannot be decoded';
    case 'frozen':
      return 'sent nothing new';
    case 'stalled':
      return 'fell silent';
    case 'unsupported':
      return 'cannot be played here';
    case 'http':
      return status === 409 ? `had nobody on air${because}` : `failed${because}`;
    case 'bad-document':
      return 'sent an unusable document';
    default:
      return `failed${because}`;
  }
}

/** `at 20:14:05 (in 12 s)` */
export const due = ({ until }: Pick<Wait, 'until'>, now: number): string =>
  until > now ? `at ${clock(until)} (in ${span(until - now)})` : 'now';

export function whoFailed(wait: Wait, { ladder, documentWait }: State): string {
  if (wait.error.url) return IN_TEXT[placeOf(wait.error.url, ladder)];
  const rung = ladder.find((one) => one.wait?.until === wait.until);
  if (rung) return IN_TEXT[placeOf(rung.url, ladder)];
  return wait.until === documentWait?.until ? 'the stage document' : 'the source';
}

export const HEADLINES: Record<State['status'], string> = {
  opening: 'Looking for the stage',
  scheduled: 'The stage has not begun',
  connecting: 'Opening the stage',
  hearing: 'You hear the stage',
  muted: 'The stage goes on, muted',
  paused: 'Paused',
  blocked: 'The browser holds the sound back',
  stalled: 'Silent for a moment',
  waiting: 'Nothing to hear just now',
  rejoining: 'A short pause',
  queued: 'Waiting for your turn',
  ended: 'The stage is over',
  closed: 'You have left the stage',
};

export const headline = (state: State): string =>
  state.status === 'hearing' && state.source?.kind === 'recording'
    ? 'You hear the recording'
    : state.status === 'closed' && state.error
      ? 'The session could not go on'
      : HEADLINES[state.status];

/** The sentence below the headline; it may count. */
export function detail(state: State, now: number): string {
  const { source, ladder, programTime, stage } = state;
  const from = source ? sourceName(source, ladder) : 'No source yet';
  switch (state.status) {
    case 'opening':
      return 'The stage document is on its way.';
    case 'scheduled': {
      const { startsAt } = state.stage;
      const begins =
        startsAt === null ? 'Its time is not known yet' : `It begins at ${clock(startsAt)}`;
      return `${begins}. Nothing is asked meanwhile.`;
    }
    case 'connecting':
      return `${from}. There is no proof of sound yet.`;
    case 'hearing':
      return programTime === null || stage.startsAt === null
        ? `${from}.`
        : `The voice says “${spoken(programTime - stage.startsAt)}”.`;
    case 'muted':
      return `${from}. Unmute, or turn the volume up, to hear it.`;
    case 'paused':
      return 'Resume when you like; go to live if you missed too much.';
    case 'blocked':
      return 'It wants a gesture of yours first. Press the button.';
    case 'stalled':
      return `${from}. Sound is wanted, none comes, and no request has failed.`;
    case 'waiting': {
      const who = whoFailed(state.wait, state);
      return `Asking ${who} again ${due(state.wait, now)}, since it ${reason(state.wait.error)}.`;
    }
    case 'rejoining':
      return `${from} is further behind live. The sound goes on ${due(state, now)}, with no more than a few seconds heard again.`;
    case 'queued': {
      const { turn, source: next } = state.queue;
      const when = turn === Infinity ? 'is not known yet' : due({ until: turn }, now);
      return `Your turn at the door ${turn === Infinity ? when : `is ${when}`}. Nothing is heard until then: ${sourceName(next, ladder)} is all there is.`;
    }
    case 'ended':
      return 'It has been heard to its end.';
    case 'closed':
      return state.error ? `${state.error.message}` : 'Nothing is asked any more.';
  }
}

/** What the live region says: once for each status and source, never a number that moves. */
export function announcement(state: State): string {
  const { source, ladder } = state;
  const from = source ? `: ${sourceName(source, ladder)}` : '';
  if (state.status === 'hearing') return `${headline(state)}${from}.`;
  if (state.status !== 'waiting') return `${headline(state)}.`;
  return `${headline(state)}. Asking again at ${clock(state.wait.until)}.`;
}

/** `38 ms`, `1.2 s`: what is short is not rounded to nothing. */
const short = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : tenths(ms));

/** Two players meet within 8 ms, and no instrument here hears less than 20: that is no word. */
const TOLD = 20;

/** What a change of source did to the words of the talk. */
export function seam({ lost, twice }: Pick<Switch, 'lost' | 'twice'>): string {
  if (lost === null || twice === null) return 'after a silence, so nobody knows what was lost';
  if (lost >= TOLD) return `${short(lost)} lost`;
  return twice >= TOLD ? `nothing lost, ${short(twice)} heard twice` : 'nothing lost';
}

/** `Fell to LL-HLS from CDN A: nothing lost, 231 ms heard twice` */
export function switchWords({ from, to, lost, twice }: Switch, ladder: State['ladder']): string {
  const rank = (url: string) => ladder.findIndex((rung) => rung.url === url);
  const way = rank(to.url) < rank(from.url) ? 'Climbed' : 'Fell';
  return `${way} to ${sourceName(to, ladder)}: ${seam({ lost, twice })}`;
}

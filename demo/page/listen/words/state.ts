import type { EarshotError, State, Switch, Wait } from '../../earshot.js';
import { clock, span, spoken, tenths } from './clock.ts';
import { IN_TEXT, placeOf, sourceName } from './names.ts';

/** Why something failed, to follow "since it ...". */
export function reason({ code, status }: EarshotError): string {
  const because = status ? ` (${status})` : '';
  switch (code) {
    case 'overload':
      return `was overloaded${because}`;
    case 'network':
      return 'did not respond';
    case 'timeout':
      return 'took too long to respond';
    case 'gone':
      return `no longer had it${because}`;
    case 'turned-away':
      return `did not admit you${because}`;
    case 'refused':
      return `refused it${because}`;
    case 'media':
      return 'sent data that cannot be decoded';
    case 'frozen':
      return 'sent no new segments';
    case 'stalled':
      return 'stopped sending sound';
    case 'unsupported':
      return 'cannot be played here';
    case 'http':
      return status === 409 ? `has no live stream${because}` : `failed${because}`;
    case 'bad-document':
      return 'sent an unusable document';
    default:
      return `failed${because}`;
  }
}

/** `at 20:14:05`: only one place of the page counts down, {@link detail}. */
export const due = ({ until }: Pick<Wait, 'until'>, now: number): string =>
  until > now ? `at ${clock(until)}` : 'now';

/** `in 12 s` */
const countdown = ({ until }: Pick<Wait, 'until'>, now: number): string =>
  until > now ? `in ${span(until - now)}` : 'now';

export function whoFailed(wait: Wait, { ladder, documentWait }: State): string {
  if (wait.error.url) return IN_TEXT[placeOf(wait.error.url, ladder)];
  const rung = ladder.find((one) => one.wait?.until === wait.until);
  if (rung) return IN_TEXT[placeOf(rung.url, ladder)];
  return wait.until === documentWait?.until ? 'the stage document' : 'the source';
}

export const HEADLINES: Record<State['status'], string> = {
  opening: 'Connecting',
  scheduled: 'Not started yet',
  connecting: 'Connecting',
  hearing: 'Listening live',
  muted: 'Muted',
  paused: 'Paused',
  blocked: 'Sound is off',
  stalled: 'Buffering',
  waiting: 'Reconnecting',
  rejoining: 'Short pause',
  queued: 'Waiting for your turn',
  ended: 'The event has ended',
  closed: 'Stopped',
};

export const headline = (state: State): string =>
  state.status === 'hearing' && state.source?.kind === 'recording'
    ? 'Playing the recording'
    : state.status === 'closed' && state.error
      ? 'Playback stopped'
      : HEADLINES[state.status];

/** The sentence below the headline; it may count. */
export function detail(state: State, now: number): string {
  const { source, ladder, programTime, stage } = state;
  const from = source ? sourceName(source, ladder) : 'No source yet';
  switch (state.status) {
    case 'opening':
      return 'Loading the stage document.';
    case 'scheduled': {
      const { startsAt } = state.stage;
      const begins =
        startsAt === null ? 'The start time is not known yet' : `Starts at ${clock(startsAt)}`;
      return `${begins}. No requests until then.`;
    }
    case 'connecting':
      return `${from}. No sound yet.`;
    case 'hearing':
      return programTime === null || stage.startsAt === null
        ? `${from}.`
        : `The voice says “${spoken(programTime - stage.startsAt)}”.`;
    case 'muted':
      return `${from}. Unmute, or turn up the volume.`;
    case 'paused':
      return 'Resume here, or go to live.';
    case 'blocked':
      return 'Your browser needs a press to play sound.';
    case 'stalled':
      return `${from}. No sound, but no request has failed.`;
    case 'waiting': {
      const who = whoFailed(state.wait, state);
      return `Retrying ${who} ${countdown(state.wait, now)}: it ${reason(state.wait.error)}.`;
    }
    case 'rejoining':
      return `${from} is further behind live. The sound continues ${countdown(state, now)}, so that at most a few seconds repeat.`;
    case 'queued': {
      const { turn, source: next } = state.queue;
      const when = turn === Infinity ? 'not known yet' : due({ until: turn }, now);
      return `Your turn is ${when}. No sound until then: ${sourceName(next, ladder)} is the only source.`;
    }
    case 'ended':
      return 'You have listened to the end.';
    case 'closed':
      return state.error ? `${state.error.message}` : 'No more requests.';
  }
}

/** What the live region says: once for each status and source, never a number that moves. */
export function announcement(state: State): string {
  const { source, ladder } = state;
  const from = source ? `: ${sourceName(source, ladder)}` : '';
  if (state.status === 'hearing') return `${headline(state)}${from}.`;
  if (state.status !== 'waiting') return `${headline(state)}.`;
  return `${headline(state)}. Retrying at ${clock(state.wait.until)}.`;
}

/** `38 ms`, `1.2 s`: what is short is not rounded to nothing. */
const short = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : tenths(ms));

/** Two players meet within 8 ms, and no instrument here hears less than 20: that is no word. */
const TOLD = 20;

/** What a change of source did to the words of the talk. */
export function seam({ skippedMs, repeatedMs }: Pick<Switch, 'skippedMs' | 'repeatedMs'>): string {
  if (skippedMs === null || repeatedMs === null) return 'after a silence, so the loss is unknown';
  if (skippedMs >= TOLD) return `${short(skippedMs)} lost`;
  return repeatedMs >= TOLD ? `nothing lost, ${short(repeatedMs)} heard twice` : 'nothing lost';
}

/** `Fell to LL-HLS from CDN A: nothing lost, 231 ms heard twice` */
export function switchWords(
  { from, to, skippedMs, repeatedMs }: Switch,
  ladder: State['ladder'],
): string {
  const rank = (url: string) => ladder.findIndex((rung) => rung.url === url);
  const way = rank(to.url) < rank(from.url) ? 'Climbed' : 'Fell';
  return `${way} to ${sourceName(to, ladder)}: ${seam({ skippedMs, repeatedMs })}`;
}

import type { State } from '../../earshot.js';
import { byId, say, set } from '../../ui/dom.ts';
import type { History } from '../history/history.ts';
import { waitsOf } from '../waits-of.ts';
import { clock, span } from '../words/clock.ts';
import { IN_TEXT, type KnownPlace, placeOf, sourceName } from '../words/names.ts';
import { headline } from '../words/state.ts';
import type { Desk } from './desk.ts';
import { HEALTHY, KILLED, OVERLOADED } from './faults.ts';

const ONE_FOR = 60;
const BOTH_FOR = 30;
const RELOAD_FOR = 60;
/** Within how many seconds a restarted channel is to be back. */
const WINDOW = 10;
type Victim = 'whep' | 'floor' | 'a' | 'b';
/** A deadline that is about to pass shows nothing. */
const ENOUGH = 6_000;

/** An experiment that was begun. */
interface Begun {
  readonly button: HTMLElement;
  readonly at: number;
  readonly origin: KnownPlace;
  /** When sound stopped and when it came back, epoch ms. */
  silentAt: number | null;
  againAt: number | null;
}

/** The effect of an experiment so far, as text beside its button. */
function effectOf(
  { at, origin, silentAt, againAt }: Begun,
  desk: Desk,
  history: History,
  state: State,
): string {
  const { fault, until } = desk.origins.get(origin) ?? { fault: HEALTHY, until: null };
  const isDown = fault.kind !== 'none';
  const down = isDown ? `Down${until ? ` until ${clock(until)}` : ''}.` : 'Back again.';
  const made = history.marks.findLast((mark) => mark.kind === 'switch' && mark.at >= at);
  const { source, hearing, ladder } = state;
  if (!hearing || !source) return `${down} ${headline(state)}.`;
  if (silentAt && againAt) {
    const silent = span(againAt - silentAt);
    return `${down} Playing again after ${silent}: ${sourceName(source, ladder)}.`;
  }
  return `${down} ${made ? made.words : `Still playing: ${sourceName(source, ladder)}`}.`;
}

/** A few experiments, one press each with its effect beside it, and the way back. */
export function createExperiments(
  desk: Desk,
  history: History,
): (state: State, now: number) => void {
  const [one, both, reload] = [byId('kill-one'), byId('kill-both'), byId('reload')];
  const media = byId('kill-media');
  const restart = byId('restart-channel');
  let victim: Victim = 'a';
  let reloading = false;
  /** The last one that was begun: its effect stands beside its button. */
  let begun: Begun | null = null;
  const hints = [one, both, reload, media].map((button) => {
    const effect = byId(`${button.id}-effect`);
    return { button, effect, hint: effect.textContent ?? '' };
  });
  const begin = (button: HTMLElement, origin: KnownPlace) => {
    begun = { button, at: Date.now(), origin, silentAt: null, againAt: null };
  };

  /** The source above the CDNs, if there is one. */
  const best = (): readonly Victim[] =>
    (['whep', 'floor'] as const).filter((origin) => desk.shown.includes(origin));
  const carriers = (): readonly Victim[] => [...best(), 'a', 'b'];
  // A WebRTC listener makes no requests, so a 503 would not affect it.
  const faultOf = (origin: Victim) => (origin === 'whep' ? KILLED : OVERLOADED);
  const kill = (seconds: number) =>
    Promise.all(carriers().map((origin) => desk.set(origin, faultOf(origin), seconds)));
  media.addEventListener('click', () => {
    begin(media, 'whep');
    void desk.set('whep', KILLED, ONE_FOR);
  });
  one.addEventListener('click', () => {
    begin(one, victim);
    void desk.set(victim, OVERLOADED, ONE_FOR);
  });
  both.addEventListener('click', () => {
    begin(both, 'a');
    void kill(BOTH_FOR);
  });
  reload.addEventListener('click', () => {
    reloading = !reloading;
    if (reloading) void kill(RELOAD_FOR);
  });
  restart.addEventListener('click', () => void desk.orderChannel({ restart: WINDOW }));
  byId('move-channel').addEventListener('click', () => void desk.orderChannel({ move: true }));
  byId('heal').addEventListener('click', () => {
    reloading = false;
    begun = null;
    void desk.set('all', HEALTHY);
  });

  return (state, now) => {
    const heard = state.ladder.find((rung) => rung.status === 'active');
    const place = heard && placeOf(heard.url, state.ladder);
    const others = carriers().filter((origin) => origin !== 'whep');
    victim = others.find((origin) => origin === place) ?? 'a';
    (media.closest('li') as HTMLElement).hidden = !desk.origins.has('whep');
    (restart.closest('li') as HTMLElement).hidden = !desk.origins.has('channel');
    const all = carriers().length > 2 ? 'all' : 'both';
    if (begun && !state.hearing) begun.silentAt ??= now;
    if (begun?.silentAt && state.hearing) begun.againAt ??= now;
    for (const { button, effect, hint } of hints) {
      const isBegun = begun?.button === button;
      set(effect, 'data-begun', String(isBegun));
      say(effect, begun && isBegun ? effectOf(begun, desk, history, state) : hint);
    }
    say(one, `Kill ${IN_TEXT[victim]}`);
    say(both, `Kill ${all} for ${BOTH_FOR}\u00a0s`);
    say(reload, reloading ? 'Reloading soon' : `Kill ${all}, reload`);
    const waits = waitsOf(state);
    const stands = (place: KnownPlace) => (waits[place]?.until ?? 0) > now + ENOUGH;
    if (reloading && state.status === 'waiting' && carriers().some(stands)) {
      reloading = false;
      location.reload();
    }
  };
}

import { clock } from './clock.ts';
import type { Session, State, Wait } from './earshot.js';
import type { History } from './history.ts';
import { type KnownPlace, NAMES, PLACES, sourceName } from './names.ts';
import { toneOf } from './tone.ts';
import { waitsOf } from './waits-of.ts';
import { headline, reason } from './words.ts';

/** Writes into the history what the session tells. */
export function createRecorder(history: History) {
  const waits = new Map<KnownPlace, Wait | null>();
  let status: State['status'] | null = null;

  function onWaits(state: State, now: number): void {
    const current = waitsOf(state);
    for (const place of PLACES) {
      const [before, after] = [waits.get(place) ?? null, current[place]];
      waits.set(place, after);
      if (after && after.until > now && after.until !== before?.until) {
        const words = `${NAMES[place]} ${reason(after.error)}: asked again at ${clock(after.until)}`;
        history.mark(now, 'error', words);
      } else if (before && !after) {
        history.mark(now, 'note', `${NAMES[place]} answers again`);
      }
    }
  }

  function onState(state: State, now: number): void {
    if (state.status !== status) history.mark(now, 'note', hears(state));
    status = state.status;
    onWaits(state, now);
    extend(state, now);
  }

  function hears(state: State): string {
    const { source, ladder, hearing } = state;
    return headline(state) + (hearing && source ? `: ${sourceName(source, ladder)}` : '');
  }

  function extend(state: State, now: number): void {
    history.extend(now, toneOf(state), hears(state));
  }

  const skipped = (lost: number | null, twice: number | null): string =>
    lost === null || twice === null
      ? 'this source does not tell what was lost'
      : lost < 1 && twice < 1
        ? 'nothing lost'
        : lost > 0
          ? `${Math.round(lost)} ms lost`
          : `${Math.round(twice)} ms heard twice`;

  return {
    extend,
    follow(session: Session): void {
      status = null;
      waits.clear();
      session.subscribe((state) => onState(state, Date.now()));
      session.on('switch', ({ from, to, lost, twice }) => {
        const { ladder } = session.state;
        const rank = (url?: string) => ladder.findIndex((rung) => rung.url === url);
        const way = from && rank(to.url) < rank(from.url) ? 'Climbed' : 'Fell';
        const words = `${way} to ${sourceName(to, ladder)}: ${skipped(lost, twice)}`;
        history.mark(Date.now(), 'switch', words);
      });
      session.on('error', (error) => {
        const { origin } = error.url ? new URL(error.url) : { origin: null };
        const rung = session.state.ladder.find(({ url }) => new URL(url).origin === origin);
        const who = rung ? sourceName(rung, session.state.ladder) : 'A source';
        history.mark(Date.now(), 'error', `${who} ${reason(error)}`);
      });
    },
  };
}

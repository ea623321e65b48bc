import type { State } from '../earshot.js';
import { byId, list, make, say, set } from '../ui/dom.ts';
import { SERVER, waitsOf } from './waits-of.ts';
import { clock, span } from './words/clock.ts';
import { type KnownPlace, NAMES, PLACES, placeOf } from './words/names.ts';
import { atDoor, turnDetail } from './words/queue.ts';
import { due, reason } from './words/state.ts';

/** What not every stage has. */
const OWN: readonly KnownPlace[] = ['whep', 'floor', 'channel'];

/** What the door makes its source wait for. */
function queueOf(state: State, now: number): { until: number | null; words: string } | null {
  const at = atDoor(state, now);
  if (at?.rung.status !== 'queued') return null;
  if (at.phase !== 'queued') return { until: null, words: `${turnDetail(at, state, now)}.` };
  return { until: at.turn, words: `Your turn at ${clock(at.turn)} (in ${span(at.turn - now)}).` };
}

/** Where nothing is waited for. */
function idleWords(place: KnownPlace, { channel: { status, isLeader } }: State): string {
  if (place !== 'channel') return 'Nothing: it may be asked.';
  if (status === 'excluded') return 'That the document names another one.';
  if (status !== 'open') return 'Its server to say welcome.';
  return isLeader ? 'Nothing: it is open.' : 'Nothing: another tab of yours holds it.';
}

/** One row for each origin, waiting or not, so that nothing moves when one begins to wait. */
export function createWaitsView(): (state: State, now: number) => void {
  const parent = byId('waits');
  const since = new Map<KnownPlace, { until: number; from: number }>();

  function elapsed(place: KnownPlace, until: number, now: number): number {
    let known = since.get(place);
    if (known?.until !== until) {
      known = { until, from: now };
      since.set(place, known);
    }
    return until > known.from ? Math.min(1, (now - known.from) / (until - known.from)) : 1;
  }

  return (state, now) => {
    const waits = waitsOf(state);
    const queue = queueOf(state, now);
    const server = waits.whep ?? waits.floor ?? waits.stage;
    const has = (place: KnownPlace) =>
      place === 'channel'
        ? state.channel.status !== 'none'
        : state.ladder.some(({ url }) => placeOf(url, state.ladder) === place);
    list(
      parent,
      PLACES.filter((place) => !OWN.includes(place) || has(place)),
      () =>
        make(
          'li',
          {},
          make('b'),
          make('span'),
          make('progress', { max: 1, value: 0, 'aria-hidden': 'true' }),
        ),
      (row, place) => {
        const wait = waits[place];
        const isServer = SERVER.includes(place);
        const held = !wait && isServer && server && server.until > now ? server : null;
        const door = isServer && place !== 'stage' && !wait && !held ? queue : null;
        const until = (wait ?? held ?? door)?.until ?? null;
        const [name, words, bar] = row.children as unknown as [
          Element,
          Element,
          HTMLProgressElement,
        ];
        say(name, NAMES[place]);
        set(row, 'data-waiting', String(until !== null));
        bar.value = until ? 1 - elapsed(place, until, now) : 0;
        say(
          words,
          wait
            ? `It ${reason(wait.error)}. Try ${wait.attempt} ${wait.until > now ? due(wait, now) : 'may come now'}.`
            : held
              ? `Its server is left alone until ${clock(held.until)} (in ${span(held.until - now)}).`
              : (door?.words ?? idleWords(place, state)),
        );
      },
    );
  };
}

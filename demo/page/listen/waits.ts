import type { State } from '../earshot.js';
import { byId, list, make, say, set } from '../ui/dom.ts';
import { SERVER, waitsOf } from './waits-of.ts';
import { clock } from './words/clock.ts';
import { IN_TEXT, type KnownPlace, NAMES, PLACES, placeOf } from './words/names.ts';
import { atDoor, turnDetail } from './words/queue.ts';
import { due, reason } from './words/state.ts';

/** What not every stage has. */
const OWN: readonly KnownPlace[] = ['whep', 'floor', 'channel'];

/** What the door makes its source wait for. */
function queueOf(state: State, now: number): { until: number | null; words: string } | null {
  const at = atDoor(state, now);
  if (at?.rung.status !== 'queued') return null;
  if (at.phase !== 'queued') return { until: null, words: `${turnDetail(at, state, now)}.` };
  return { until: at.turn, words: `Your turn is at ${clock(at.turn)}.` };
}

/** Where nothing is waited for. */
function idleWords(place: KnownPlace, { channel: { status, isLeader } }: State): string {
  if (place !== 'channel') return 'No retry pending.';
  if (status === 'excluded')
    return 'Closed for good, until the stage document names another channel.';
  if (status !== 'open') return 'Connecting.';
  return isLeader ? 'Open.' : 'Open, in another tab of yours.';
}

/** One row for each origin, waiting or not, so that nothing moves when one begins to wait. */
export function createWaitsView(): (state: State, now: number) => void {
  const [parent, fold] = [byId('waits'), byId('waits-fold')];
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
    const names = PLACES.filter((place) => (waits[place]?.until ?? 0) > now).map(
      (place) => IN_TEXT[place],
    );
    say(fold, names.length ? `pending: ${names.join(', ')}` : 'none');
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
            ? `It ${reason(wait.error)}. ${wait.until > now ? `Try ${wait.attempt} ${due(wait, now)}` : 'It may be tried again'}.`
            : held
              ? `Same server: no request until ${clock(held.until)}.`
              : (door?.words ?? idleWords(place, state)),
        );
      },
    );
  };
}

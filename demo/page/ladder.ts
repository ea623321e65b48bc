import { clock, span } from './clock.ts';
import { byId, list, make, say, set } from './dom.ts';
import type { Rung, State } from './earshot.js';
import { fileOf, placeOf, sourceName } from './names.ts';
import { reason } from './words.ts';

function standing(rung: Rung, { hearing }: State, now: number): string {
  switch (rung.status) {
    case 'active':
      return `${hearing ? 'heard now' : 'next to be heard'}${rung.standing?.admitted ? ', let in by the door' : ''}`;
    case 'standby':
      return 'prepared in silence';
    case 'ready':
      return rung.kind === 'recording' ? 'for when the stage is over' : 'ready';
    case 'queued': {
      const { turn = Infinity, margin = null } = rung.standing ?? {};
      if (turn === Infinity) return 'queued; the turn is not known yet';
      return margin === null ? 'queued; a lot is being drawn' : `queued until ${clock(turn)}`;
    }
    case 'waiting': {
      const { until } = rung.wait ?? { until: now };
      return until > now ? `waiting until ${clock(until)}` : 'waiting for a first answer';
    }
    case 'left':
      return rung.error ? `left, since it ${reason(rung.error)}` : 'left';
  }
}

function climbing({ climbsAt, queue }: State, now: number): string {
  if (queue && queue.turn < (climbsAt ?? Infinity))
    return `Climbs when it is its turn at the door: ${clock(queue.turn)} (in ${span(queue.turn - now)}).`;
  if (climbsAt === null) return 'There is no better rung to climb to now.';
  if (climbsAt <= now) return 'Looking for a better rung.';
  return `Tries a better rung at ${clock(climbsAt)} (in ${span(climbsAt - now)}), if all stays calm.`;
}

export function createLadderView(): (state: State, now: number) => void {
  const parent = byId('ladder');
  const climbs = byId('climbs');
  return (state, now) => {
    list(
      parent,
      state.ladder,
      () => make('li', {}, make('b'), make('code'), make('span')),
      (row, rung) => {
        const [name, file, words] = row.children as unknown as [Element, Element, Element];
        set(row, 'data-status', rung.status);
        set(row, 'data-tone', placeOf(rung.url, state.ladder));
        say(name, sourceName(rung, state.ladder));
        say(file, fileOf(rung));
        say(words, standing(rung, state, now));
      },
    );
    say(climbs, climbing(state, now));
  };
}

import { clock, span } from './clock.ts';
import { byId, list, make, say, set } from './dom.ts';
import type { Rung, State } from './earshot.js';
import { fileOf, placeOf, sourceName } from './names.ts';
import { reason } from './words.ts';

function standing(rung: Rung, { hearing }: State, now: number): string {
  switch (rung.status) {
    case 'active':
      return hearing ? 'heard now' : 'next to be heard';
    case 'standby':
      return 'prepared in silence';
    case 'ready':
      return rung.kind === 'recording' ? 'for when the stage is over' : 'ready';
    case 'waiting': {
      const { until } = rung.wait ?? { until: now };
      return until > now ? `waiting until ${clock(until)}` : 'waiting for a first answer';
    }
    case 'left':
      return rung.error ? `left, since it ${reason(rung.error)}` : 'left';
  }
}

function climbing({ climbsAt }: State, now: number): string {
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

import { byId, draw, list, make, say, set, setAll } from '../../ui/dom.ts';
import { clock, unit } from '../words/clock.ts';
import { NAMES, PLACES } from '../words/names.ts';
import type { Desk } from './desk.ts';
import { pinName } from './faults.ts';
import type { Second } from './minute.ts';

const HEIGHT = 28;
const BAR = 4;
/** Below so many a second all origins share one scale, so that one request never looks like a storm. */
const LEAST_FULL = 4;

/** A bar for each second, what was refused in its own colour. */
export function bars(drawing: SVGSVGElement, minute: readonly Second[]): void {
  const full = Math.max(LEAST_FULL, ...minute.map(({ arrivals }) => arrivals));
  const height = (count: number) => (count ? Math.max(3, (count / full) * HEIGHT) : 0);
  list(
    drawing,
    minute,
    () => draw('g', {}, draw('rect'), draw('rect', { class: 'refused' })),
    (group, { arrivals, refusals }, index) => {
      const [all, refused] = group.children as unknown as [SVGRectElement, SVGRectElement];
      const place = (count: number) => ({
        x: index * BAR + 0.5,
        width: BAR - 1,
        y: (HEIGHT - height(count)).toFixed(1),
        height: height(count).toFixed(1),
      });
      setAll(all, place(arrivals));
      setAll(refused, place(refusals));
    },
  );
}

/** What arrives at each origin, and what is wrong with it now. */
export function createMeters(desk: Desk): (now: number) => void {
  const parent = byId('meters');
  return (now) =>
    list(
      parent,
      PLACES.filter((place) => desk.shown.includes(place)),
      () =>
        make(
          'li',
          {},
          make('b'),
          make('span', { class: 'fault' }),
          draw('svg', {
            viewBox: `0 0 ${60 * BAR} ${HEIGHT}`,
            preserveAspectRatio: 'none',
            'aria-hidden': 'true',
          }) as unknown as HTMLElement,
          make('span', { class: 'count' }),
        ),
      (row, place) => {
        const [name, fault, drawing, count] = row.children as unknown as [
          Element,
          Element,
          SVGSVGElement,
          Element,
        ];
        set(row, 'data-tone', place);
        say(name, NAMES[place]);
        const view = desk.origins.get(place);
        if (!view) return;
        const broken = view.fault.kind !== 'none';
        const left = view.until && view.until > now ? ` until ${clock(view.until)}` : '';
        set(row, 'data-broken', String(broken));
        say(fault, pinName(view.fault) + (broken ? left : ''));
        const minute = desk.minute(place, now);
        bars(drawing, minute);
        const peak = Math.max(...minute.map(({ arrivals }) => arrivals));
        const sum = (name: keyof Second) => minute.reduce((all, one) => all + one[name], 0);
        say(
          count,
          `${unit(sum('arrivals'), 'request')}, ${sum('refusals')} refused, at most ${peak} per second${
            place === 'whep' ? ', sound not counted' : ''
          }`,
        );
      },
    );
}

import type { Section } from './console.ts';
import { byId, createKeyed, make, say } from './dom.ts';
import { createHistory, HISTORY_MS, type Sample } from './history.ts';
import { createPlot, type Line } from './plot.ts';
import { duration, figure, rate } from './words.ts';

const MINUTE_MS = 60_000;
const SHORTEST_MS = 2 * MINUTE_MS;

const line = (
  name: Line['name'],
  samples: readonly Sample[],
  value: (sample: Sample) => number | null,
): Line => ({ name, points: samples.map((sample) => ({ at: sample.at, value: value(sample) })) });

function summaryOf(
  what: string,
  samples: readonly Sample[],
  value: (sample: Sample) => number,
  words: (value: number) => string,
): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return `${what}: no figures yet.`;
  const highest = Math.max(...samples.map(value));
  const span = duration((last.at - first.at) / 1_000);
  return `${what}, the last ${span}: ${words(value(last))} now, ${words(highest)} at most.`;
}

function createDoorPlots(door: string) {
  const joins = createPlot(`${door}: joins per second`, [
    ['limit', 'capacity'],
    ['second', 'refused'],
    ['value', 'joined'],
  ]);
  const inside = createPlot(`${door}: inside`, [
    ['limit', 'most'],
    ['value', 'inside'],
  ]);
  return {
    element: make('div', { class: 'plots' }, joins.element, inside.element),
    update(samples: readonly Sample[], now: number, span: number) {
      joins.update(
        [
          line('value', samples, (sample) => sample.joins),
          line('second', samples, ({ refused }) => refused),
          line('limit', samples, ({ capacity }) => capacity),
        ],
        now,
        span,
        summaryOf(`Joins per second at ${door}`, samples, (sample) => sample.joins, rate),
      );
      inside.update(
        [
          line('value', samples, (sample) => sample.inside),
          line('limit', samples, ({ most }) => most),
        ],
        now,
        span,
        summaryOf(`Inside ${door}`, samples, (sample) => sample.inside, figure),
      );
    },
  };
}

/** The joins and the people inside each door over the last minutes, as far as this page was open. */
export function createHistorySection(): Section {
  const history = createHistory();
  const keep = createKeyed(byId('history-plots'), createDoorPlots);
  let since: number | null = null;
  return {
    update(state) {
      const { at, doors } = state;
      history.add(state);
      since = Math.min(since ?? at, at);
      const span = Math.min(HISTORY_MS, Math.max(SHORTEST_MS, at - since));
      const names = Object.keys(doors);
      byId('history').hidden = names.length === 0;
      // By the minute, since nobody needs the seconds.
      const minutes = Math.round(span / MINUTE_MS) * MINUTE_MS;
      say(
        byId('history-span'),
        `The last ${duration(minutes / 1_000)}. This page keeps it while it is open.`,
      );
      for (const [name, plots] of keep(names)) plots.update(history.of(name), at, span);
    },
  };
}

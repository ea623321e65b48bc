import type { Section } from './console.ts';
import { byId, createKeyed, make } from './dom.ts';
import { createHistory, HISTORY_MS, type Sample } from './history.ts';
import { createPlot, type Line } from './plot.ts';
import { duration, figure, rate } from './words.ts';

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
    update(samples: readonly Sample[], now: number) {
      joins.update(
        [
          line('value', samples, (sample) => sample.joins),
          line('second', samples, ({ refused }) => refused),
          line('limit', samples, ({ capacity }) => capacity),
        ],
        now,
        summaryOf(`Joins per second at ${door}`, samples, (sample) => sample.joins, rate),
      );
      inside.update(
        [
          line('value', samples, (sample) => sample.inside),
          line('limit', samples, ({ most }) => most),
        ],
        now,
        summaryOf(`Inside ${door}`, samples, (sample) => sample.inside, figure),
      );
    },
  };
}

/** The joins and the people inside each door over the last minutes, as far as this page was open. */
export function createHistorySection(): Section {
  const history = createHistory();
  const keep = createKeyed(byId('history-plots'), createDoorPlots);
  byId('history-span').textContent =
    `The last ${duration(HISTORY_MS / 1_000)}, as far as this page was open.`;
  return {
    update(state) {
      history.add(state);
      const names = Object.keys(state.doors);
      byId('history').hidden = names.length === 0;
      for (const [name, plots] of keep(names)) plots.update(history.of(name), state.at);
    },
  };
}

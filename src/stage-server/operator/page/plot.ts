import { draw, make, say, set, setAll } from './dom.ts';

/** A moment of a plot. */
export interface Point {
  /** Epoch ms. */
  readonly at: number;
  /** `null`: nothing is drawn. */
  readonly value: number | null;
}

/** One line of a plot. */
export interface Line {
  readonly name: 'value' | 'second' | 'limit';
  readonly points: readonly Point[];
}

/** A plot of the last minutes. */
export interface Plot {
  readonly element: HTMLElement;
  /** @param span ms from one side to the other. */
  update(lines: readonly Line[], now: number, span: number, summary: string): void;
}

const WIDTH = 300;
const HEIGHT = 64;
/** A gap this long is not bridged: nothing is known of it. */
const GAP_MS = 5_000;
const TOP = 0.92;

/** The smallest of 1, 1.5, 2, 3, 5, 10, 15 … that is at least `value`. */
export function niceCeiling(value: number): number {
  if (!(value > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 5, 10].find((one) => one * power >= value * 0.999_999) ?? 10;
  return factor * power;
}

/** The path of a line, in parts where something is missing. @param span ms from one side to the other. */
export function pathOf(points: readonly Point[], now: number, span: number, most: number): string {
  let path = '';
  let before: number | null = null;
  for (const { at, value } of points) {
    if (value === null) {
      before = null;
      continue;
    }
    const x = WIDTH * (1 - (now - at) / span);
    const y = HEIGHT - (HEIGHT * TOP * Math.min(value, most)) / most;
    const isJoined = before !== null && at - before <= GAP_MS;
    path += `${isJoined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    before = at;
  }
  return path;
}

const largest = (lines: readonly Line[]): number =>
  Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value ?? 0)));

/** Creates a plot. @param title over it. @param legend of its lines. */
export function createPlot(
  title: string,
  legend: readonly (readonly [Line['name'], string])[],
): Plot {
  const paths = new Map(
    legend.map(([name]) => [name, draw('path', { class: `line ${name}` })] as const),
  );
  const svg = draw(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    draw('path', { class: 'grid', d: `M0 ${HEIGHT}H${WIDTH}M0 ${HEIGHT * (1 - TOP)}H${WIDTH}` }),
    ...paths.values(),
  );
  const scale = make('span', { class: 'scale' });
  const keys = legend.map(([name, words]) => make('span', { class: `key ${name}` }, words));
  const element = make(
    'figure',
    { class: 'plot' },
    make('figcaption', {}, make('strong', {}, title), ...keys),
    make('div', { class: 'drawing' }, svg, scale),
  );
  return {
    element,
    update(lines, now, span, summary) {
      // Limits that are far above what happens would press the rest flat.
      const values = largest(lines.filter(({ name }) => name !== 'limit'));
      const limits = largest(lines.filter(({ name }) => name === 'limit'));
      const top = niceCeiling(
        limits <= values * 4 || values === 0 ? Math.max(values, limits) : values,
      );
      for (const { name, points } of lines) {
        const drawn = points.map(({ at, value }) => ({
          at,
          value: name === 'limit' && value !== null && value > top ? null : value,
        }));
        const path = paths.get(name);
        if (path) set(path, 'd', pathOf(drawn, now, span, top));
      }
      say(scale, top.toLocaleString('en'));
      setAll(svg, { 'aria-label': summary });
    },
  };
}

import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line as lineOf } from 'd3-shape';
import { labelsAt, labelsOf, roomFor, widthOf } from './labels.ts';
import type { Line, Point } from './line.ts';
import { element, escapeXml, pixel, text } from './svg.ts';

interface Tick {
  readonly at: number;
  readonly words: string;
}

/** What a plot shows, without any pixel. */
export interface Chart {
  /** Unique in the page: its title and description are found by it. */
  readonly key: string;
  readonly title: string;
  /** What one would say to someone who does not see it. */
  readonly description: string;
  readonly x: { readonly title: string; readonly to: number; readonly ticks: readonly Tick[] };
  readonly y: {
    readonly title: string;
    readonly from: number;
    readonly to: number;
    readonly isLog: boolean;
    readonly ticks: readonly Tick[];
  };
  readonly lines: readonly Line[];
  /** What is to be compared with: drawn as a filled ground with a name of its own. */
  readonly ground: Line & { readonly short: string };
  /** Spans of time that something befalls. */
  readonly bands: readonly { readonly from: number; readonly to: number; readonly words: string }[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Left out on the page, whose stylesheet the same one is; a file of its own carries it inside. */
export interface Theme {
  readonly style?: string;
}

/** Below this there is no room for names beside the lines. */
const NARROW = 520;
const [TOP, BOTTOM, LEFT, RIGHT] = [34, 48, 64, 10];
/** A line that ends before this share of the plot has its name there. */
const EARLY = 0.97;

const svg = (size: Size, label: string, theme: Theme, ...children: string[]): string => {
  const { width, height } = size;
  const ground = element('rect', { class: 'paper', width, height });
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'plot',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': label,
    },
    ...(theme.style ? [element('style', {}, escapeXml(theme.style)), ground] : []),
    ...children,
  );
};

const told = (key: string, title: string, description: string): string =>
  element('title', { id: `plot-${key}-title` }, escapeXml(title)) +
  element('desc', { id: `plot-${key}-desc` }, escapeXml(description));

/** One chart as an SVG: no style attribute, so that a strict policy lets it into a page. */
export const renderPlot = (chart: Chart, size: Size, theme: Theme = {}): string => {
  const { key, title, description } = chart;
  const label = `plot-${key}-title plot-${key}-desc`;
  return svg(size, label, theme, told(key, title, description), panel(chart, size));
};

const HEADING = 64;

/** Several charts under one heading: a picture that explains itself where the page is not. */
export const renderSheet = (
  charts: readonly Chart[],
  heading: { readonly title: string; readonly lines: readonly string[] },
  size: Size,
  theme: Theme,
): string => {
  const top = HEADING + 20 * heading.lines.length;
  const height = top + size.height * charts.length;
  const description = charts.map((chart) => `${chart.title}. ${chart.description}`).join(' ');
  return svg(
    { width: size.width, height },
    'plot-sheet-title plot-sheet-desc',
    theme,
    told('sheet', heading.title, `${heading.lines.join(' ')} ${description}`),
    text(heading.title, { class: 'heading', x: 16, y: 36 }),
    ...heading.lines.map((one, at) => text(one, { class: 'words', x: 16, y: 62 + at * 20 })),
    ...charts.map((chart, at) =>
      element('g', { transform: `translate(0 ${top + at * size.height})` }, panel(chart, size)),
    ),
  );
};

const panel = (chart: Chart, { width, height }: Size): string => {
  const { x, y, lines, ground, bands } = chart;
  const ended = lines.filter(({ points }) => (points.at(-1)?.[0] ?? 0) < x.to * EARLY);
  const lasting = lines.filter((line) => !ended.includes(line));
  const room = width < NARROW ? 0 : roomFor(lasting, width);
  const right = Math.max(LEFT + 40, width - (room || RIGHT));
  const bottom = height - BOTTOM;
  const across = scaleLinear([0, x.to], [LEFT, right]).clamp(true);
  const up = (y.isLog ? scaleLog() : scaleLinear())
    .domain([y.from, y.to])
    .range([bottom, TOP])
    .clamp(true);
  const path = lineOf<Point>()
    .x(([at]) => pixel(across(at)))
    .y(([, value]) => pixel(up(Math.max(y.from, value))));
  const filled = area<Point>()
    .x(([at]) => pixel(across(at)))
    .y0(bottom)
    .y1(([, value]) => pixel(up(Math.max(y.from, value))));
  const groundEnd = ground.points.at(-1)?.[1] ?? y.from;
  const ends = lasting.map((line) => ({
    line,
    y: up(Math.max(y.from, line.points.at(-1)?.[1] ?? y.from)),
  }));
  const falls = ended.map((line) => {
    const place = across(line.points.at(-1)?.[0] ?? 0);
    return { line, x: place, y: (up(middleOf(line, y.from)) + bottom) / 2 };
  });
  const middle = (LEFT + right) / 2;
  const groundLevel = up(Math.max(y.from, groundEnd));
  const groundName = width < NARROW ? ground.short : ground.name;
  const groundAt = y.isLog
    ? [{ from: right - 6 - widthOf([groundName]), to: right - 6, y: groundLevel - 11 }]
    : [];
  return [
    ...bands.map(({ from, to }) => {
      const [start, end] = [across(from), across(Math.min(to, x.to))];
      const span = { x: pixel(start), width: pixel(Math.max(2, end - start)) };
      return element('rect', { class: 'band', y: TOP, height: bottom - TOP, ...span });
    }),
    element('path', { class: 'ground', d: filled([...ground.points]) ?? '' }),
    ...y.ticks.map(({ at, words }) => {
      const height = pixel(up(at));
      return (
        element('path', { class: 'grid', d: `M${LEFT} ${height}H${pixel(right)}` }) +
        text(words, { class: 'tick', x: LEFT - 8, y: height + 4, 'text-anchor': 'end' })
      );
    }),
    ...x.ticks.map(({ at, words }) => {
      const place = pixel(across(at));
      return (
        element('path', { class: 'axis', d: `M${place} ${bottom}v5` }) +
        text(words, { class: 'tick', x: place, y: bottom + 19, 'text-anchor': 'middle' })
      );
    }),
    element('path', { class: 'axis', d: `M${LEFT} ${bottom}H${pixel(right)}` }),
    text(y.title, { class: 'title', x: 4, y: 16 }),
    text(x.title, { class: 'title', x: middle, y: bottom + 39, 'text-anchor': 'middle' }),
    element('path', { class: 'ground-line', d: path([...ground.points]) ?? '' }),
    ...lines.map(({ tone, points }) =>
      element('path', { class: `line ${tone}`, d: path([...points]) ?? '' }),
    ),
    ...bands.map(({ from, words }) =>
      text(words, { class: 'band-words', x: pixel(across(from)) + 6, y: TOP + 18 }),
    ),
    groundWords(ground, across, groundLevel, {
      right,
      bottom,
      isLog: y.isLog,
      isNarrow: width < NARROW,
    }),
    labelsAt(falls, right, groundAt),
    labelsOf(ends, { right, top: TOP, bottom, room }),
  ].join('');
};

/** The median of a line that is not on the floor. */
const middleOf = ({ points }: Line, floor: number): number => {
  const values = points.map(([, value]) => value).filter((value) => value > floor);
  return values.sort((one, other) => one - other)[values.length >> 1] ?? floor;
};

/** Above the line of the capacity, at the right; or inside the slope of the limit. */
const groundWords = (
  { name, short, points }: Chart['ground'],
  across: (at: number) => number,
  level: number,
  place: { right: number; bottom: number; isLog: boolean; isNarrow: boolean },
): string => {
  const { right, bottom, isLog, isNarrow } = place;
  const end = points.findIndex(([, value]) => value >= 1);
  const foot = points.findLast(([, value]) => value <= 0.15)?.[0] ?? 0;
  const [from, to] = [across(foot), across(points.at(end)?.[0] ?? 0)];
  const fits = !isNarrow && (isLog || widthOf([name]) < to - from - 16);
  return text(fits ? name : short, {
    class: 'ground-words',
    x: pixel((isLog ? right : to) - 6),
    // In a narrow plot the foot is where the names of the other lines stand.
    y: pixel(isLog ? level - 7 : isNarrow ? (TOP + bottom) / 2 : bottom - 12),
    'text-anchor': 'end',
  });
};

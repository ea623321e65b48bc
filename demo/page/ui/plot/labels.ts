import type { Line } from './line.ts';
import { element, escapeXml, pixel, text } from './svg.ts';

/** How wide a character of the labels is on average, px: what measuring would tell, without a page. */
const CHARACTER = 7.5;
const LINE_HEIGHT = 14;
const LEADER = 14;

/** A label on its way to its place: `at` is where its line ends. */
interface Placed {
  readonly line: Line;
  readonly rows: readonly string[];
  readonly at: number;
  y: number;
}

/** About how wide the widest of some rows is, px. */
export const widthOf = (rows: readonly string[]): number =>
  Math.max(...rows.map((row) => row.length)) * CHARACTER;

/** A label in as many rows as it takes to fit, broken at spaces. */
export const rowsOf = (label: string, width: number): string[] => {
  const rows: string[] = [];
  for (const word of label.split(' ')) {
    const last = rows.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && widthOf([longer]) <= width) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
};

/** The room that the labels need at the right, at most a share of the whole. */
export const roomFor = (lines: readonly Line[], width: number): number => {
  const most = Math.min(190, width * 0.3);
  const needed = lines.map(({ name }) => widthOf(rowsOf(name, most - LEADER)) + LEADER + 4);
  return Math.min(most, Math.max(24, ...needed));
};

const heightOf = ({ rows }: Placed): number => rows.length * LINE_HEIGHT + 2;

/** Pushes labels apart until none covers another, and all are within the plot. */
const spread = (labels: Placed[], { top, bottom, room }: Omit<Frame, 'right'>): void => {
  labels.sort((one, other) => one.at - other.at);
  const pushDown = () => {
    let least = top;
    for (const label of labels) {
      label.y = Math.max(label.y, least + heightOf(label) / 2);
      least = label.y + heightOf(label) / 2;
    }
  };
  const pushUp = () => {
    let most = bottom;
    for (const label of labels.toReversed()) {
      label.y = Math.min(label.y, most - heightOf(label) / 2);
      most = label.y - heightOf(label) / 2;
    }
  };
  // Names inside the plot move up, away from the lines below them.
  for (const push of room ? [pushDown, pushUp] : [pushUp, pushDown]) push();
};

interface Frame {
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The room at the right of the lines; 0: the names stand over the lines' ends. */
  readonly room: number;
}

/** The lines' names at the lines' ends, each with a leader to its own line. */
export const labelsOf = (
  ends: readonly { readonly line: Line; readonly y: number }[],
  { right, top, bottom, room }: Frame,
): string => {
  const labels = ends.map(({ line, y }) => {
    const rows = room ? rowsOf(line.name, room - LEADER) : [line.name];
    return { line, rows, at: y, y: room ? y : y - LINE_HEIGHT / 2 };
  });
  spread(labels, { top, bottom: bottom + (room ? LINE_HEIGHT / 2 : 0), room });
  return labels.map((label) => (room ? beside(label, right) : above(label, right))).join('');
};

const beside = ({ line, rows, at, y }: Placed, right: number): string => {
  const first = y - ((rows.length - 1) * LINE_HEIGHT) / 2 + 4;
  const x = right + LEADER;
  const spans = rows.map((row, index) =>
    element('tspan', { x, y: pixel(first + index * LINE_HEIGHT) }, escapeXml(row)),
  );
  const d = `M${right + 2} ${pixel(at)}L${right + LEADER - 3} ${pixel(y)}`;
  return (
    element('path', { class: `leader ${line.tone}`, d }) +
    element('text', { class: `label ${line.tone}` }, ...spans)
  );
};

const above = ({ line, y }: Placed, right: number): string =>
  text(line.name, {
    class: `label ${line.tone}`,
    x: pixel(right - 4),
    y: pixel(y + 4),
    'text-anchor': 'end',
  });

/** The place of a text in the plot; `y` is its middle. */
interface Box {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** The names of lines that end inside the plot: each beside its end, and none on another or on `taken`. */
export const labelsAt = (
  falls: readonly { readonly line: Line; readonly x: number; readonly y: number }[],
  right: number,
  taken: readonly Box[],
): string => {
  const placed = [...taken];
  // From below to above, since there is more room above.
  const rising = [...falls].sort((one, other) => other.y - one.y);
  return rising
    .map(({ line, x, y }) => {
      const width = widthOf([line.name]);
      const fits = x + 8 + width <= right;
      const from = fits ? x + 8 : x - 8 - width;
      const box = { from, to: from + width, y };
      for (const other of placed.toSorted((one, two) => two.y - one.y)) {
        const meets = box.from < other.to && other.from < box.to;
        if (meets && Math.abs(box.y - other.y) < LINE_HEIGHT + 2) box.y = other.y - LINE_HEIGHT - 2;
      }
      placed.push(box);
      return text(line.name, {
        class: `label ${line.tone}`,
        x: pixel(fits ? box.from : box.to),
        y: pixel(box.y + 4),
        'text-anchor': fits ? 'start' : 'end',
      });
    })
    .join('');
};

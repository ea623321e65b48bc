import { byId, draw, set, setAll } from '../ui/dom.ts';

/** A picture at one width; `words` describes it for a screen reader. */
export interface Drawing {
  readonly words: string;
  readonly height: number;
  readonly parts: readonly SVGElement[];
}

// One picture per task, so that input never waits for all of them.
let last: Promise<void> = Promise.resolve();
const inTurn = (task: () => void): void => {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve))).then(task);
};

/**
 * A picture in the element with this id, drawn to the available width, so that its text is as large
 * as the text around it. Returns a function that redraws it.
 */
export const createPicture = (id: string, drawn: (width: number) => Drawing): (() => void) => {
  const place = byId(id);
  const svg = draw('svg', { class: 'drawn', role: 'img' });
  place.append(svg);
  let width = 0;
  const redraw = () => {
    if (!width) return;
    const { words, height, parts } = drawn(width);
    setAll(svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    set(svg, 'aria-label', words);
    svg.replaceChildren(...parts);
  };
  new ResizeObserver(([entry]) => {
    const wide = Math.floor(entry?.contentRect.width ?? 0);
    if (wide === width) return;
    width = wide;
    inTurn(redraw);
  }).observe(place);
  return redraw;
};

/** A line of text in a picture. */
export const write = (
  words: string,
  x: number,
  y: number,
  { anchor = 'start', kind = 'words' }: { anchor?: 'start' | 'middle' | 'end'; kind?: string } = {},
): SVGElement => {
  const text = draw('text', { class: kind, x, y, 'text-anchor': anchor });
  text.textContent = words;
  return text;
};

/** A box, at least one pixel wide. */
export const box = (
  kind: string,
  from: number,
  to: number,
  y: number,
  height: number,
): SVGElement =>
  draw('rect', { class: kind, x: from, y, width: Math.max(1, to - from).toFixed(1), height });

export const stroke = (kind: string, d: string): SVGElement => draw('path', { class: kind, d });

/** A time axis at the bottom of a picture, with as many labels as fit. */
export const timeAxis = (
  [left, right]: readonly [number, number],
  y: number,
  seconds: number,
  steps: readonly number[],
): SVGElement[] => {
  const room = 60;
  const step =
    steps.find((one) => ((right - left) * one) / seconds >= room) ?? (steps.at(-1) as number);
  const parts = [stroke('axis', `M${left} ${y}H${right}`)];
  for (let at = 0; at <= seconds; at += step) {
    const x = left + ((right - left) * at) / seconds;
    const words = !at ? '0' : step % 60 ? `${at} s` : `${at / 60} min`;
    const anchor = at === 0 ? 'start' : at === seconds ? 'end' : 'middle';
    parts.push(stroke('axis', `M${x.toFixed(1)} ${y}v4`), write(words, x, y + 18, { anchor }));
  }
  return parts;
};

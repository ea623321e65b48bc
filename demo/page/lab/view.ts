import { byId, list, make, say, set } from '../ui/dom.ts';
import { duration } from './duration.ts';
import type { View } from './messages.ts';
import { grouped } from './run.ts';
import { HEADS } from './words.ts';

/** Puts a drawing in place of the last one. It was made by the worker; here it is only parsed. */
function swap(id: string, svg: string): void {
  const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  if (drawn.localName !== 'svg') throw new Error('The drawing is not SVG.');
  byId(id).replaceChildren(document.importNode(drawn, true));
}

function showTable({ rows }: View): void {
  const table = byId('figures');
  const head = table.querySelector('thead tr') as Element;
  const body = table.querySelector('tbody') as Element;
  list(
    head,
    HEADS,
    () => make('th', { scope: 'col' }),
    (cell, words) => say(cell, words),
  );
  list(
    body,
    rows,
    () => make('tr', {}, make('th', { scope: 'row' }), ...HEADS.slice(1).map(() => make('td'))),
    (row, { cells, tone }) => {
      set(row, 'class', tone);
      cells.forEach((words, at) => {
        const cell = row.children[at] as Element;
        say(cell, words);
        // Where the table is narrow, no head says what a figure is.
        set(cell, 'data-head', HEADS[at] as string);
      });
    },
  );
}

/** The simulated part and its duration, so that a sample is not mistaken for the whole. */
export function effortOf({ simulated, took, isDone }: View, listeners: number): string {
  const ms = took < 1_000 ? `${Math.max(1, Math.round(took))} ms` : duration(took / 1_000);
  if (simulated >= listeners) {
    return `All ${grouped(listeners)} Earshot listeners simulated in ${ms}${isDone ? '' : '; more of the other clients follow'}.`;
  }
  return `A sample of ${grouped(simulated)} Earshot listeners simulated, ${ms}${isDone ? '' : '; more follow'}.`;
}

/** A number stays on one line with its unit. */
const unbroken = (words: string): string =>
  words.replace(/([\d×]) (?=[%×]|(?:s|min|h)\b)/g, '$1\u00a0');

/** Swaps in what the worker sent, no more than once a frame. */
export function createView(): (view: View, listeners: number) => void {
  let next: { view: View; listeners: number } | null = null;
  const show = () => {
    if (!next) return;
    const { view, listeners } = next;
    next = null;
    say(byId('headline'), unbroken(view.verdict.headline));
    say(byId('rest'), unbroken(view.verdict.rest));
    say(byId('echo'), view.verdict.brief);
    swap('plot-arrivals', view.plots.arrivals);
    swap('plot-listeners', view.plots.listeners);
    showTable(view);
    say(byId('effort'), effortOf(view, listeners));
    set(document.body, 'data-run', view.id);
    set(document.body, 'data-took', Math.round(view.took));
    set(document.body, 'data-done', String(view.isDone));
    if (view.isDone) say(byId('announcer'), `${view.verdict.headline} ${view.verdict.rest}`);
  };
  return (view, listeners) => {
    if (!next) requestAnimationFrame(show);
    next = { view, listeners };
  };
}

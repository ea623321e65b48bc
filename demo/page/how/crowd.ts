import { duration } from '../lab/duration.ts';
import { grouped } from '../lab/run.ts';
import { INITIAL } from '../lab/settings.ts';
import { byId, say } from '../ui/dom.ts';
import { createDial, oneOf } from './dial.ts';
import type { FromCrowd, ToCrowd } from './messages.ts';
import { box, createPicture, stroke, write } from './picture.ts';

const { capacity, refusal } = INITIAL;
/** So many refusals a second leave the origin no time for admissions. */
const MOST_REFUSALS = capacity / refusal;
const LISTENERS = [
  ...[10e3, 20e3, 30e3, 50e3, 100e3, 150e3, 200e3, 300e3, 500e3, 700e3],
  ...[1e6, 1.5e6, 2e6, 3e6, 4e6, 6e6, 8e6],
];
const EVERY = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900];
const [LEAST, MOST] = [100, 10e6];

/** The load N/T compared with the limit C/r, in words. */
const verdictOf = (listeners: number, every: number): string => {
  const asked = listeners / every;
  const who = `${grouped(listeners)} listeners that retry every ${duration(every)} send ${grouped(asked)} requests a second`;
  if (asked > MOST_REFUSALS)
    return `${who}. The origin cannot even refuse so many. It admits nobody.`;
  if (asked <= capacity) return `${who}. The origin can admit them all.`;
  const left = capacity - (asked - capacity) * refusal;
  return `${who}. The refusals leave time for ${grouped(Math.max(0, left))} admissions a second.`;
};

const gauge = (listeners: number, every: number, width: number) => {
  const [left, right, top] = [2, width - 2, 30];
  const at = (rate: number) =>
    left +
    ((right - left) * Math.log(Math.min(MOST, Math.max(LEAST, rate)) / LEAST)) /
      Math.log(MOST / LEAST);
  const asked = listeners / every;
  const isNarrow = width < 560;
  const isOver = asked > MOST_REFUSALS;
  const [c, most] = [at(capacity), at(MOST_REFUSALS)];
  return {
    words: `${verdictOf(listeners, every)} The scale is logarithmic. It shows the capacity C, ${grouped(capacity)} a second, and the limit C/r, ${grouped(MOST_REFUSALS)} a second.`,
    height: 84,
    parts: [
      box('well', left, right, top, 22),
      box('over', most, right, top, 22),
      box(isOver ? 'asked lost' : 'asked', left, at(asked), top + 4, 14),
      stroke('mark', `M${c} ${top - 6}v34M${most} ${top - 6}v34`),
      write(`${isNarrow ? 'C' : 'capacity C:'} ${grouped(capacity)}/s`, c - 4, top - 12, {
        anchor: 'end',
      }),
      write(
        isNarrow ? 'limit C/r' : `limit C/r: ${grouped(MOST_REFUSALS)}/s, only refusals`,
        most + 4,
        top - 12,
      ),
      write(`requests N/T: ${grouped(asked)}/s`, at(asked), top + 44, {
        anchor: at(asked) > width * 0.7 ? 'end' : at(asked) < width * 0.3 ? 'start' : 'middle',
        kind: isOver ? 'strong lost' : 'strong',
      }),
    ],
  };
};

/** N/T against C/r, and the result of the simulator. */
export const createCrowd = (): void => {
  const plot = byId('crowd-plot');
  const worker = new Worker('how/worker.js', { type: 'module' });
  const listeners = createDial('listeners', oneOf(LISTENERS), grouped, () => change());
  const every = createDial('every', oneOf(EVERY), duration, () => change());
  const redraw = createPicture('gauge', (width) => gauge(listeners(), every(), width));
  let asked = 0;
  let width = 0;

  const simulate = () => {
    const order: ToCrowd = { id: ++asked, listeners: listeners(), every: every(), width };
    worker.postMessage(order);
  };

  function change(): void {
    say(byId('crowd-verdict'), verdictOf(listeners(), every()));
    redraw();
    if (width) simulate();
  }

  worker.addEventListener('message', ({ data }: MessageEvent<FromCrowd>) => {
    if (data.id !== asked) return;
    const { documentElement } = new DOMParser().parseFromString(data.svg, 'image/svg+xml');
    plot.replaceChildren(document.importNode(documentElement, true));
    say(byId('crowd-note'), data.words);
  });
  new ResizeObserver(([entry]) => {
    const wide = Math.floor(entry?.contentRect.width ?? 0);
    if (wide === width) return;
    width = wide;
    simulate();
  }).observe(plot);
  change();
};

import { byId, draw, list, say, set, setAll } from '../../ui/dom.ts';
import { clock } from '../words/clock.ts';
import type { History, Mark } from './history.ts';

const LENGTH = 180_000;
const HEIGHT = 64;
const [TOP, BOTTOM] = [16, 48];
const STEP = 1_000;
const PAGE = 15_000;
/** How near a mark must be to be told with a moment. */
const NEAR = 1_500;

const GLYPHS: Record<Mark['kind'], string> = {
  switch: 'M0 1 5 7 0 13-5 7ZM0 13V50',
  door: 'M-5 12V4A5 5 0 0 1 5 4V12Z',
  error: 'M0 51 5 61H-5Z',
  fault: 'M0 14V2H8L5 5 8 8H0',
  note: '',
};

/** The last three minutes as a strip, and a cursor on it for mouse and keys. */
export function createStrip(history: History): (now: number) => void {
  const strip = byId('strip');
  const drawing = byId<SVGSVGElement>('strip-drawing');
  const tip = byId('tip');
  const [spans, marks] = [draw('g'), draw('g')];
  const cursor = draw('line', {
    class: 'cursor',
    y1: TOP - 4,
    y2: BOTTOM + 4,
    visibility: 'hidden',
  });
  drawing.append(
    hatch(),
    draw('rect', { class: 'empty', x: 0, y: TOP, width: '100%', height: BOTTOM - TOP, rx: 3 }),
    spans,
    marks,
    cursor,
  );
  let width = strip.clientWidth;
  new ResizeObserver(() => {
    width = strip.clientWidth;
    setAll(drawing, { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT });
    render(Date.now());
  }).observe(strip);

  /** Milliseconds before now; null while nobody looks at a moment. */
  let back: number | null = null;

  function tell(now: number): void {
    const shown = back !== null;
    set(cursor, 'visibility', shown ? 'visible' : 'hidden');
    tip.hidden = !shown;
    const time = now - (back ?? 0);
    const mark = history.marks
      .filter(({ at, kind }) => kind !== 'note' && Math.abs(at - time) < NEAR)
      .sort((one, other) => Math.abs(one.at - time) - Math.abs(other.at - time))[0];
    const what = history.at(time)?.words ?? 'Nobody listened here';
    const words = `${clock(time)}  ${mark ? `${what}. ${mark.words}` : what}`;
    set(strip, 'aria-valuenow', Math.round(-(back ?? 0) / 1000));
    if (document.activeElement === strip || shown) set(strip, 'aria-valuetext', words);
    if (!shown) return;
    say(tip, words);
    const x = width * (1 - (back ?? 0) / LENGTH);
    setAll(cursor, { x1: x, x2: x });
    const half = Math.min(tip.offsetWidth, width) / 2;
    tip.style.setProperty('left', `${Math.min(width - half, Math.max(half, x))}px`);
  }

  const look = (ms: number | null) => {
    back = ms === null ? null : Math.min(LENGTH, Math.max(0, ms));
    tell(Date.now());
  };
  strip.addEventListener('pointermove', (event) => {
    const { left } = strip.getBoundingClientRect();
    look((1 - (event.clientX - left) / width) * LENGTH);
  });
  strip.addEventListener('pointerleave', () => look(null));
  strip.addEventListener('focus', () => strip.matches(':focus-visible') && look(0));
  strip.addEventListener('blur', () => look(null));
  strip.addEventListener('keydown', (event) => {
    const from = back ?? 0;
    const to: Record<string, number | null> = {
      ArrowLeft: from + STEP,
      ArrowDown: from + STEP,
      ArrowRight: from - STEP,
      ArrowUp: from - STEP,
      PageDown: from + PAGE,
      PageUp: from - PAGE,
      Home: LENGTH,
      End: 0,
      Escape: null,
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    look(to[event.key] ?? null);
  });

  function render(now: number): void {
    const x = (at: number) => Math.max(0, (1 - (now - at) / LENGTH) * width);
    list(
      spans,
      history.spans.filter(({ to }) => to > now - LENGTH),
      () => draw('rect', { y: TOP, height: BOTTOM - TOP }),
      (rect, { from, to, tone }) =>
        setAll(rect, {
          'data-tone': tone,
          x: x(from).toFixed(1),
          width: Math.max(0.5, x(to) - x(from)).toFixed(1),
        }),
    );
    list(
      marks,
      history.marks.filter(({ at, kind }) => kind !== 'note' && at > now - LENGTH),
      () => draw('path'),
      (path, { at, kind }) =>
        setAll(path, {
          'data-kind': kind,
          d: GLYPHS[kind],
          transform: `translate(${x(at).toFixed(1)} 0)`,
        }),
    );
    tell(now);
  }

  return render;
}

/** Silence is told by a pattern too, not by colour alone. */
function hatch(): SVGDefsElement {
  const pattern = draw(
    'pattern',
    {
      id: 'hatch',
      width: 6,
      height: 6,
      patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(45)',
    },
    draw('rect', { class: 'hatch-ground', width: 6, height: 6 }),
    draw('rect', { class: 'hatch-line', width: 3, height: 6 }),
  );
  return draw('defs', {}, pattern);
}

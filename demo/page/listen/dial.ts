import type { State } from '../earshot.js';
import { byId, draw, say, set } from '../ui/dom.ts';
import { span, tenths } from './words/clock.ts';

const TICKS = 60;
const SWEEP = 270;
const CENTRE = 150;
const [INNER, OUTER] = [124, 142];
/** What a delay line holds below this is nothing to make up for. */
const SLIGHT = 100;
/** What the whole scale stands for, ms. */
const SCALE = 30_000;

/** What is under the scale while something is heard: WebRTC has nothing in hand but what it is late. */
export function inHand({ source, ahead, hearing }: State): string {
  if (source?.kind !== 'whep') return `${Math.floor(ahead / 1000)} s in hand`;
  if (ahead > SLIGHT) return `${tenths(ahead)} to make up in pauses`;
  return hearing ? 'heard as it is said' : 'nothing in hand';
}

/** The scale around the button: the sound in hand, or, while silent, the time until the next ask. */
export function createDial(): (state: State, now: number) => void {
  const drawing = byId<SVGSVGElement>('dial');
  const caption = byId('dial-caption');
  const ticks = Array.from({ length: TICKS }, (_, index) => {
    const angle = ((-SWEEP / 2 + (index / (TICKS - 1)) * SWEEP - 90) * Math.PI) / 180;
    const at = (radius: number) => [
      (CENTRE + radius * Math.cos(angle)).toFixed(2),
      (CENTRE + radius * Math.sin(angle)).toFixed(2),
    ];
    const [x1, y1] = at(index % 10 === 0 || index === TICKS - 1 ? INNER - 5 : INNER);
    const [x2, y2] = at(OUTER);
    return draw('line', { class: 'unlit', x1: x1 ?? 0, y1: y1 ?? 0, x2: x2 ?? 0, y2: y2 ?? 0 });
  });
  drawing.append(...ticks);

  return (state, now) => {
    const until =
      state.status === 'waiting'
        ? state.wait.until
        : state.status === 'queued'
          ? state.queue.turn
          : state.status === 'rejoining'
            ? state.until
            : null;
    const ms = until === null ? state.ahead : until - now;
    const lit = Math.round((Math.min(SCALE, Math.max(0, ms)) / SCALE) * TICKS);
    ticks.forEach((tick, index) => {
      set(tick, 'class', index < lit ? 'lit' : 'unlit');
    });
    say(
      caption,
      until === null
        ? inHand(state)
        : state.status === 'rejoining'
          ? `goes on in ${span(Math.max(0, ms))}`
          : ms > 0
            ? `asks ${ms === Infinity ? 'at its turn' : `in ${span(ms)}`}`
            : 'asking now',
    );
  };
}

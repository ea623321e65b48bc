import type { State } from '../earshot.js';
import { byId, draw, say, set } from '../ui/dom.ts';
import { tenths } from './words/clock.ts';

const TICKS = 60;
const SWEEP = 270;
const CENTRE = 150;
const [INNER, OUTER] = [124, 142];
/** The cushion of WebRTC is shorter, ms. Only a longer delay is caught up. */
const CUSHION = 2_000;
/** What the whole scale stands for, ms. */
const SCALE = 30_000;

/** What is under the scale while sound plays: WebRTC has no buffer but what it is late. */
export function inHand({ source, ahead, hearing }: State): string {
  if (source?.kind !== 'whep') return `${Math.floor(ahead / 1000)} s buffered`;
  if (ahead > CUSHION) return `${tenths(ahead)} late, catching up`;
  return hearing ? 'in real time' : 'nothing buffered';
}

/** The scale around the button: the buffer, or, while silent, the time until the next try. WebRTC fills it. */
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
    const isRealtime = state.hearing && state.source?.kind === 'whep';
    const ms = until !== null ? until - now : isRealtime ? SCALE : state.ahead;
    const lit = Math.round((Math.min(SCALE, Math.max(0, ms)) / SCALE) * TICKS);
    ticks.forEach((tick, index) => {
      set(tick, 'class', index < lit ? 'lit' : 'unlit');
    });
    say(
      caption,
      until === null
        ? inHand(state)
        : state.status === 'rejoining'
          ? 'until the sound continues'
          : state.status === 'queued'
            ? 'until your turn'
            : 'until the next try',
    );
  };
}

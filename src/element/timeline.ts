import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { maker, setAttribute, setText, unhide } from './dom.ts';
import { actionOf } from './keys.ts';
import { createTimeFormat } from './time-format.ts';
import { applyTimelineStyles } from './timeline-style.ts';
import type { View } from './view-model.ts';

const BACK_SECONDS = 15;
/** One press of an arrow key on the timeline. */
const STEP_SECONDS = 5;
// A screen reader reads each change of a focused slider: it follows the sound only in such steps.
const FOCUSED_STEP_MS = 30_000;

/** Goes back and forth: a button, keys, a timeline where the window is known, and how far behind live it plays. */
export interface Timeline {
  draw(view: View): void;
}

/** What the timeline can reach, ms: `at` and `end` count from its start. */
interface Reach {
  readonly from: number;
  readonly at: number;
  readonly end: number;
}

const reachOf = ({ seekable, programTime, status }: State, target: number | null): Reach | null => {
  if (status === 'ended' || status === 'closed') return null;
  if (!seekable || seekable.from === null || programTime === null) return null;
  const { from, to } = seekable;
  const end = to - from;
  return end > 0
    ? { from, end, at: Math.min(end, Math.max(0, (target ?? programTime) - from)) }
    : null;
};

export const createTimeline = (
  owner: HTMLElement & { readonly session: Session | null; readonly state: State | null },
): Timeline => {
  const { html, svg } = maker(owner.ownerDocument);
  // The element attaches it, open, before anything is drawn.
  const root = owner.shadowRoot as ShadowRoot;
  const find = (part: string) => root.querySelector<HTMLElement>(`[part="${part}"]`);
  const [press, live, controls] = [find('press'), find('live'), find('controls')];
  const digits = html('span', { 'aria-hidden': 'true' });
  const back = html(
    'button',
    { type: 'button', part: 'back' },
    svg({ viewBox: '0 0 24 24' }, ['again', 'M5 5v5h5M5.3 10a7.5 7.5 0 1 1-.6 4.5']),
    digits,
  );
  const slider = html('input', { type: 'range', part: 'timeline', step: 'any' });
  const [left, right] = [0, 0].map(() => html('span', { 'aria-hidden': 'true' })) as [
    HTMLElement,
    HTMLElement,
  ];
  const row = html('div', { part: 'timeline-row' }, left, slider, right);
  controls?.before(row);
  controls?.prepend(back);

  let view: View | null = null;
  /** Program time that is on its way, or under the pointer. */
  let target: number | null = null;
  let seeks = 0;
  let drawn = Number.NaN;

  const goTo = async (programTime: number) => {
    const seek = ++seeks;
    target = programTime;
    draw();
    await owner.session?.seek(programTime);
    if (seek !== seeks) return;
    target = null;
    draw();
  };

  const go = (seconds: number) => {
    const { session, state } = owner;
    const at = target ?? state?.programTime ?? null;
    if (!session || at === null || !state?.seekable) return;
    if (seconds > 0 && view?.edge.isBehind(state) === false && state.source?.kind !== 'recording')
      return;
    void goTo(at + seconds * 1_000);
  };

  const drawTimeline = ({ words, format, now }: View, state: State, reach: Reach) => {
    const { from, at, end } = reach;
    const time = createTimeFormat(format.locale);
    const isRecording = state.source?.kind === 'recording';
    setText(left, isRecording ? time.digits(at) : format.at(from + at, now));
    setText(right, isRecording ? time.digits(end) : '');
    // Of a live window the right end is the live edge: what plays on stays where it is.
    const value = isRecording ? at : at - end;
    const isFocused = root.activeElement === slider && target === null;
    if (isFocused && Math.abs(value - drawn) < FOCUSED_STEP_MS) return;
    drawn = value;
    setAttribute(slider, 'min', String((isRecording ? 0 : -end) / 1_000));
    setAttribute(slider, 'max', String((isRecording ? end : 0) / 1_000));
    slider.valueAsNumber = value / 1_000;
    const behind = (state.behindLive ?? 0) + (state.programTime ?? 0) - from - at;
    const text = isRecording
      ? `${time.long(at)} / ${time.long(end)}`
      : `${format.at(from + at, now)} – ${words.behind(time.long(behind))}`;
    setAttribute(slider, 'aria-valuetext', text);
  };

  const draw = () => {
    const { state } = view ?? {};
    const reach = state ? reachOf(state, target) : null;
    unhide(row, !!reach);
    unhide(back, !!state?.seekable && !!owner.session && state.status !== 'closed');
    if (!view || !state) return;
    const { words, format, edge } = view;
    const time = createTimeFormat(format.locale);
    setText(digits, time.digits(BACK_SECONDS * 1_000).replace(/^.*:/, ''));
    setAttribute(back, 'aria-label', words.back(time.long(BACK_SECONDS * 1_000)));
    const { behindLive } = state;
    const isBehind = behindLive !== null && edge.isBehind(state);
    if (live)
      setAttribute(live, 'data-behind', isBehind ? `\u2212${time.digits(behindLive)}` : null);
    setAttribute(slider, 'aria-label', words.timeline);
    if (reach) drawTimeline(view, state, reach);
  };

  /** The program time under the thumb. */
  const chosen = (): number => {
    const { seekable, source } = owner.state ?? {};
    const start = source?.kind === 'recording' ? seekable?.from : seekable?.to;
    return (start ?? Number.NaN) + slider.valueAsNumber * 1_000;
  };

  back.addEventListener('click', () => go(-BACK_SECONDS));
  slider.addEventListener('input', () => {
    target = chosen();
    draw();
  });
  slider.addEventListener('change', () => void goTo(chosen()));
  slider.addEventListener('blur', draw);
  slider.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(step * STEP_SECONDS);
  });
  owner.addEventListener('keydown', (event) => {
    const [from] = event.composedPath();
    if (owner.hasAttribute('nocontrols') || !(from && 'matches' in from) || !owner.state) return;
    const action = actionOf(event, from as Element);
    if (action === null) return;
    event.preventDefault();
    if (action === 'press') press?.click();
    else go(action);
  });

  return {
    draw(current) {
      applyTimelineStyles(root);
      view = current;
      if (!current.state) target = null;
      draw();
    },
  };
};

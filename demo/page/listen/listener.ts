import type { State } from '../earshot.js';
import { byId, say, set } from '../ui/dom.ts';
import { createDial } from './dial.ts';
import { clock, tenths } from './words/clock.ts';
import { NAMES, placeOf, transportOf } from './words/names.ts';
import { detail, headline } from './words/state.ts';

const NONE = '–';

/** What the big button does in a status. */
export type Press = 'listen' | 'pause' | 'resume' | 'allow';

export function pressOf(status: State['status'] | null): Press {
  if (status === null || status === 'closed' || status === 'ended') return 'listen';
  if (status === 'blocked') return 'allow';
  return status === 'paused' ? 'resume' : 'pause';
}

const SILENT: readonly State['status'][] = ['waiting', 'queued', 'stalled'];

const LABELS: Record<Press, string> = {
  listen: 'Listen',
  pause: 'Pause',
  resume: 'Resume',
  allow: 'Turn on sound',
};

/** Status, facts and transport. */
export function createListenerView(): (state: State, now: number) => void {
  const press = byId('press');
  const [label, head, more] = ['press-label', 'headline', 'detail'].map((id) => byId(id)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  const fact = {
    from: byId('from'),
    kind: byId('from-more'),
    behind: byId('behind'),
    ahead: byId('ahead'),
  };
  const [program, mute] = [byId('program'), byId('mute')];
  const volume = byId<HTMLInputElement>('volume');
  const live = byId<HTMLButtonElement>('live');
  const leave = byId<HTMLButtonElement>('leave');
  const dial = createDial();

  return (state, now) => {
    const { source, ladder, programTime, behindLive } = state;
    const does = pressOf(state.status);
    const over = does === 'listen';
    set(press, 'data-does', does);
    say(label, over ? 'Listen again' : LABELS[does]);
    say(head, headline(state));
    say(more, detail(state, now));
    const heard = programTime !== null && !over;
    // While nothing plays, no source is heard, though one is chosen.
    const isShown = source && !over && !SILENT.includes(state.status);
    const place = isShown ? NAMES[placeOf(source.url, ladder)] : NONE;
    say(fact.from, place);
    say(fact.kind, isShown ? transportOf(source) : '');
    say(fact.behind, behindLive !== null && heard ? tenths(behindLive) : NONE);
    say(fact.ahead, over ? NONE : tenths(state.ahead));
    say(program, heard ? clock(programTime) : NONE);
    set(mute, 'aria-pressed', String(state.muted));
    if (document.activeElement !== volume) volume.value = String(Math.round(state.volume * 100));
    live.disabled = !source || over;
    leave.disabled = over;
    dial(state, now);
  };
}

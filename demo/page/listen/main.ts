import { channel, listen, type Session, type State } from '../earshot.js';
import { byId, say, set } from '../ui/dom.ts';
import { createAnnouncer } from './announcer.ts';
import { Desk } from './console/desk.ts';
import { createDoorPanel } from './console/door.ts';
import { createExperiments } from './console/experiments.ts';
import { pinName } from './console/faults.ts';
import { createMeters } from './console/meters.ts';
import { createOwnPins } from './console/own-pins.ts';
import { createPatchbay } from './console/patchbay.ts';
import { createEventsView } from './history/events.ts';
import { History } from './history/history.ts';
import { createLegend } from './history/legend.ts';
import { createRecorder } from './history/recorder.ts';
import { Remembered, rememberDeadlines } from './history/remembered.ts';
import { createStrip } from './history/strip.ts';
import { toneOf } from './history/tone.ts';
import { createLadderView } from './ladder.ts';
import { createListenerView, pressOf } from './listener.ts';
import { createQueueView } from './queue.ts';
import { createTalk } from './talk.ts';
import { createVersus } from './versus.ts';
import { createWaitsView } from './waits.ts';
import { changes } from './words/door.ts';
import { IN_TEXT } from './words/names.ts';

const EVERY = 250;

const history = new History();
history.load(Date.now());
const remembered = new Remembered(Date.now());
const recorder = createRecorder(history);
const desk = new Desk({
  onFault: (origin, fault) =>
    history.mark(Date.now(), 'fault', `You set ${IN_TEXT[origin]}: ${pinName(fault)}`),
  onDoor: (before, after) => {
    // Until somebody listens, the door is kept at its beginning, again and again.
    if (session)
      for (const words of changes(before, after)) history.mark(Date.now(), 'fault', words);
  },
  onTrouble: (words) => say(byId('console-trouble'), words),
});

const announce = createAnnouncer();
const talk = createTalk(history);
const versus = createVersus(history);
const main = document.querySelector('main') as HTMLElement;
const views = [
  createListenerView(),
  createQueueView(),
  talk.render,
  createWaitsView(),
  createLadderView(),
  createExperiments(desk, history),
  versus.render,
];
const clocked = [
  createStrip(history),
  createEventsView(history),
  createLegend(desk),
  createOwnPins(desk),
  createPatchbay(desk),
  createMeters(desk),
  createDoorPanel(desk, () => isDoorUsed(session?.state ?? null)),
];

let session: Session | null = null;

/** A waiting room for a source that this browser cannot play is of no use to anybody. */
function isDoorUsed(state: State | null): boolean {
  const guarded = state?.ladder.filter(({ position }) => position) ?? [];
  return !guarded.length || guarded.some(({ error }) => error?.code !== 'unsupported');
}

function render(state: State): void {
  const now = Date.now();
  set(main, 'data-tone', toneOf(state));
  set(document.body, 'data-status', state.status);
  for (const view of views) view(state, now);
  for (const view of clocked) view(now);
}

function onTick(): void {
  if (!session) return;
  const { state } = session;
  if (state.status !== 'closed' && state.status !== 'ended') recorder.extend(state, Date.now());
  render(state);
}

function begin(): void {
  session = listen({ stage: 'stage.json', channel: channel() });
  recorder.follow(session);
  announce(session);
  talk.follow(session);
  versus.begin();
  session.subscribe((state) => {
    remembered.compare(state, Date.now(), history);
    render(state);
  });
  if (document.body.dataset.phase === 'after') return;
  document.body.dataset.phase = 'after';
  for (const element of document.querySelectorAll<HTMLElement>('[data-after]'))
    element.hidden = false;
  for (const element of document.querySelectorAll<HTMLElement>('[data-before]'))
    element.hidden = true;
  setInterval(onTick, EVERY);
}

byId('press').addEventListener('click', () => {
  const does = pressOf(session?.state.status ?? null);
  if (does === 'listen') begin();
  else if (does === 'pause') session?.pause();
  else session?.resume();
});
byId('mute').addEventListener('click', () => {
  if (session) session.muted = !session.muted;
});
byId<HTMLInputElement>('volume').addEventListener('input', ({ target }) => {
  if (session) session.volume = Number((target as HTMLInputElement).value) / 100;
});
byId('live').addEventListener('click', () => session?.goLive());
byId('leave').addEventListener('click', () => session?.close());

addEventListener('pagehide', () => {
  if (!session) return;
  history.mark(Date.now(), 'note', 'The page was reloaded or left');
  history.save();
  rememberDeadlines(session.state);
});

if (remembered.words) {
  byId('remembered').hidden = false;
  say(byId('remembered'), remembered.words);
}
